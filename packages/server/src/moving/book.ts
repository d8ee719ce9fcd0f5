// What this machine knows of moves: one row for each agent with its last one, written with the change that it tells of.
import { hasMoveEnded, type AgentMove, type NewEvent, type WORKING_COPIES } from '@tutti/core'
import type { By, Statement, Store } from '../db/store.ts'

/** What only this machine has to know of a move. */
export interface MoveDetail {
  workingCopy: (typeof WORKING_COPIES)[number]
  /** SHA-256 of the parcel; empty before it is packed. */
  digest: string
  /** The mailbox went along up to this message. */
  mailSeq: number
  /** The folder that was chosen here, and whether it was made for this. */
  folder: string
  made: boolean
}

export interface KeptMove {
  move: AgentMove
  detail: MoveDetail
}

/** What belongs into one transaction with something else. */
export interface Changes {
  statements: readonly Statement[]
  events: readonly NewEvent[]
}

interface Row {
  value: string
  detail: string
}

export function createBook(store: Pick<Store, 'all' | 'get' | 'commit'>) {
  const progress = new Map<string, number>()

  const read = ({ value, detail }: Row): KeptMove => {
    // Both were written by JSON.stringify of those types, below.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    const kept = { move: JSON.parse(value) as AgentMove, detail: JSON.parse(detail) as MoveDetail }
    const sentBytes = progress.get(kept.move.agent)
    if (sentBytes === undefined || hasMoveEnded(kept.move)) return kept
    return { ...kept, move: { ...kept.move, sentBytes } }
  }

  const written = ({ move, detail }: KeptMove): Changes => ({
    statements: [
      {
        sql: `INSERT INTO agent_moves (agent, phase, value, detail) VALUES (?, ?, ?, ?)
          ON CONFLICT (agent) DO UPDATE SET phase = excluded.phase, value = excluded.value, detail = excluded.detail`,
        values: [move.agent, move.phase, JSON.stringify(move), JSON.stringify(detail)],
      },
    ],
    events: [{ type: 'move.changed', subject: move.agent, data: move }],
  })

  return {
    find(agent: string): KeptMove | null {
      const row = store.get<Row>('SELECT value, detail FROM agent_moves WHERE agent = ?', agent)
      return row ? read(row) : null
    },
    list: (): KeptMove[] => store.all<Row>('SELECT value, detail FROM agent_moves').map(read),
    ready: (): KeptMove[] =>
      store.all<Row>("SELECT value, detail FROM agent_moves WHERE phase = 'ready'").map(read),
    written,
    async save(kept: KeptMove, by: By): Promise<void> {
      const { move } = kept
      await store.commit({
        by,
        subject: move.agent,
        detail: { node: move.node, phase: move.phase },
        ...written(kept),
      })
    },
    /** How far it is: told, and not worth a row. */
    async progressed(move: AgentMove, sentBytes: number): Promise<void> {
      progress.set(move.agent, sentBytes)
      const data = { ...move, sentBytes }
      await store.commit({
        by: PROGRESS,
        subject: move.agent,
        statements: [],
        events: [{ type: 'move.changed', subject: move.agent, data }],
      })
    },
    reached: (agent: string, sentBytes: number) => progress.set(agent, sentBytes),
    forget: (agent: string) => progress.delete(agent),
  }
}

const PROGRESS: By = { actor: 'system', address: '', act: 'move.progress', audited: false }
