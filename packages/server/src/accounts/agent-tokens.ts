// The token of an agent's session: made at each start, kept as its hash, and worth nothing once the session has ended.
import type { Agent, AgentId, LoggedEvent, RandomBytes } from '@tutti/core'
import type { Statement, Store } from '../db/store.ts'
import { hashKey, hashOf, newSecret, sameHash, TOKEN_PREFIX } from './secret.ts'

export interface LiveToken {
  agentId: AgentId
  /** The agent's. */
  name: string
}

export interface AgentTokens {
  /** A secret for a session that is about to start. It opens something from the commit of the statement on. */
  issue(id: AgentId): { secret: string; statement: Statement }
  /** Whose session the secret belongs to; null for an unknown one, and for one whose session has ended. */
  bySecret(secret: string): LiveToken | null
  /** The token of an agent while its session lives. */
  of(id: AgentId): LiveToken | null
}

interface Held extends LiveToken {
  secretHash: Uint8Array
}

interface Row {
  agent_id: AgentId
  name: string
  secret_hash: Uint8Array
}

const LIVE = `SELECT agent_id, name, secret_hash FROM agent_tokens JOIN agents ON agents.id = agent_id
  WHERE (session_started_at IS NOT NULL OR state = 'starting')`

const UPSERT = `INSERT INTO agent_tokens (agent_id, secret_hash) VALUES (?, ?)
  ON CONFLICT (agent_id) DO UPDATE SET secret_hash = excluded.secret_hash`

type Reads = Pick<Store, 'all' | 'get' | 'onEvents'>

/** Kept true by the events of the store: whoever ends a session needs to know nothing of tokens. */
export function createAgentTokens(store: Reads, random: RandomBytes): AgentTokens {
  const byId = new Map<string, Held>()
  const byHash = new Map<string, Held>()

  const drop = (id: string) => {
    const held = byId.get(id)
    byId.delete(id)
    if (held !== undefined) byHash.delete(hashKey(held.secretHash))
  }
  const keep = (row: Row) => {
    drop(row.agent_id)
    const held = { agentId: row.agent_id, name: row.name, secretHash: row.secret_hash }
    byId.set(held.agentId, held)
    byHash.set(hashKey(held.secretHash), held)
  }
  const reload = (id: AgentId) => {
    const row = store.get<Row>(`${LIVE} AND agents.id = ?`, id)
    if (row === undefined) drop(id)
    else keep(row)
  }
  const apply = (event: LoggedEvent) => {
    if (event.type === 'agent.purged') drop(event.data.id)
    else if (isAgentEvent(event)) {
      const { id, name, status } = event.data
      const held = byId.get(id)
      if (!isLive(event.data)) drop(id)
      else if (held === undefined || status.state === 'starting') reload(id)
      else held.name = name
    }
  }

  for (const row of store.all<Row>(LIVE)) keep(row)
  store.onEvents((events) => events.forEach(apply))

  return {
    issue(id) {
      const secret = TOKEN_PREFIX + newSecret(random)
      return { secret, statement: { sql: UPSERT, values: [id, hashOf(secret)] } }
    },
    bySecret(secret) {
      const hash = hashOf(secret)
      const held = byHash.get(hashKey(hash))
      return held !== undefined && sameHash(held.secretHash, hash) ? held : null
    },
    of: (id) => byId.get(id) ?? null,
  }
}

const isLive = ({ session, status }: Agent): boolean => session !== null || status.state === 'starting'

type AgentEvent = Extract<LoggedEvent, { data: Agent }>

const isAgentEvent = (event: LoggedEvent): event is AgentEvent => event.type.startsWith('agent.')
