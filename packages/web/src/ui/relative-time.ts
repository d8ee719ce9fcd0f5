// Times and sizes in the words of the reader's own language.

const STEPS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_557_600_000],
  ['month', 2_629_800_000],
  ['week', 604_800_000],
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
]
const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const

/** "4 min. ago", "in 2 days"; within a minute "now". */
export function relative(at: number, now: number, locale?: string): string {
  const words = new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'narrow' })
  const difference = at - now
  const step = STEPS.find(([, ms]) => Math.abs(difference) >= ms)
  return step ? words.format(Math.trunc(difference / step[1]), step[0]) : words.format(0, 'second')
}

/** Bytes as people say them: 1.2 MB. */
export function byteSize(bytes: number, locale?: string): string {
  const step = bytes < 1 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), UNITS.length - 1)
  return new Intl.NumberFormat(locale, {
    style: 'unit',
    unit: UNITS[step] ?? 'byte',
    unitDisplay: step === 0 ? 'long' : 'short',
    maximumFractionDigits: step > 1 ? 1 : 0,
  }).format(bytes / 1000 ** step)
}

/** A length of time as a clock shows it: 1:02:03. */
export function clockTime(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds))
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60]
  const shown = parts[0] === 0 ? parts.slice(1) : parts
  return shown.map((part, index) => (index === 0 ? String(part) : String(part).padStart(2, '0'))).join(':')
}
