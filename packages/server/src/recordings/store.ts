// How recordings lie in the database; their bytes are files.
import type { AgentId, RecordingId } from '@tutti/core'
import type { Statement, Store } from '../db/store.ts'

export interface RecordingRow {
  id: RecordingId
  agent_id: AgentId
  started_at: number
  ended_at: number | null
  size_bytes: number
}

const SELECT = 'SELECT id, agent_id, started_at, ended_at, size_bytes FROM recordings'

/** Newest first. */
export const allRows = (store: Store, agentId?: AgentId): RecordingRow[] =>
  agentId === undefined
    ? store.all(`${SELECT} ORDER BY started_at DESC, id DESC`)
    : store.all(`${SELECT} WHERE agent_id = ? ORDER BY started_at DESC, id DESC`, agentId)

export const findRow = (store: Store, id: RecordingId): RecordingRow | undefined =>
  store.get(`${SELECT} WHERE id = ?`, id)

export const insertRow = (row: RecordingRow): Statement => ({
  sql: 'INSERT INTO recordings (id, agent_id, started_at, ended_at, size_bytes) VALUES (?, ?, ?, ?, ?)',
  values: [row.id, row.agent_id, row.started_at, row.ended_at, row.size_bytes],
})

export const endRow = ({ id, ended_at: endedAt, size_bytes: sizeBytes }: RecordingRow): Statement => ({
  sql: 'UPDATE recordings SET ended_at = ?, size_bytes = ? WHERE id = ?',
  values: [endedAt, sizeBytes, id],
})

export const deleteRow = (id: RecordingId): Statement => ({
  sql: 'DELETE FROM recordings WHERE id = ?',
  values: [id],
})

export const deleteRows = (agentId: AgentId): Statement => ({
  sql: 'DELETE FROM recordings WHERE agent_id = ?',
  values: [agentId],
})
