// Whether somebody wants to be left alone at a moment; without schemas, so that a browser may load it alone.

export interface QuietHours {
  /** Local times, such as 22:00; a span over midnight is one. */
  from: string
  to: string
  /** An IANA time zone, such as Europe/Berlin. */
  zone: string
}

/** Whether the moment (ms UTC) lies within the quiet hours; an unknown zone is read as UTC. */
export function isQuiet({ from, to, zone }: QuietHours, now: number): boolean {
  const time = localTime(now, zone)
  return from <= to ? time >= from && time < to : time >= from || time < to
}

function localTime(now: number, zone: string): string {
  const options = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const
  try {
    return new Intl.DateTimeFormat('en-GB', { ...options, timeZone: zone }).format(now)
  } catch {
    // The zone was given by a browser that knows more zones than we do.
    return new Intl.DateTimeFormat('en-GB', { ...options, timeZone: 'UTC' }).format(now)
  }
}
