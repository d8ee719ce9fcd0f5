// Where agents that have moved away live now: light, as mail asks it also on a machine whose mesh is not open.
import { fault, type AgentId } from '@tutti/core'
import type { Store } from '../db/store.ts'
import { createBook } from './book.ts'
import type { Residence } from './residence.ts'
import { refusalOf } from './refusal.ts'

export interface Forwards {
  /** By the agent's id or its name; `waits` until its new home has it. Null for all others. */
  onward(text: string): { agent: string; node: string; address: string; waits: boolean } | null
  /** Whether an agent came from that machine. */
  cameFrom(agent: string, node: string): boolean
  /** The address of somebody on another machine of the room. */
  addressAt(node: string, name: string): string
}

export interface ForwardsDeps {
  store: Pick<Store, 'all' | 'get' | 'commit'>
  /** The name of a machine in the room. */
  labelOf(node: string): string
  provider(): string
}

interface Row {
  agent: string
  name: string
  node: string
}

const FIND =
  'SELECT agent, name, node FROM mail_forwards WHERE agent = ?1 OR name = ?1 ORDER BY at DESC LIMIT 1'

export function createForwards({ store, labelOf, provider }: ForwardsDeps): Forwards {
  const book = createBook(store)
  const addressAt = (node: string, name: string) => `${name}@${labelOf(node)}.${provider()}`
  return {
    addressAt,
    onward(text) {
      const row = store.get<Row>(FIND, text)
      if (!row) return null
      const { agent, node, name } = row
      const waits = book.find(agent)?.move.phase === 'handing-over'
      return { agent, node, address: addressAt(node, name), waits }
    },
    cameFrom(agent, node) {
      const move = book.find(agent)?.move
      return move?.direction === 'in' && move.phase === 'done' && move.node === node
    },
  }
}

const DOUBTED = `SELECT a.id, a.name FROM mesh_holdings h JOIN agents a ON a.id = h.agent
  WHERE h.holding ->> 'phase' = 'doubted' OR (?1 AND h.holding ->> 'phase' IN ('owner', 'offering', 'released'))`

/** Holds agents that are on their way, live elsewhere, or may do so: `isRestored`, the others are still to be heard. */
export function holdMoving(store: ForwardsDeps['store'], hold: Residence['hold'], isRestored: boolean): void {
  for (const { id, name } of store.all<{ id: AgentId; name: string }>(DOUBTED, isRestored ? 1 : 0))
    hold(id, fault('agent.doubted', { name }))
  for (const { move } of createBook(store).list()) {
    const refusal = refusalOf(move)
    if (refusal) hold(move.agent, refusal, move.phase === 'done')
  }
}
