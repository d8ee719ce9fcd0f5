// Which agent of this machine something is about, by its id: a grant that names agents reaches what belongs to them.
import type { AgentId } from '@tutti/core'
import type { Store } from '../db/store.ts'

const TABLES: Readonly<Record<string, string>> = {
  att: 'attention',
  prm: 'prompts',
  rec: 'recordings',
}

/** Answers null for what is not of this machine. */
export const subjectAgents =
  (store: Pick<Store, 'get'>, isOwn: (id: string) => boolean) =>
  (id: string): AgentId | null => {
    if (isAgentId(id)) return isOwn(id) ? id : null
    const table = TABLES[id.slice(0, 3)]
    if (table === undefined) return null
    return (
      store.get<{ agent: AgentId }>(`SELECT agent_id AS agent FROM ${table} WHERE id = ?`, id)?.agent ?? null
    )
  }

const isAgentId = (id: string): id is AgentId => id.startsWith('agt_')
