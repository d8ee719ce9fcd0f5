// Finds words in the whole conversation: the machine reads all of it, the page shows what fits.
import { CornerDownRight, X } from 'lucide-react'
import { useDeferredValue, useEffect, useRef, useState } from 'react'
import type { Agent, OutputOf } from '@tutti/core'
import { api } from '../data/api.ts'
import { useLoaded } from '../data/use-loaded.ts'
import { useCommand } from '../keys/command-registry.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { Input } from '../ui/field.tsx'
import { focusWhenShown } from '../ui/focus-first.ts'
import { ErrorState, Skeleton } from '../ui/page-states.tsx'
import { t } from '../words/words.ts'
import { EntryView } from './entry-view.tsx'
import { highlight } from './highlight.ts'
import css from './chat-search.module.css'

const PAGE = 200 // entries; who needs more needs better words

interface Props {
  agent: Agent
  /** Goes to the entry, where it stands in the conversation. */
  onShow: (entryId: string) => void
  onClose: () => void
}

export function ChatSearch({ agent, onShow, onClose }: Props) {
  const [query, setQuery] = useState('')
  const asked = useDeferredValue(query.trim())
  useCommand('back', onClose)
  return (
    <section className={css.search} aria-label={t('chat.search')}>
      <div className={css.head}>
        <Input
          ref={focusWhenShown}
          type="search"
          value={query}
          aria-label={t('chat.search')}
          placeholder={t('chat.search')}
          onKeyDown={(event) => {
            if (event.key === 'Escape') onClose()
          }}
          onChange={(event) => setQuery(event.target.value)}
        />
        <IconButton label={t('chat.search-close')} keys="esc" onClick={onClose}>
          <X />
        </IconButton>
      </div>
      {asked !== '' && <Found agent={agent} query={asked} onShow={onShow} />}
    </section>
  )
}

function Found({ agent, query, onShow }: Pick<Props, 'agent' | 'onShow'> & { query: string }) {
  const found = useLoaded(`${agent.id} ${query}`, (signal) =>
    api.getTranscript({ id: agent.id, search: query, limit: PAGE }, { signal }),
  )
  if (found.state === 'loading') return <Skeleton lines={4} />
  if (found.state === 'failed') return <ErrorState message={found.message} onRetry={found.retry} />
  return <Entries page={found.value} query={query} onShow={onShow} />
}

interface EntriesProps extends Pick<Props, 'onShow'> {
  page: OutputOf<'getTranscript'>
  query: string
}

function Entries({ page, query, onShow }: EntriesProps) {
  const list = useRef<HTMLElement>(null)
  useEffect(() => (list.current ? highlight(list.current, query) : undefined), [query])
  return (
    // Longer than the room it has, so the keyboard must reach it.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <section ref={list} className={css.list} aria-label={t('chat.search')} tabIndex={0}>
      <output className={css.count}>
        {page.entries.length === 0
          ? t('chat.search-none', { query })
          : t('chat.search-found', { n: page.total })}
      </output>
      {page.entries.map((entry) => (
        <div key={entry.id} className={css.hit}>
          <EntryView entry={entry} inThread={entry.thread !== null} />
          <Button kind="quiet" icon={<CornerDownRight />} onClick={() => onShow(entry.id)}>
            {t('chat.search-show')}
          </Button>
        </div>
      ))}
    </section>
  )
}
