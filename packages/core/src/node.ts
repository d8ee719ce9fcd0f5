// The machines of the room as one of them shows them, and what it shows while a new one is let in.
import { z } from 'zod'
import { Agent } from './agent.ts'
import { AttentionItem } from './attention.ts'
import { idSchema } from './id.ts'

/** did:key of the machine's Ed25519 key. */
export const NodeIdText = z
  .string()
  .regex(/^did:key:z[1-9A-HJ-NP-Za-km-z]{40,60}$/, 'expected the id of a machine, such as did:key:z6Mk…')

/** `linked`: directly; `relayed`: over a common neighbour; `away`: it cannot be reached now. */
export const LINK_STATES = ['self', 'linked', 'relayed', 'away'] as const

/** Events of agents elsewhere that are told on beside their state. */
export const TOLD_EVENTS = [
  'attention.changed',
  'prompt.queued',
  'prompt.removed',
  'recording.started',
  'recording.ended',
  'recording.removed',
  'transcript.grown',
  'usage.changed',
  'meter.changed',
] as const

/** What people of another machine may do here, at most: denied unless somebody here grants it. */
export const NodeGrant = z.strictObject({
  role: z.enum(['viewer', 'operator', 'admin']),
  /** Only these agents; null for all of this machine. */
  agents: z.array(idSchema('agent')).max(1000).nullable(),
})
export type NodeGrant = z.infer<typeof NodeGrant>

export const MeshNode = z.strictObject({
  id: NodeIdText,
  /** Unique in the room; agents there are `name@label`. */
  name: z.string(),
  link: z.enum(LINK_STATES),
  /** The machine that passes on what goes there, where the link is relayed. */
  via: NodeIdText.nullable(),
  /** Since when the link is as it is, ms UTC; null where that is not known. */
  since: z.int().nullable(),
  version: z.string(),
  latencyMs: z.number().nullable(),
  /** By how much its clock is ahead of ours. */
  skewMs: z.int().nullable(),
  /** Agents that live there, by the directory. */
  agents: z.int(),
  /** Messages that wait for it here. */
  waiting: z.int(),
  urls: z.array(z.string()),
  /** What its people may do here; null for nothing. */
  grant: NodeGrant.nullable(),
})
export type MeshNode = z.infer<typeof MeshNode>

/** The agents of another machine as they were last seen. */
export const NodeAgents = z.strictObject({
  node: NodeIdText,
  name: z.string(),
  link: z.enum(LINK_STATES),
  since: z.int().nullable(),
  agents: z.array(Agent).readonly(),
  /** What they ask of people there; answered by its id like an item of this machine. */
  attention: z.array(AttentionItem).readonly(),
})
export type NodeAgents = z.infer<typeof NodeAgents>

/** One agent of another machine; its machine and it are the subject. */
export const NodeAgent = z.strictObject({ node: NodeIdText, agent: Agent })

/** An event of another machine about one of its agents, as it was told of it. */
export const NodeEvent = z.strictObject({
  node: NodeIdText,
  agentId: idSchema('agent'),
  type: z.enum(TOLD_EVENTS),
  data: z.unknown(),
})
export type NodeEvent = z.infer<typeof NodeEvent>

export const PAIRING_PHASES = ['open', 'comparing', 'trusted', 'over'] as const
export type PairingPhase = (typeof PAIRING_PHASES)[number]

/** One joining as one of its two machines sees it. */
export const NodePairing = z.strictObject({
  id: idSchema('pairing'),
  side: z.enum(['inviter', 'joiner']),
  phase: z.enum(PAIRING_PHASES),
  /** The one-time code, on the inviting machine and while it is good. */
  code: z.string().nullable(),
  /** Six digits that must be the same on both machines; null before the other one is there. */
  text: z.string().nullable(),
  node: NodeIdText.nullable(),
  /** Whether this user and the other one have said that the digits are the same. */
  mine: z.boolean(),
  theirs: z.boolean(),
  until: z.int(),
  /** Why it is over; null while it is not, or went well. */
  why: z.string().nullable(),
})
export type NodePairing = z.infer<typeof NodePairing>
