// Standing answers: what is allowed or refused without asking a person each time, for whom, for what and until when.
import { z } from 'zod'
import { AttentionItem } from './attention.ts'
import { idSchema } from './id.ts'
import { HELD_REASONS } from './rule-pattern.ts'

const Pattern = z.string().min(1).max(2000)

/** What a rule speaks of. What is null is not looked at. */
const scope = {
  /** One agent. */
  agentId: idSchema('agent').nullable().default(null),
  /** Agents that work in this folder or below it. */
  folder: z.string().min(1).max(4096).nullable().default(null),
  /** The tool as the program names it, exactly. */
  tool: z.string().min(1).max(500),
  /**
   * The command, path or address that the tool is given. In a command each `*` stands for plain words: never for an option, an
   * assignment, an operator, a redirection or anything that a shell expands; nowhere does it lead out of a folder. Of a
   * refusal it stands for anything.
   */
  pattern: Pattern.nullable().default(null),
}

export const NewRule = z.strictObject({
  effect: z.enum(['allow', 'deny']),
  /** For deny: what the agent is told. */
  reason: z.string().max(2000).default(''),
  ...scope,
  /** Ms UTC; null for a rule that stays until it is revoked. */
  expiresAt: z.int().nullable().default(null),
})
export type NewRule = z.infer<typeof NewRule>

export const Rule = NewRule.extend({
  id: idSchema('rule'),
  agentId: idSchema('agent').nullable(),
  folder: z.string().nullable(),
  pattern: z.string().nullable(),
  reason: z.string(),
  expiresAt: z.int().nullable(),
  /** The name of who made it. */
  createdBy: z.string(),
  createdAt: z.int(),
  revokedAt: z.int().nullable(),
  /** How often it has answered. */
  uses: z.int(),
  lastUsedAt: z.int().nullable(),
})
export type Rule = z.infer<typeof Rule>

/** What a rule would have done in the past. */
export const RulePreview = z.strictObject({
  /** Approvals looked at, the newest ones. */
  looked: z.int(),
  matched: z.int(),
  /** Those among the matched that a person decided the other way. */
  against: z.int(),
  /** The newest of the matched. */
  items: z.array(AttentionItem),
  /** Those that look alike and go to a person all the same, as a `*` does not stand for that much; the newest of them. */
  held: z.array(z.strictObject({ item: AttentionItem, reason: z.enum(HELD_REASONS) })),
})
export type RulePreview = z.infer<typeof RulePreview>
