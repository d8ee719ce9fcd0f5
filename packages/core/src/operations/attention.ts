// What agents ask of people and what people answer: the queue, its rules, prompts, the conversation, and hooks of programs.
import { z } from 'zod'
import { Answer } from '../ask.ts'
import { ConformanceReports } from '../conformance.ts'
import { AttentionItem, GroupResult, KitInfo, QueuedPrompt, SeenItem, Why } from '../attention.ts'
import { idSchema } from '../id.ts'
import { op } from '../operation.ts'
import { NewRule, Rule, RulePreview } from '../rule.ts'
import { TranscriptPage } from '../transcript.ts'

const Nothing = z.strictObject({})
const OneAgent = z.strictObject({ id: idSchema('agent') })
const OneItem = z.strictObject({ id: idSchema('attention') })
// A screenshot or a log as base64.
const FILE_LENGTH = 8_000_000

const queue = {
  listAttention: op({
    method: 'GET',
    path: '/v1/attention',
    may: 'attention:read',
    input: () =>
      z.strictObject({
        /** The items that are settled, newest first, in place of the open ones. */
        settled: z.boolean().default(false),
        agentId: idSchema('agent').optional(),
        limit: z.int().min(1).max(1000).default(200),
      }),
    output: () => z.array(AttentionItem),
    says: 'What waits for a person, the costliest wait first, or what was settled',
    cli: { words: 'attention list' },
  }),
  answerAttention: op({
    method: 'POST',
    path: '/v1/attention/{id}/answer',
    may: 'attention:write',
    input: () => OneItem.extend({ version: z.int(), answer: Answer }),
    output: AttentionItem,
    says: 'Answer what an agent asks; the first answer counts',
    audited: true,
  }),
  answerAttentionGroup: op({
    method: 'POST',
    path: '/v1/attention/answer',
    may: 'attention:write',
    input: () => z.strictObject({ items: z.array(SeenItem).min(1).max(1000), answer: Answer }),
    output: () => z.array(GroupResult),
    says: 'Give the same answer to identical requests of many agents',
    audited: true,
  }),
  dismissAttention: op({
    method: 'POST',
    path: '/v1/attention/{id}/dismiss',
    may: 'attention:write',
    input: () => OneItem.extend({ version: z.int() }),
    output: AttentionItem,
    says: 'Take a failure or a finished turn off the queue',
    audited: true,
  }),
  snoozeAttention: op({
    method: 'POST',
    path: '/v1/attention/{id}/snooze',
    may: 'attention:write',
    input: () => OneItem.extend({ until: z.int().nullable() }),
    output: AttentionItem,
    says: 'Hide something from the queue until a time, or show it again',
    audited: true,
  }),
} as const

const rules = {
  listRules: op({
    method: 'GET',
    path: '/v1/rules',
    may: 'attention:read',
    input: () =>
      z.strictObject({
        /** Also those that were revoked or have expired. */
        ended: z.boolean().default(false),
      }),
    output: () => z.array(Rule),
    says: 'The standing answers, newest first',
    cli: { words: 'rules list' },
  }),
  createRule: op({
    method: 'POST',
    path: '/v1/rules',
    may: 'attention:write',
    input: NewRule,
    output: Rule,
    says: 'Answer requests like these from now on, and those that wait already',
    cli: { words: 'rules create', args: ['effect', 'tool', 'pattern'] },
    audited: true,
  }),
  revokeRule: op({
    method: 'DELETE',
    path: '/v1/rules/{id}',
    may: 'attention:write',
    input: () => z.strictObject({ id: idSchema('rule') }),
    output: Rule,
    says: 'End a standing answer',
    cli: { words: 'rules revoke', args: ['id'] },
    audited: true,
  }),
  previewRule: op({
    method: 'POST',
    path: '/v1/rules/preview',
    may: 'attention:read',
    input: NewRule,
    output: RulePreview,
    says: 'What a standing answer would have answered in the past',
    cli: { words: 'rules preview', args: ['effect', 'tool', 'pattern'] },
  }),
} as const

const conversation = {
  getWhy: op({
    method: 'GET',
    path: '/v1/agents/{id}/why',
    may: 'agent:read',
    input: OneAgent,
    output: Why,
    says: 'Why an agent is shown as it is: the evidence, best first',
  }),
  listKits: op({
    method: 'GET',
    path: '/v1/kits',
    may: 'agent:read',
    input: Nothing,
    output: () => z.array(KitInfo),
    says: 'The programs that Tutti understands, and what it can do with each',
    cli: { words: 'kits list' },
  }),
  listConformance: op({
    method: 'GET',
    path: '/v1/kits/conformance',
    may: 'agent:read',
    input: Nothing,
    output: ConformanceReports,
    says: 'How the real programs did in the last conformance run of this machine',
    cli: { words: 'kits conformance' },
  }),
  getTranscript: op({
    method: 'GET',
    path: '/v1/agents/{id}/transcript',
    may: 'terminal:read',
    input: () =>
      OneAgent.extend({
        /** The entries before the one with this id. */
        before: z.string().max(500).optional(),
        limit: z.int().min(1).max(500).default(100),
        /** Only entries that hold these words. */
        search: z.string().max(200).optional(),
      }),
    output: TranscriptPage,
    says: 'The conversation with an agent, oldest first, the newest page unless told otherwise',
  }),
  sendPrompt: op({
    method: 'POST',
    path: '/v1/agents/{id}/prompts',
    may: 'terminal:write',
    input: () => OneAgent.extend({ text: z.string().min(1).max(200_000) }),
    output: () =>
      z.strictObject({
        /** Null when the agent has it; else what waits until the agent can take it. */
        queued: QueuedPrompt.nullable(),
      }),
    says: 'Give an agent words to act on; they wait while it is busy, and wake it when it sleeps',
    cli: { words: 'prompt', args: ['id', 'text'] },
    audited: true,
  }),
  listPrompts: op({
    method: 'GET',
    path: '/v1/prompts',
    may: 'terminal:read',
    input: () => z.strictObject({ agentId: idSchema('agent').optional() }),
    output: () => z.array(QueuedPrompt),
    says: 'Words that wait for their agents, oldest first',
    cli: { words: 'prompts list' },
  }),
  removePrompt: op({
    method: 'DELETE',
    path: '/v1/prompts/{id}',
    may: 'terminal:write',
    input: () => z.strictObject({ id: idSchema('prompt') }),
    output: Nothing,
    says: 'Take back words that still wait',
    cli: { words: 'prompts remove', args: ['id'] },
    audited: true,
  }),
  interruptAgent: op({
    method: 'POST',
    path: '/v1/agents/{id}/interrupt',
    may: 'terminal:write',
    input: OneAgent,
    output: Nothing,
    says: 'Stop what an agent is doing, as Escape would',
    cli: { words: 'interrupt', args: ['id'] },
    audited: true,
  }),
  uploadPromptFile: op({
    method: 'POST',
    path: '/v1/agents/{id}/files',
    may: 'terminal:write',
    input: () =>
      OneAgent.extend({
        name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, 'expected a file name such as shot.png'),
        content: z.base64().min(1).max(FILE_LENGTH),
      }),
    output: () => z.strictObject({ path: z.string() }),
    says: 'Put a picture or a file (base64) where the agent can read it; name the path in a prompt',
    audited: true,
    bodyBytes: FILE_LENGTH + 1024,
  }),
  reportHook: op({
    method: 'POST',
    path: '/v1/hooks/{hookName}',
    may: 'agent:report',
    // The rest is what the program says: its own shape, judged by its kit.
    input: () =>
      z.looseObject({
        hookName: z.string().regex(/^[A-Za-z0-9_.-]{1,64}$/, 'expected a name such as Stop'),
      }),
    output: () => z.looseObject({}),
    says: 'What the program of an agent reports of itself; answered when a person has, where it waits for one',
    // A tool's input and output stand in it whole.
    bodyBytes: 16 * 1024 * 1024,
  }),
} as const

const push = {
  getPushKey: op({
    method: 'GET',
    path: '/v1/push/key',
    may: 'account:self',
    input: Nothing,
    output: () => z.strictObject({ key: z.string() }),
    says: 'The public key with which a browser subscribes to notifications',
  }),
  subscribePush: op({
    method: 'POST',
    path: '/v1/push',
    may: 'account:self',
    input: () =>
      z.strictObject({
        endpoint: z.url({ protocol: /^https?$/ }).max(2000),
        keys: z.strictObject({
          p256dh: z.string().regex(/^[A-Za-z0-9_-]{87}=?$/),
          auth: z.string().regex(/^[A-Za-z0-9_-]{22}(?:==)?$/),
        }),
      }),
    output: () => z.strictObject({ id: idSchema('push') }),
    says: 'Notify this browser of what waits for a person',
    audited: true,
  }),
  unsubscribePush: op({
    method: 'DELETE',
    path: '/v1/push/{id}',
    may: 'account:self',
    input: () => z.strictObject({ id: idSchema('push') }),
    output: Nothing,
    says: 'Notify this browser no more',
    audited: true,
  }),
} as const

export const attentionOperations = { ...queue, ...rules, ...conversation, ...push } as const
