// Who asks: an agent of this machine, one of another that is known here, or one of which only its mail is.
import '../words/late/attention.ts'
import type { Agent, AttentionItem } from '@tutti/core'
import { Link } from 'wouter'
import { useAgent } from '../data/agents-store.ts'
import { useHome } from '../data/room-store.ts'
import { foreignText } from '../ui/foreign-text.ts'
import { t } from '../words/words.ts'
import css from './ask-card.module.css'

type Asked = Pick<AttentionItem, 'agentId' | 'ask' | 'asker'>

interface Asker {
  /** As it is known here; null for one that another machine shows to nobody here. */
  agent: Agent | null
  name: string
  /** The name of its machine, where that is another one. */
  machine: string | null
}

export function useAsker({ agentId, asker }: Asked): Asker {
  const agent = useAgent(agentId)
  const home = useHome(agentId)
  if (agent) return { agent, name: agent.name, machine: home?.name ?? null }
  const name = asker ? foreignText(asker.name) : agentId
  return { agent: null, name, machine: asker ? foreignText(asker.machine) : null }
}

/** Its name, which leads to it; the message where there is nothing else to see of it. */
export function AskerName({ item, settled }: { item: Asked & { receipt?: string }; settled?: boolean }) {
  const { agent, name, machine } = useAsker(item)
  const place = agent || !item.asker ? `/agents/${item.agentId}` : threadPlace(item)
  return (
    <>
      <Link href={place} className={settled ? undefined : css.name} data-receipt={item.receipt}>
        {name}
      </Link>
      {machine !== null && <span className={css.dim}> {t('ask.on', { machine })}</span>}
    </>
  )
}

export const threadPlace = ({ ask }: Pick<AttentionItem, 'ask'>): string =>
  `/messages/thread/${encodeURIComponent(ask.ref.replace('mail ', ''))}`
