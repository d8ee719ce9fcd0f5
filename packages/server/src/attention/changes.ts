// How an item of the queue comes to another state: over the version that was read, in one unit with its event.
import type { AgentId, AttentionItem, Clock } from '@tutti/core'
import type { By, Store, Unit } from '../db/store.ts'
import type { InOrder } from '../queue.ts'
import type { Board } from './board.ts'
import { updateItem } from './store.ts'

export interface ChangeDeps {
  store: Store
  clock: Clock
  board: Board
  /** Work on one agent's items happens in a row. */
  inOrder: InOrder
  /** What the kit that runs now has told of; after a restart the rest is only remembered. */
  confirmed: Set<string>
}

export type Changes = ReturnType<typeof createChanges>

export const SYSTEM = (act: string): By => ({ actor: 'system', address: '', act, audited: false })

export function createChanges({ store, clock, board, inOrder, confirmed }: ChangeDeps) {
  const change = async (
    from: AttentionItem,
    fields: Partial<AttentionItem>,
    unit: Pick<Unit, 'by'> & Partial<Unit>,
  ): Promise<AttentionItem> => {
    const item: AttentionItem = { ...from, ...fields, version: from.version + 1 }
    await store.commit({
      subject: item.id,
      detail: { agent: item.agentId, receipt: item.receipt },
      ...unit,
      statements: [updateItem(item, from), ...(unit.statements ?? [])],
      events: [{ type: 'attention.changed', subject: item.id, data: item }, ...(unit.events ?? [])],
    })
    return item
  }

  const settled = (
    item: AttentionItem,
    fields: Pick<AttentionItem, 'receipt' | 'why'>,
  ): Promise<AttentionItem> => {
    confirmed.delete(item.id)
    const settledAt = item.settledAt ?? clock.now()
    return change(item, { ...fields, settledAt }, { by: SYSTEM('settleAttention') })
  }

  return {
    change,

    /** The program has taken an answer; what it took without one of ours was answered at the keyboard. */
    consumed: (id: AgentId, ref: string, elsewhere = 'It was answered in the terminal'): Promise<void> =>
      inOrder(id, async () => {
        const item = board.byRef(id, ref)
        if (!item) return
        const isOurs = item.receipt === 'answered'
        const why = isOurs ? 'The program has taken the answer' : elsewhere
        await settled(item, { receipt: isOurs ? 'consumed' : 'stale', why })
      }),

    stale: (id: AgentId, ref: string, why: string): Promise<void> =>
      inOrder(id, async () => {
        const item = board.byRef(id, ref)
        if (item) await settled(item, { receipt: 'stale', why })
      }),

    staleWhere: (id: AgentId, why: string, which: (item: AttentionItem) => boolean): Promise<void> =>
      inOrder(id, async () => {
        for (const item of board.ofAgent(id).filter(which)) await settled(item, { receipt: 'stale', why })
      }),
  }
}
