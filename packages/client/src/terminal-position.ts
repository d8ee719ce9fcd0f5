// Where a viewer stands in the bytes of a session, as pure steps: no byte is shown twice, none is skipped unnoticed.
import type { ResumePoint } from '@tutti/protocol'

/** `shown` is false after OPENED of a new epoch: nothing is on the screen yet, so there is nothing to resume. */
export interface Position extends ResumePoint {
  shown: boolean
}

export type Placed = { position: Position; bytes: Uint8Array } | 'gap'

/** After OPENED: the same epoch goes on where the viewer was, another one begins where the server says. */
export const opened = (before: Position | null, { epoch, offset }: ResumePoint): Position =>
  before?.epoch === epoch && before.shown ? before : { epoch, offset, shown: false }

/** After SNAPSHOT: everything up to its offset is shown. */
export const replaced = ({ epoch }: Position, offset: number): Position => ({ epoch, offset, shown: true })

/** The part of a DATA frame that is new, or 'gap' where bytes are missing before it. */
export function placed(before: Position, offset: number, bytes: Uint8Array): Placed {
  if (offset > before.offset) return 'gap'
  const fresh = bytes.subarray(Math.min(before.offset - offset, bytes.byteLength))
  const position = { epoch: before.epoch, offset: before.offset + fresh.byteLength, shown: true }
  return { position, bytes: fresh }
}
