// Times and sizes in words.

const STEPS: readonly [ms: number, unit: string][] = [
  [86_400_000 * 365, 'y'],
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1000, 's'],
]

/** `3 min ago`, `now`, `in 2 d`; both times in ms. */
export function relativeTime(at: number, now: number): string {
  const distance = duration(Math.abs(now - at))
  if (distance === '') return 'now'
  return at <= now ? `${distance} ago` : `in ${distance}`
}

/** `3 min`, empty below a second. */
export function duration(ms: number): string {
  const step = STEPS.find(([size]) => ms >= size)
  return step ? `${Math.floor(ms / step[0])} ${step[1]}` : ''
}

/** `1.4 MB`; decimal units. */
export function size(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let value = bytes
  let unit = 0
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000
    unit += 1
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`
}

/** `$1.25` of millionths of a dollar; below a cent as many digits as it takes. */
export function dollars(micros: number): string {
  const value = micros / 1_000_000
  return value > 0 && value < 0.01 ? `$${value.toFixed(4)}` : `$${value.toFixed(2)}`
}

/** `1 agent`, `3 agents`. */
export const counted = (count: number, noun: string): string =>
  `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`
