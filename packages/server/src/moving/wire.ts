// What two machines say on the stream of a move: JSON of a few fields, and pieces of the parcel with their place before them.
import { z } from 'zod'
import { WORKING_COPIES } from '@tutti/core'

export const MOVE_STREAM = 'move'

/** What the old home opens the stream with. */
export const MoveHead = z.object({
  agent: z.string().regex(/^agt_[0-9a-z]{22}$/),
  name: z.string().min(1).max(200),
  digest: z.string().regex(/^[0-9a-f]{64}$/),
  sizeBytes: z
    .int()
    .min(1)
    .max(8 * 1024 ** 3),
  workingCopy: z.enum(WORKING_COPIES),
})
export type MoveHead = z.infer<typeof MoveHead>

/** What the new home answers: where to go on, how far it is, and how it ends. */
const MoveWord = z.union([
  z.object({ want: z.int().min(0) }),
  z.object({ got: z.int().min(0) }),
  z.object({ ready: z.literal(true) }),
  z.object({ refused: z.string().max(500) }),
])
export type MoveWord = z.infer<typeof MoveWord>

export const wordBytes = (word: MoveWord): Uint8Array => Buffer.from(JSON.stringify(word))

export function wordIn(bytes: Uint8Array): MoveWord | null {
  try {
    return MoveWord.safeParse(JSON.parse(Buffer.from(bytes).toString('utf8'))).data ?? null
  } catch {
    return null // no JSON: nothing that this version knows
  }
}

const PLACE_BYTES = 8

export function pieceBytes(at: number, body: Uint8Array): Uint8Array {
  const head = Buffer.alloc(PLACE_BYTES)
  head.writeBigUInt64BE(BigInt(at))
  return Buffer.concat([head, body])
}

export function pieceIn(bytes: Uint8Array): { at: number; body: Uint8Array } | null {
  if (bytes.byteLength <= PLACE_BYTES) return null
  const at = Number(Buffer.from(bytes.buffer, bytes.byteOffset, PLACE_BYTES).readBigUInt64BE())
  return Number.isSafeInteger(at) ? { at, body: bytes.subarray(PLACE_BYTES) } : null
}
