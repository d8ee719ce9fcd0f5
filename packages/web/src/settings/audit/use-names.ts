// Names for the ids in the audit log: who acted, and on what.
import { api } from '../../data/api.ts'
import { useAgents } from '../../data/agents-store.ts'
import { t } from '../../words/words.ts'
import { useLive } from '../../data/use-live.ts'

export interface Names {
  actor: (id: string) => string
  subject: (id: string) => string
  /** Who may have acted, for choosing. */
  actors: readonly { id: string; name: string }[]
}

export function useNames(): Names {
  const known = useLive({
    key: 'names',
    read: namesById,
    apply: (names, event) => {
      if (event.type === 'user.created') return new Map(names).set(event.data.id, event.data.name)
      if (event.type === 'token.created') return new Map(names).set(event.data.id, tokenName(event.data))
      return names
    },
  })
  const agents = useAgents((state) => state.agents)
  const deleted = useAgents((state) => state.deleted)
  const names = known.state === 'ready' ? known.value : new Map<string, string>()
  const others = new Map([
    ['local', t('audit.local')],
    ['system', t('audit.system')],
    ['anonymous', t('audit.anonymous')],
  ])
  return {
    actor: (id) => names.get(id) ?? others.get(id) ?? id,
    subject: (id) => names.get(id) ?? agents.get(id)?.name ?? deleted.get(id)?.name ?? id,
    actors: [...names, ...others].map(([id, name]) => ({ id, name })),
  }
}

async function namesById(): Promise<ReadonlyMap<string, string>> {
  const [users, tokens] = await Promise.all([api.listUsers({}), api.listTokens({ all: true })])
  return new Map([
    ...users.map(({ id, name }): [string, string] => [id, name]),
    ...tokens.map((token): [string, string] => [token.id, tokenName(token)]),
  ])
}

const tokenName = ({ label, userName }: { label: string; userName: string }) =>
  t('audit.token', { label, user: userName })
