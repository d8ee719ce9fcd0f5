// Hybrid logical clock: moments that respect cause and effect between machines whose clocks disagree by an hour.
import { OPERATION_LIMITS, type Stamp } from '@tutti/protocol'

/** The moment before all others. */
export const BEGINNING: Stamp = '000000000000-00000000'

/**
 * How far another machine's moment may pull ours ahead. Beyond it we still accept what the machine wrote, or replicas would
 * differ, but do not carry its error into what we write.
 */
export const PULL_MS = 24 * 3600 * 1000

const COUNTER_END = 2 ** 32

/** The next moment of ours: after `last`, and not before now. */
export function tick(last: Stamp, nowMs: number): Stamp {
  const { ms, count } = parts(last)
  const now = bounded(nowMs)
  if (now > ms) return stamp(now, 0)
  return count + 1 < COUNTER_END ? stamp(ms, count + 1) : stamp(ms + 1, 0)
}

/** Our last moment after we have seen that of another. */
export function observe(last: Stamp, seen: Stamp, nowMs: number): Stamp {
  if (seen <= last || parts(seen).ms > nowMs + PULL_MS) return last
  return seen
}

/** ms UTC that the author's clock showed, or that of whoever it had heard from. */
export const stampMs = (at: Stamp): number => parts(at).ms

export const latest = (a: Stamp, b: Stamp): Stamp => (a < b ? b : a)

const parts = (at: Stamp): { ms: number; count: number } => ({
  ms: Number.parseInt(at.slice(0, 12), 16),
  count: Number.parseInt(at.slice(13), 16),
})

const stamp = (ms: number, count: number): Stamp =>
  `${bounded(ms).toString(16).padStart(12, '0')}-${count.toString(16).padStart(8, '0')}`

const bounded = (ms: number): number => Math.min(Math.max(0, Math.floor(ms)), OPERATION_LIMITS.stampMs - 1)
