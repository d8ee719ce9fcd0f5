// The event catalogue: what may be appended to the log, what each carries, and who may see it.
import { z } from 'zod'
import { Agent, Recording } from './agent.ts'
import { BoardCard, BoardColumn } from './board.ts'
import { Login, Token, User } from './account.ts'
import { AttentionItem, QueuedPrompt } from './attention.ts'
import { Rule } from './rule.ts'
import { TranscriptGrowth } from './transcript.ts'
import { Budget, Meter, UsageTotal } from './usage.ts'
import { Message } from './message.ts'
import { Backup, Preferences, Settings } from './system.ts'
import { AgentMove } from './move.ts'
import { FleetUpgrade, Upgrade } from './upgrade.ts'
import { MeshNode, NodeAgent, NodeEvent } from './node.ts'
import type { Permission } from './policy.ts'

const Gone = z.strictObject({ id: z.string() })
const row = <D extends z.ZodType>(may: Permission, data: D) => ({ may, data })

/** Events carry the whole new state of their subject, so that a reader never has to ask again. */
export const EVENTS = {
  'agent.created': row('agent:read', Agent),
  'agent.changed': row('agent:read', Agent),
  'agent.deleted': row('agent:read', Agent),
  'agent.undeleted': row('agent:read', Agent),
  'agent.purged': row('agent:read', Gone),
  'user.created': row('user:read', User),
  'user.changed': row('user:read', User),
  'user.removed': row('user:read', Gone),
  'login.created': row('user:read', Login),
  'login.ended': row('user:read', Gone),
  'token.created': row('user:read', Token),
  'token.revoked': row('user:read', Gone),
  'preferences.changed': row(
    'account:self',
    z.strictObject({ userId: z.string(), preferences: Preferences }),
  ),
  'settings.changed': row('settings:read', Settings),
  'recording.started': row('recording:read', Recording),
  'recording.ended': row('recording:read', Recording),
  'recording.removed': row('recording:read', Gone),
  'message.created': row('message:read', Message),
  'message.changed': row('message:read', Message),
  'message.removed': row('message:read', Gone),
  'backup.created': row('backup:read', Backup),
  'backup.removed': row('backup:read', Gone),
  'attention.changed': row('attention:read', AttentionItem),
  'rule.changed': row('attention:read', Rule),
  'prompt.queued': row('terminal:read', QueuedPrompt),
  'prompt.removed': row('terminal:read', Gone),
  'transcript.grown': row('terminal:read', TranscriptGrowth),
  'usage.changed': row('usage:read', UsageTotal),
  'meter.changed': row('usage:read', Meter),
  'budget.changed': row('usage:read', Budget),
  'budget.removed': row('usage:read', Gone),
  'node.changed': row('node:read', MeshNode),
  'node.removed': row('node:read', Gone),
  'node.agent': row('agent:read', NodeAgent),
  'card.changed': row('board:read', BoardCard),
  'card.removed': row('board:read', Gone),
  'column.changed': row('board:read', BoardColumn),
  'column.removed': row('board:read', Gone),
  'move.changed': row('agent:read', AgentMove),
  'upgrade.changed': row('upgrade:read', Upgrade),
  'room-upgrade.changed': row('upgrade:read', FleetUpgrade),
  'node.told': row('agent:read', NodeEvent),
  'node.agent-gone': row('agent:read', z.strictObject({ node: z.string(), id: z.string() })),
} as const

export type EventType = keyof typeof EVENTS
export type EventData<T extends EventType> = z.infer<(typeof EVENTS)[T]['data']>

/** One entry of the log. `seq` has no gaps; `subject` is the id of what changed. */
export type LoggedEvent = {
  [T in EventType]: { seq: number; at: number; type: T; subject: string; actor: string; data: EventData<T> }
}[EventType]

/** An event before the store gives it its number and time. */
export type NewEvent = {
  [T in EventType]: { type: T; subject: string; data: EventData<T> }
}[EventType]

export const isEventType = (text: string): text is EventType => Object.hasOwn(EVENTS, text)

/** The entry as the API shows it. */
export const EventEntry = z.strictObject({
  seq: z.int(),
  at: z.int(),
  type: z.string(),
  subject: z.string(),
  actor: z.string(),
  data: z.unknown(),
})

/**
 * Text frames of `/v1/stream`, server to browser. `hello` opens; `event` follows in order of seq; `at` proves life every
 * 25 s and says how far the log is; `reset` means that `since` is no longer in the log: read everything again, then go
 * on from `seq`.
 */
export type StreamFrame =
  | { hello: { seq: number; version: string } }
  | { event: LoggedEvent }
  | { at: number }
  | { reset: { seq: number } }
