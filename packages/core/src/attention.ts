// The attention queue: every ask of every agent that waits for a person, and what became of it.
import { z } from 'zod'
import { Answer, Ask, RECEIPTS } from './ask.ts'
import { EVIDENCE_SOURCES } from './evidence.ts'
import { idSchema } from './id.ts'
import { STATES } from './state.ts'
import { Status } from './status.ts'
import { TRUST_LEVELS } from './trust.ts'

/** An agent of another machine of the room that asks by mail. The machine has proved itself; the names are what it says. */
export const Asker = z.strictObject({
  name: z.string().max(100),
  /** Where an answer goes. */
  address: z.string().max(400),
  /** Its machine: the key, and the name in the room when it asked. */
  node: z.string().max(100),
  machine: z.string().max(100),
})
export type Asker = z.infer<typeof Asker>

/** One ask of one agent from its coming to its end. All of `ask` is foreign text. */
export const AttentionItem = z.strictObject({
  id: idSchema('attention'),
  agentId: idSchema('agent'),
  ask: Ask,
  /** Items with the same group are the same request of different agents; null for one that is never grouped. */
  group: z.string().nullable(),
  /** The one person whom it was put to, by mail; nobody else sees it. Absent for what any person may answer. */
  onlyFor: idSchema('user').optional(),
  /** Who asks, where that is an agent of another machine. Absent for those of this one. */
  asker: Asker.optional(),
  receipt: z.enum(RECEIPTS),
  answer: Answer.nullable(),
  /** Who answered: a person's name, 'rule', or null. */
  answeredBy: z.string().nullable(),
  /** The rule that answered. */
  ruleId: idSchema('rule').nullable(),
  /** Why it is where it is, for people: who answered, or why it is stale. */
  why: z.string(),
  /** Not shown before then, ms UTC. */
  snoozedUntil: z.int().nullable(),
  createdAt: z.int(),
  /** When it was answered or went stale. */
  settledAt: z.int().nullable(),
  version: z.int(),
})
export type AttentionItem = z.infer<typeof AttentionItem>

/** Where an item is to be answered: what one saw of it. */
export const SeenItem = z.strictObject({ id: idSchema('attention'), version: z.int() })

/** One line for each item of a group, in the order asked; `item` is as it now is. */
export const GroupResult = z.strictObject({
  id: z.string(),
  ok: z.boolean(),
  item: AttentionItem.nullable(),
  error: z.strictObject({ code: z.string(), message: z.string() }).optional(),
})

/** What a source says and what it is worth. */
export const REASON_ROLES = ['decides', 'refines', 'agrees', 'overruled', 'silent'] as const
export const Reason = z.strictObject({
  source: z.enum([...EVIDENCE_SOURCES, 'ask']),
  state: z.enum(STATES),
  why: z.string(),
  at: z.int(),
  role: z.enum(REASON_ROLES),
})
export type Reason = z.infer<typeof Reason>

/** Why an agent is shown as it is: the evidence, best first. */
export const Why = z.strictObject({
  agentId: idSchema('agent'),
  status: Status,
  reasons: z.array(Reason),
})
export type Why = z.infer<typeof Why>

/** What Tutti can do with a program, for forms and for what is shown as not supported. */
export const KitInfo = z.strictObject({
  name: z.string(),
  label: z.string(),
  /** The names of its program, as it is found on the PATH; none for the kit of every other program. */
  commands: z.array(z.string()),
  /** Of each level, whether the program has something like it. */
  trust: z.record(z.enum(TRUST_LEVELS), z.boolean()),
  abilities: z.strictObject({
    prompt: z.enum(['channel', 'paste', 'none']),
    interrupt: z.enum(['channel', 'key', 'none']),
    answer: z.enum(['channel', 'key', 'none']),
    resume: z.boolean(),
    transcript: z.boolean(),
    usage: z.boolean(),
    personas: z.boolean(),
  }),
  /** The versions that were proved. */
  proved: z.strictObject({ from: z.string(), to: z.string() }),
})
export type KitInfo = z.infer<typeof KitInfo>

/** Words that wait until their agent can take them. */
export const QueuedPrompt = z.strictObject({
  id: idSchema('prompt'),
  agentId: idSchema('agent'),
  text: z.string(),
  /** The name of who wrote it. */
  by: z.string(),
  createdAt: z.int(),
})
export type QueuedPrompt = z.infer<typeof QueuedPrompt>
