// How an agent lies in the database: one row each, written whole, so that a row always equals the agent that its event tells of.
import type { Agent, AgentId } from '@tutti/core'
import type { Statement, Store, Value } from '../db/store.ts'

interface AgentRow {
  id: AgentId
  name: string
  label: string
  tags: string
  folder: string
  program: string
  args: string
  persona: string
  avatar: string | null
  public_key: string
  state: Agent['status']['state']
  why: string
  since: number
  session_started_at: number | null
  title: string
  adopted: string | null
  recording: Agent['recording']
  trust: Agent['trust']
  isolation: Agent['isolation']
  egress: string
  kit: string | null
  created_at: number
  updated_at: number
  deleted_at: number | null
  version: number
}

// In the order of `values`; the private key is written once, at creation.
const COLUMNS = [
  'id',
  'name',
  'label',
  'tags',
  'folder',
  'program',
  'args',
  'persona',
  'avatar',
  'public_key',
  'state',
  'why',
  'since',
  'session_started_at',
  'title',
  'recording',
  'trust',
  'isolation',
  'egress',
  'kit',
  'created_at',
  'updated_at',
  'deleted_at',
  'version',
] as const

const SELECT = `SELECT ${COLUMNS.join(', ')}, adopted FROM agents ORDER BY id`
const INSERT = `INSERT INTO agents (${COLUMNS.join(', ')}, adopted, private_key)
  VALUES (${COLUMNS.map(() => '?').join(', ')}, ?, ?)`
const UPDATE = `UPDATE agents SET ${COLUMNS.slice(1)
  .map((column) => `${column} = ?`)
  .join(', ')} WHERE id = ? AND version = ?`

/** Every agent as committed, with the names of its environment and, for an adopted one, its session's reference. */
export function loadAgents(store: Store): Agent[] {
  const names = envNames(store)
  return store.all<AgentRow>(SELECT).map((row) => agentOf(row, names.get(row.id) ?? []))
}

function envNames(store: Store): Map<string, string[]> {
  const names = new Map<string, string[]>()
  const rows = store.all<{ agent_id: string; name: string }>(
    'SELECT agent_id, name FROM agent_env ORDER BY agent_id, name',
  )
  for (const { agent_id: id, name } of rows) names.set(id, [...(names.get(id) ?? []), name])
  return names
}

function agentOf(row: AgentRow, names: string[]): Agent {
  const { session_started_at: startedAt } = row
  return {
    id: row.id,
    name: row.name,
    label: row.label,
    tags: parsed<string[]>(row.tags),
    folder: row.folder,
    program: row.program,
    args: parsed<string[]>(row.args),
    envNames: names,
    persona: parsed<Agent['persona']>(row.persona),
    trust: row.trust,
    isolation: row.isolation,
    egress: parsed<string[]>(row.egress),
    kit: row.kit,
    avatar: row.avatar,
    publicKey: row.public_key,
    status: { state: row.state, why: row.why, since: row.since },
    session: startedAt === null ? null : { startedAt, adopted: row.adopted !== null, title: row.title },
    recording: row.recording,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    deletedAt: row.deleted_at,
    version: row.version,
  }
}

// The text was written by JSON.stringify of that type, a few lines below.
// oxlint-disable-next-line typescript/no-unsafe-type-assertion
const parsed = <T>(json: string): T => JSON.parse(json) as T

const values = (agent: Agent): Value[] => [
  agent.id,
  agent.name,
  agent.label,
  JSON.stringify(agent.tags),
  agent.folder,
  agent.program,
  JSON.stringify(agent.args),
  JSON.stringify(agent.persona),
  agent.avatar,
  agent.publicKey,
  agent.status.state,
  agent.status.why,
  agent.status.since,
  agent.session?.startedAt ?? null,
  agent.session?.title ?? '',
  agent.recording,
  agent.trust,
  agent.isolation,
  JSON.stringify(agent.egress),
  agent.kit,
  agent.createdAt,
  agent.updatedAt,
  agent.deletedAt,
  agent.version,
]

const nameTaken = (agent: Agent) => ({ fault: 'agent.name-taken', details: { name: agent.name } }) as const

export const insertAgent = (
  agent: Agent,
  { privateKey, adopted }: { privateKey: Uint8Array; adopted: string | null },
): Statement => ({
  sql: INSERT,
  values: [...values(agent), adopted, privateKey],
  conflict: nameTaken(agent),
})

/** Writes the whole row over the version that it was made from. */
export const updateAgent = (agent: Agent, from: Agent): Statement => ({
  sql: UPDATE,
  values: [...values(agent).slice(1), agent.id, from.version],
  conflict: nameTaken(agent),
  expect: {
    changes: 1,
    fault: 'version.stale',
    details: { current: 'another version', sent: from.version },
  },
})

export const deleteAgent = (id: AgentId): Statement[] => [
  { sql: 'DELETE FROM agent_env WHERE agent_id = ?', values: [id] },
  { sql: 'DELETE FROM agents WHERE id = ?', values: [id] },
]

export const setAdopted = (id: AgentId, reference: string | null): Statement => ({
  sql: 'UPDATE agents SET adopted = ? WHERE id = ?',
  values: [reference, id],
})

/** The reference of the found session that the agent was made from; null for one that Tutti hosts. */
export const adoptedReference = (store: Store, id: AgentId): string | null =>
  store.get<{ adopted: string | null }>('SELECT adopted FROM agents WHERE id = ?', id)?.adopted ?? null

/** The agents that live in found sessions, by the reference of the session. */
export function adoptedAgents(store: Store): Map<string, AgentId> {
  const rows = store.all<{ adopted: string; id: AgentId }>(
    'SELECT adopted, id FROM agents WHERE adopted IS NOT NULL AND session_started_at IS NOT NULL',
  )
  return new Map(rows.map(({ adopted, id }) => [adopted, id]))
}

export const setEnv = (id: AgentId, name: string, value: Uint8Array): Statement => ({
  sql: 'INSERT INTO agent_env (agent_id, name, value) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value',
  values: [id, name, value],
})

export const unsetEnv = (id: AgentId, name: string): Statement => ({
  sql: 'DELETE FROM agent_env WHERE agent_id = ? AND name = ?',
  values: [id, name],
})

export const sealedEnv = (store: Store, id: AgentId): { name: string; value: Uint8Array }[] =>
  store.all('SELECT name, value FROM agent_env WHERE agent_id = ? ORDER BY name', id)
