// The state of the mesh in the database: one row for each thing, written as core/mesh says what has changed.
import {
  applyChange,
  emptyMesh,
  latest,
  membershipOf,
  putRecord,
  recordKey,
  type FieldPolicy,
  type Holding,
  type Letter,
  type MailChange,
  type MailState,
  type MeshChange,
  type MeshState,
} from '@tutti/core/mesh'
import { never } from '@tutti/core'
import type { Entry, NodeId, SignedRecord, StreamId } from '@tutti/protocol'
import type { Statement, Store } from '../db/store.ts'

type Reads = Pick<Store, 'all'>

/** What is on disk; the same as at the moment of its last commit. */
export function loadMesh(store: Reads, self: NodeId, policy: FieldPolicy): MeshState {
  const state = emptyMesh(self, policy)
  for (const { node } of store.all<{ node: NodeId }>('SELECT node FROM mesh_roots')) state.roots.add(node)
  for (const { record } of store.all<{ record: string }>('SELECT record FROM mesh_records'))
    putRecord(state.directory, parsed<SignedRecord>(record))
  state.membership = membershipOf(state.directory.values(), state.roots)
  loadLog(store, state)
  loadMail(store, state.mail)
  for (const row of store.all<{ agent: string; holding: string }>('SELECT agent, holding FROM mesh_holdings'))
    state.holdings.set(row.agent, parsed<Holding>(row.holding))
  // Judges trust again, now that the streams are there which a revocation may end.
  applyChange(state, { table: 'root', node: self })
  return state
}

// The text was written by JSON.stringify of that type, below.
// oxlint-disable-next-line typescript/no-unsafe-type-assertion
const parsed = <T>(json: string): T => JSON.parse(json) as T

function loadLog(store: Reads, state: MeshState): void {
  const rows = store.all<{ stream: StreamId; entry: string }>(
    'SELECT stream, entry FROM mesh_entries ORDER BY stream, seq',
  )
  const entries = Map.groupBy(rows, ({ stream }) => stream)
  type StreamRow = { stream: StreamId; have: number; at: string }
  for (const { stream, have, at } of store.all<StreamRow>('SELECT stream, have, at FROM mesh_streams')) {
    const kept = (entries.get(stream) ?? []).map(({ entry }) => parsed<Entry>(entry))
    applyChange(state, { table: 'part', part: { stream, from: 0, upto: have, entries: kept } })
    const known = state.log.streams.get(stream)
    // The greatest moment outlives the entry that had it.
    if (known) known.at = latest(known.at, at)
  }
}

interface OutRow {
  node: NodeId
  lane: string
  seq: number
  letter: string
  expired: number
}

function loadMail(store: Reads, mail: MailState): void {
  type LaneRow = { node: NodeId; lane: string; next: number }
  for (const { node, lane, next } of store.all<LaneRow>('SELECT node, lane, next FROM mesh_out_lanes')) {
    const lanes = mail.out.get(node) ?? new Map()
    mail.out.set(node, lanes.set(lane, { next, waiting: new Map() }))
  }
  const waiting = store.all<OutRow>(
    'SELECT node, lane, seq, letter, expired FROM mesh_out ORDER BY node, lane, seq',
  )
  for (const { node, lane, seq, letter, expired } of waiting)
    mail.out
      .get(node)
      ?.get(lane)
      ?.waiting.set(seq, { letter: parsed<Letter>(letter), expired: expired === 1 })
  type InRow = LaneRow & { blanks: string }
  for (const row of store.all<InRow>('SELECT node, lane, next, blanks FROM mesh_in')) {
    const lanes = mail.in.get(row.node) ?? new Map()
    mail.in.set(
      row.node,
      lanes.set(row.lane, { next: row.next, blanks: new Set(parsed<number[]>(row.blanks)) }),
    )
  }
}

/** The statements that write what a step has changed. The state has the changes already. */
export const statementsFor = (state: MeshState, changes: readonly MeshChange[]): Statement[] =>
  changes.flatMap((change) => statementsOf(state, change))

function statementsOf(state: MeshState, change: MeshChange): Statement[] {
  switch (change.table) {
    case 'root':
      return [
        { sql: 'INSERT INTO mesh_roots (node) VALUES (?) ON CONFLICT DO NOTHING', values: [change.node] },
      ]
    case 'record':
      return [
        {
          sql: 'INSERT INTO mesh_records (key, record) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET record = excluded.record',
          values: [recordKey(change.record), JSON.stringify(change.record)],
        },
      ]
    case 'entry':
      return [...entryStatements([change.entry]), streamStatement(state, change.entry.stream)]
    case 'part':
      return [...entryStatements(change.part.entries), streamStatement(state, change.part.stream)]
    case 'dropped':
      return change.entries.map(({ stream, seq }) => ({
        sql: 'DELETE FROM mesh_entries WHERE stream = ? AND seq = ?',
        values: [stream, seq],
      }))
    case 'mail':
      return mailStatements(state.mail, change.change)
    case 'holding':
      return [holdingStatement(change.change)]
    default:
      return never(change)
  }
}

const entryStatements = (entries: readonly Entry[]): Statement[] =>
  entries.map((entry) => ({
    sql: 'INSERT INTO mesh_entries (stream, seq, entry) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
    values: [entry.stream, entry.seq, JSON.stringify(entry)],
  }))

function streamStatement({ log }: MeshState, stream: StreamId): Statement {
  const { have = 0, at = '' } = log.streams.get(stream) ?? {}
  return {
    sql: `INSERT INTO mesh_streams (stream, have, at) VALUES (?, ?, ?)
      ON CONFLICT (stream) DO UPDATE SET have = excluded.have, at = excluded.at`,
    values: [stream, have, at],
  }
}

export function holdingStatement({
  agent,
  holding,
}: Extract<MeshChange, { table: 'holding' }>['change']): Statement {
  if (holding === null) return { sql: 'DELETE FROM mesh_holdings WHERE agent = ?', values: [agent] }
  return {
    sql: 'INSERT INTO mesh_holdings (agent, holding) VALUES (?, ?) ON CONFLICT (agent) DO UPDATE SET holding = excluded.holding',
    values: [agent, JSON.stringify(holding)],
  }
}

function mailStatements(mail: MailState, change: MailChange): Statement[] {
  switch (change.type) {
    case 'queued': {
      const { node, lane, letter } = change
      return [
        {
          sql: 'INSERT INTO mesh_out_lanes (node, lane, next) VALUES (?, ?, 2) ON CONFLICT DO UPDATE SET next = next + 1',
          values: [node, lane],
        },
        {
          sql: `INSERT INTO mesh_out (node, lane, seq, letter, expired)
            SELECT node, lane, next - 1, ?, 0 FROM mesh_out_lanes WHERE node = ? AND lane = ?`,
          values: [JSON.stringify(letter), node, lane],
        },
      ]
    }
    case 'expired':
      return [
        {
          sql: 'UPDATE mesh_out SET expired = 1 WHERE node = ? AND lane = ? AND seq = ?',
          values: [change.node, change.lane, change.seq],
        },
      ]
    case 'settled':
      return [
        {
          sql: 'DELETE FROM mesh_out WHERE node = ? AND lane = ? AND seq <= ?',
          values: [change.node, change.lane, change.upto],
        },
      ]
    case 'abandoned':
      return [{ sql: 'DELETE FROM mesh_out WHERE node = ?', values: [change.node] }]
    case 'taken':
    case 'known':
      return [inStatement(mail, change)]
    default:
      return never(change)
  }
}

function inStatement(mail: MailState, { node, lane }: { node: NodeId; lane: string }): Statement {
  const known = mail.in.get(node)?.get(lane)
  return {
    sql: `INSERT INTO mesh_in (node, lane, next, blanks) VALUES (?, ?, ?, ?)
      ON CONFLICT (node, lane) DO UPDATE SET next = excluded.next, blanks = excluded.blanks`,
    values: [node, lane, known?.next ?? 1, JSON.stringify([...(known?.blanks ?? [])])],
  }
}
