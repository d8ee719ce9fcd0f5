// A conversation as every kit reads it from its program's own transcript. All text in it is foreign.
import { z } from 'zod'
import { idSchema } from './id.ts'

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

/** A piece of a conversation, oldest first. `before` fetches the piece before it; null at the beginning. */
export const TranscriptPage = z.strictObject({
  entries: z.array(Entry),
  before: z.string().nullable(),
  /** Entries in all, or those that were found. */
  total: z.int(),
})
export type TranscriptPage = z.infer<typeof TranscriptPage>

/** Entries that are new or replace those of the same id. `whole` false: there were too many, read them anew. */
export const TranscriptGrowth = z.strictObject({
  agentId: idSchema('agent'),
  entries: z.array(Entry),
  whole: z.boolean(),
})
export type TranscriptGrowth = z.infer<typeof TranscriptGrowth>
