// Times on the wire: RFC 3339 in, one canonical spelling out (rule E5).

const PATTERN = /^(\d{4}-\d{2}-\d{2})[Tt](\d{2}:\d{2}:\d{2})(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})$/

/** RFC 3339 text -> ms UTC; null for anything else, also for a day that does not exist. Fractions are cut to milliseconds. */
export function parseInstant(text: string): number | null {
  const [, day, time, fraction = '', zone = ''] = PATTERN.exec(text) ?? []
  if (day === undefined || time === undefined) return null
  const local = Date.parse(`${day}T${time}Z`)
  if (Number.isNaN(local) || new Date(local).toISOString() !== `${day}T${time}.000Z`) return null
  const offsetMinutes = /[Zz]/.test(zone) ? 0 : minutes(zone)
  if (offsetMinutes === null) return null
  return local + Math.trunc(Number(`0${fraction}`) * 1000) - offsetMinutes * 60_000
}

/** ms UTC -> `2026-01-30T10:00:00.000Z`. */
export const formatInstant = (ms: number): string => new Date(ms).toISOString()

function minutes(zone: string): number | null {
  const [hours, rest] = [Number(zone.slice(1, 3)), Number(zone.slice(4))]
  if (hours > 23 || rest > 59) return null
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + rest)
}
