// What kits leave in the database: where each agent's own conversation goes on, and words that wait.
import type { AgentId, QueuedPrompt } from '@tutti/core'
import type { Statement, Store } from '../db/store.ts'

/** A program's own session, by which it can go on after a sleep. */
export interface VendorSession {
  kit: string
  session: string
  /** The file of the conversation; null where there is none, or it is not known yet. */
  transcript: string | null
  version: string | null
}

type Reads = Pick<Store, 'all' | 'get'>

export const vendorSession = (store: Reads, id: AgentId): VendorSession | null =>
  store.get<VendorSession>(
    'SELECT kit, session, transcript, version FROM vendor_sessions WHERE agent_id = ?',
    id,
  ) ?? null

export const putVendorSession = (id: AgentId, one: VendorSession): Statement => ({
  sql: `INSERT INTO vendor_sessions (agent_id, kit, session, transcript, version) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (agent_id) DO UPDATE SET kit = excluded.kit, session = excluded.session,
          transcript = excluded.transcript, version = excluded.version`,
  values: [id, one.kit, one.session, one.transcript, one.version],
})

interface PromptRow {
  id: QueuedPrompt['id']
  agent_id: AgentId
  text: string
  written_by: string
  created_at: number
}

const prompt = (row: PromptRow): QueuedPrompt => ({
  id: row.id,
  agentId: row.agent_id,
  text: row.text,
  by: row.written_by,
  createdAt: row.created_at,
})

export const waitingPrompts = (store: Reads): QueuedPrompt[] =>
  store.all<PromptRow>('SELECT * FROM prompts ORDER BY id').map(prompt)

export const promptsOf = (store: Reads, id: AgentId): QueuedPrompt[] =>
  store.all<PromptRow>('SELECT * FROM prompts WHERE agent_id = ? ORDER BY id', id).map(prompt)

export const promptById = (store: Reads, id: string): QueuedPrompt | null => {
  const row = store.get<PromptRow>('SELECT * FROM prompts WHERE id = ?', id)
  return row ? prompt(row) : null
}

export const insertPrompt = (one: QueuedPrompt): Statement => ({
  sql: 'INSERT INTO prompts (id, agent_id, text, written_by, created_at) VALUES (?, ?, ?, ?, ?)',
  values: [one.id, one.agentId, one.text, one.by, one.createdAt],
})

/** Whoever removes it is the one who may give it to the agent. */
export const deletePrompt = (id: string): Statement => ({
  sql: 'DELETE FROM prompts WHERE id = ?',
  values: [id],
  expect: { changes: 1, fault: 'prompt.unknown', details: { id } },
})
