// How often a program may send, and the headers that tell it how much is left (AMP 08).
import type { Clock } from '@tutti/core'
import { AmpError } from '@tutti/protocol'
import type { Context } from '../handler.ts'

/** A gateway carries the mail of many people; a loop is stopped within a minute all the same. */
export const ROUTES_PER_MINUTE = 600
const MINUTE_MS = 60_000
const KEPT = 1000

/** Counts one sending and writes the headers; throws rate_limited. */
export function createAmpPace(clock: Pick<Clock, 'now'>): (program: string, context: Context) => void {
  const windows = new Map<string, { until: number; count: number }>()
  return (program, context) => {
    const now = clock.now()
    const known = windows.get(program)
    const window = known && known.until > now ? known : { until: now + MINUTE_MS, count: 0 }
    if (!windows.has(program) && windows.size >= KEPT) windows.clear()
    windows.set(program, window)
    window.count += 1
    const left = ROUTES_PER_MINUTE - window.count
    context.header('X-RateLimit-Limit', String(ROUTES_PER_MINUTE))
    context.header('X-RateLimit-Remaining', String(Math.max(0, left)))
    context.header('X-RateLimit-Reset', String(Math.ceil(window.until / 1000)))
    if (left >= 0) return
    context.header('Retry-After', String(Math.max(1, Math.ceil((window.until - now) / 1000))))
    throw new AmpError('rate_limited', `At most ${ROUTES_PER_MINUTE} messages a minute.`)
  }
}
