// Evidence of what an agent does: who said it, when, and how much that source is worth.
import { z } from 'zod'
import { STATES } from './state.ts'

/**
 * Where evidence comes from, best first. `process` is the operating system's word that a program lives or has ended;
 * `vendor` is the program's own state (file, socket, HTTP); `hook` is what it calls on events; `transcript` is what it
 * writes down; `title` and `screen` are read by rules and are believed only where nothing better speaks.
 */
export const EVIDENCE_SOURCES = ['process', 'vendor', 'hook', 'transcript', 'title', 'screen'] as const
export type EvidenceSource = (typeof EVIDENCE_SOURCES)[number]

/** `at` is when it was so, ms UTC; `why` is a sentence for people that names what was seen. */
export const Evidence = z.strictObject({
  source: z.enum(EVIDENCE_SOURCES),
  state: z.enum(STATES),
  why: z.string().max(2000),
  at: z.int(),
})
export type Evidence = z.infer<typeof Evidence>
