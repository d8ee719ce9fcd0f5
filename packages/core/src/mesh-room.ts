// What machines of a room tell of themselves beside their agents, and what a person settles between them.
import { z } from 'zod'
import { idSchema } from './id.ts'
import { NodeIdText } from './node.ts'

/** How a machine does, by its own word. Bytes and ms; `load` is the mean of a minute over all its processors: 1 is fully busy. */
export const NodeHealth = z.strictObject({
  /** When we heard it, by our clock. */
  at: z.int(),
  load: z.number(),
  processors: z.int(),
  memoryBytes: z.int(),
  freeBytes: z.int(),
  startedAt: z.int(),
  /** Whether its disk takes writes. */
  writable: z.boolean(),
  agents: z.int(),
  awake: z.int(),
})
export type NodeHealth = z.infer<typeof NodeHealth>

/** The last that is known of a machine's health: of one that is away, from before it went. */
export const HealthOfNode = z.strictObject({ node: NodeIdText, health: NodeHealth.nullable() })

/** Where other machines reach this one. */
export const NodeDoor = z.strictObject({
  open: z.boolean(),
  /** `0.0.0.0` is every network that this machine is in. */
  host: z.string(),
  port: z.int(),
  /** Chosen by a person; else it is as the daemon was started. */
  chosen: z.boolean(),
  /** Addresses of the network cards, and the one that only this machine itself reaches. */
  addresses: z.array(z.string()),
})
export type NodeDoor = z.infer<typeof NodeDoor>

/** One of several machines that say that an agent is theirs. */
export const Claim = z.strictObject({
  node: NodeIdText,
  machine: z.string(),
  /** This machine. */
  self: z.boolean(),
  /** The higher one has the agent. */
  token: z.int(),
  /** When it last said so, ms UTC by its clock. */
  at: z.int(),
  home: z.boolean(),
})

export const AgentClaims = z.strictObject({
  agentId: idSchema('agent'),
  name: z.string(),
  /** True where nobody has the higher token: only a person can tell which one it is. */
  contested: z.boolean(),
  claims: z.array(Claim),
})
export type AgentClaims = z.infer<typeof AgentClaims>
