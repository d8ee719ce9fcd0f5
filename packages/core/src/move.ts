// Moving an agent to another machine, as the two machines show it.
import { z } from 'zod'
import { idSchema } from './id.ts'
import { NodeIdText } from './node.ts'

/**
 * `packing`, `sending` and `handing-over` at the old home, `receiving` and `ready` at the new one; then one of the last three.
 * Up to `sending` it can be cancelled.
 */
export const MOVE_PHASES = [
  'packing',
  'sending',
  'receiving',
  'ready',
  'handing-over',
  'done',
  'cancelled',
  'failed',
] as const
export type MovePhase = (typeof MOVE_PHASES)[number]

/** What becomes of the folder: `bundle` takes the git repository along, with what is not committed; `none` leaves it. */
export const WORKING_COPIES = ['bundle', 'none'] as const

/** The last move of an agent as one machine saw it. */
export const AgentMove = z.strictObject({
  agent: idSchema('agent'),
  name: z.string(),
  direction: z.enum(['out', 'in']),
  /** The other machine. */
  node: NodeIdText,
  nodeName: z.string(),
  phase: z.enum(MOVE_PHASES),
  sentBytes: z.int(),
  sizeBytes: z.int(),
  why: z.string(),
  startedAt: z.int(),
  endedAt: z.int().nullable(),
})
export type AgentMove = z.infer<typeof AgentMove>

export const hasMoveEnded = ({ phase }: Pick<AgentMove, 'phase'>): boolean =>
  phase === 'done' || phase === 'cancelled' || phase === 'failed'
