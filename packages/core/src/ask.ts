// What an agent asks of a person: an approval, a question, or a look at what it did. All of it is foreign text.
import { z } from 'zod'

export const ASK_KINDS = ['approval', 'question', 'failure', 'finished'] as const

/** One of the answers that an agent offers. `key` is what the kit needs to give it. */
export const Choice = z.strictObject({
  key: z.string().max(200),
  label: z.string().max(1000),
  /** What it does: lets it happen once, always (a rule of the program's own), refuses, or is an answer to a question. */
  effect: z.enum(['allow', 'allow-always', 'deny', 'answer']),
  description: z.string().max(4000).default(''),
})
export type Choice = z.infer<typeof Choice>

/** One of the questions of an ask; most asks have one. */
export const Question = z.strictObject({
  text: z.string().max(10_000),
  header: z.string().max(200).default(''),
  choices: z.array(Choice).max(50),
  /** More than one choice may be taken. */
  multiple: z.boolean().default(false),
  /** Words of one's own are an answer, too. */
  words: z.boolean().default(false),
})
export type Question = z.infer<typeof Question>

/** An ask as a kit sees it. `ref` is the kit's own name for it, unique within the session. */
export const Ask = z.strictObject({
  ref: z.string().max(500),
  kind: z.enum(ASK_KINDS),
  /** What it is about, short: a command, a path, a question. */
  title: z.string().max(2000),
  /** The tool that is to run, as the program names it; null for a question. */
  tool: z.string().max(500).nullable(),
  /** What the tool is given; null for a question. At most 64 kB as JSON, cut and marked beyond. */
  input: z.unknown(),
  /** Why the agent wants it, in its own words. */
  reason: z.string().max(10_000).default(''),
  questions: z.array(Question).max(20),
  at: z.int(),
  /** The agent behind it when it is not the main one, such as a sub-agent's name. */
  onBehalfOf: z.string().max(500).nullable().default(null),
})
export type Ask = z.infer<typeof Ask>

/** What a person answers: a choice for each question by its key, or words, or a refusal with its reason. */
export const Answer = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('choose'),
    choices: z
      .array(z.array(z.string().max(200)).max(50))
      .min(1)
      .max(20),
    words: z.string().max(20_000).optional(),
  }),
  z.strictObject({ kind: z.literal('words'), words: z.string().min(1).max(20_000) }),
  z.strictObject({ kind: z.literal('deny'), reason: z.string().max(20_000).default('') }),
])
export type Answer = z.infer<typeof Answer>

/**
 * Where an answer is on its way: `pending` nobody has answered; `answered` a person has, and the kit hands it over;
 * `consumed` the program has taken it; `stale` it was answered elsewhere, at the keyboard for one, or is void.
 */
export const RECEIPTS = ['pending', 'answered', 'consumed', 'stale'] as const
export type Receipt = (typeof RECEIPTS)[number]
