// The conversation with an agent beside its terminal: what was said, what it asks, and a place to write.
import '../words/late/chat.ts'
import { MessageSquare, Search } from 'lucide-react'
import { useState } from 'react'
import type { Agent } from '@tutti/core'
import { AnswerBar } from '../attention/answer-bar.tsx'
import { useMay } from '../data/session-store.ts'
import { useCommand } from '../keys/command-registry.ts'
import { IconButton } from '../ui/button.tsx'
import { EmptyState, ErrorState, Skeleton } from '../ui/page-states.tsx'
import { t } from '../words/words.ts'
import { ChatList, type Target } from './chat-list.tsx'
import { ChatSearch } from './chat-search.tsx'
import { Composer } from './composer.tsx'
import { useConversation } from './use-conversation.ts'
import css from './chat-pane.module.css'

export function ChatPane({ agent, active }: { agent: Agent; active: boolean }) {
  const reading = useConversation(agent.id)
  const [searching, setSearching] = useState(false)
  const [target, setTarget] = useState<Target | null>(null)
  const mayWrite = useMay('terminal:write')
  useCommand('find', () => setSearching(true), active)
  const { conversation, state } = reading
  const show = async (id: string) => {
    if (!(await reading.reach(id))) return
    setTarget({ id })
    setSearching(false)
  }
  return (
    <div className={css.pane}>
      {searching ? (
        <ChatSearch agent={agent} onShow={(id) => void show(id)} onClose={() => setSearching(false)} />
      ) : (
        <>
          <IconButton
            label={t('chat.search')}
            keys="mod+f"
            className={css.search}
            onClick={() => setSearching(true)}
          >
            <Search />
          </IconButton>
          {state === 'loading' && <Skeleton />}
          {state === 'failed' && <ErrorState message={reading.message} onRetry={reading.retry} />}
          {state === 'ready' && conversation.entries.length === 0 && (
            <div className={css.empty}>
              <EmptyState icon={<MessageSquare />} title={t('chat.empty')}>
                {t('chat.empty-text', { name: agent.name })}
              </EmptyState>
            </div>
          )}
          {state === 'ready' && conversation.entries.length > 0 && (
            <ChatList
              key={agent.id}
              name={agent.name}
              conversation={conversation}
              target={target}
              onNearStart={reading.readOlder}
            />
          )}
        </>
      )}
      <AnswerBar agent={agent} active={active} />
      {mayWrite ? (
        <Composer key={agent.id} agent={agent} active={active} />
      ) : (
        <p className={css.note}>{t('chat.read-only')}</p>
      )}
    </div>
  )
}
