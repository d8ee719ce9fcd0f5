// A conversation as every kit reads it from its program's own transcript. All text in it is foreign.
import { z } from 'zod'

export const Part = z.discriminatedUnion('type', [
  /** Markdown. */
  z.strictObject({ type: z.literal('text'), text: z.string() }),
  z.strictObject({ type: z.literal('thinking'), text: z.string() }),
  z.strictObject({
    type: z.literal('tool'),
    id: z.string(),
    name: z.string(),
    input: z.unknown(),
    /** Null while it runs. */
    output: z.string().nullable(),
    failed: z.boolean(),
    durationMs: z.number().nullable(),
  }),
  /** A change to a file, as a unified diff. */
  z.strictObject({ type: z.literal('diff'), path: z.string(), diff: z.string() }),
  /** `data` is base64, at most 5 MB; null when the transcript keeps none. */
  z.strictObject({ type: z.literal('image'), media: z.string(), data: z.string().nullable() }),
  /** What the program notes of itself: a compaction, an interruption, an error. */
  z.strictObject({ type: z.literal('note'), text: z.string() }),
])
export type Part = z.infer<typeof Part>

/** One entry. An entry that comes again with the same id replaces the former: tools get their output later. */
export const Entry = z.strictObject({
  id: z.string(),
  role: z.enum(['person', 'agent', 'system']),
  at: z.int(),
  parts: z.array(Part),
  /** The sub-agent that it belongs to; null for the main thread. */
  thread: z.string().nullable(),
  model: z.string().nullable(),
})
export type Entry = z.infer<typeof Entry>
