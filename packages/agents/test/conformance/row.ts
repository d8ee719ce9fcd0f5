// One row of the truth table: what is done to the real program, and what its kit has to tell of it.
import type { State } from '@tutti/core'
import type { Room } from './room.ts'

export interface Row {
  readonly name: string
  readonly says: string
  /** Throws where the kit was wrong; answers what was measured. */
  run(room: Room): Promise<Figures>
}

/** Measured values by name, in ms unless the name says otherwise. */
export type Figures = Readonly<Record<string, number | string>>

/** The longest that a state may lag behind what happened. */
export const STATE_MS = 1000
/** The longest that an ask may stay open after it was answered at the keyboard. */
export const STALE_MS = 2000

/** No turn is under way, and none failed. */
export const AT_REST: readonly State[] = ['idle', 'interrupted']

/** Throws with words where something is not as it has to be. */
export function expect(isSo: boolean, words: string): void {
  if (!isSo) throw new Error(words)
}

/** The ms between two moments; throws where they are more than allowed. */
export function lag(from: number, to: number, limit: { ms: number; of: string }): number {
  const ms = Math.max(0, to - from)
  expect(ms <= limit.ms, `${limit.of} came ${ms} ms late; ${limit.ms} ms are allowed`)
  return ms
}
