// Writing into the log: a moment after everything that the author saw, and for each field the edit that it replaces.
import type { Entry, JsonValue, SignNow, StreamId } from '@tutti/protocol'
import { signEntry } from '@tutti/protocol'
import { BEGINNING, latest, observe, tick } from './hybrid-clock.ts'
import { winnerOf, type FieldRef, type OpLog } from './op-log.ts'

export interface Draft {
  readonly stream: StreamId
  readonly by: string
  readonly sets: readonly (FieldRef & { readonly value: JsonValue })[]
}

/**
 * The author's next entry, signed. It has to be taken into the author's own log, and be on disk, before anybody else sees it.
 * An edit always wins against the one it replaces, also against one of a machine whose clock is an hour ahead.
 */
export function draftEntry(log: OpLog, draft: Draft, by: { nowMs: number; sign: SignNow }): Entry {
  const seen = draft.sets.map((ref) => winnerOf(log, ref))
  const stream = log.streams.get(draft.stream)
  const pulled = observe(stream?.at ?? BEGINNING, log.latest, by.nowMs)
  const at = tick(
    seen.reduce((last, edit) => latest(last, edit?.at ?? last), pulled),
    by.nowMs,
  )
  const ops = draft.sets.map(({ kind, id, field, value }, i) => {
    const over = seen[i]?.entry ?? null
    return { kind, id, field, value, over }
  })
  return signEntry({ stream: draft.stream, seq: (stream?.have ?? 0) + 1, at, by: draft.by, ops }, by.sign)
}
