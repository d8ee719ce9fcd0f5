// Everyone who waits for you, longest waiting first.
import { CircleCheck } from 'lucide-react'
import { useRef, useState } from 'react'
import { Link, useLocation } from 'wouter'
import type { Agent } from '@tutti/core'
import { needing } from '../agents/need.ts'
import { useAgents } from '../data/agents-store.ts'
import { useCommand } from '../keys/command-registry.ts'
import { Avatar } from '../ui/avatar.tsx'
import { EmptyState, Skeleton } from '../ui/page-states.tsx'
import { Page } from '../ui/page.tsx'
import { StateGlyph } from '../ui/state-glyph.tsx'
import { Time } from '../ui/time.tsx'
import { t } from '../words/words.ts'
import css from './needs-screen.module.css'

export function NeedsScreen() {
  const agents = useAgents((state) => state.agents)
  const loaded = useAgents((state) => state.loaded)
  const waiting = needing(agents.values())
  return (
    <Page title={t('nav.needs')} note={waiting.length > 0 && waiting.length.toLocaleString()}>
      {!loaded && <Skeleton />}
      {loaded && waiting.length === 0 && (
        <EmptyState icon={<CircleCheck />} title={t('needs.empty')}>
          {t('needs.empty-text')}
        </EmptyState>
      )}
      {waiting.length > 0 && <Waiting agents={waiting} />}
    </Page>
  )
}

function Waiting({ agents }: { agents: readonly Agent[] }) {
  const [, navigate] = useLocation()
  const [at, setAt] = useState(0)
  const list = useRef<HTMLUListElement>(null)
  const move = (step: number) => {
    const next = Math.min(Math.max(at + step, 0), agents.length - 1)
    setAt(next)
    list.current?.querySelectorAll('a')[next]?.focus()
  }
  useCommand('list.down', () => move(1))
  useCommand('list.up', () => move(-1))
  useCommand('list.open', () => agents[at] && navigate(`/agents/${agents[at].id}`))
  return (
    <ul ref={list} className={css.list}>
      {agents.map((agent, index) => (
        <li key={agent.id}>
          <Link
            href={`/agents/${agent.id}`}
            className={css.card}
            data-at={index === at || undefined}
            onFocus={() => setAt(index)}
          >
            <Avatar of={agent} size={28} />
            <span className={css.words}>
              <span className={css.name}>
                {agent.name} {agent.label && <span className={css.dim}>{agent.label}</span>}
              </span>
              <span className={css.why}>{agent.status.why}</span>
            </span>
            <span className={css.end}>
              <StateGlyph status={agent.status} word />
              <span className={css.dim}>
                <Time at={agent.status.since} />
              </span>
            </span>
          </Link>
        </li>
      ))}
    </ul>
  )
}
