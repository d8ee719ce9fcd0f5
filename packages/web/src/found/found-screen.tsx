// tmux sessions that run already on the user's own server, each with a suggested name, waiting to be adopted.
import { isAgentName, type FoundSession } from '@tutti/core'
import { RefreshCw, SquareTerminal } from 'lucide-react'
import { useState } from 'react'
import { Link, useLocation } from 'wouter'
import { api } from '../data/api.ts'
import { attempt } from '../data/attempt.ts'
import { putAgent, useAgents } from '../data/agents-store.ts'
import { toast } from '../data/toast-store.ts'
import { useLoaded } from '../data/use-loaded.ts'
import { Button } from '../ui/button.tsx'
import { TextField } from '../ui/field.tsx'
import { EmptyState, ErrorState, Skeleton } from '../ui/page-states.tsx'
import { Page } from '../ui/page.tsx'
import { Time } from '../ui/time.tsx'
import { t } from '../words/words.ts'
import { suggestedName } from './suggested-name.ts'
import css from './found-screen.module.css'

export function FoundScreen() {
  const found = useLoaded('found', (signal) => api.listFound({}, { signal }))
  const agents = useAgents((state) => state.agents)
  const names = new Set([...agents.values()].map(({ name }) => name))
  return (
    <Page
      title={t('nav.found')}
      note={found.state === 'ready' && found.value.length > 0 && found.value.length.toLocaleString()}
      actions={
        found.state === 'ready' && (
          <Button icon={<RefreshCw />} onClick={found.reload}>
            {t('found.reload')}
          </Button>
        )
      }
    >
      {found.state === 'loading' && <Skeleton />}
      {found.state === 'failed' && <ErrorState message={found.message} onRetry={found.retry} />}
      {found.state === 'ready' && found.value.length === 0 && (
        <EmptyState icon={<SquareTerminal />} title={t('found.empty')}>
          {t('found.empty-text')}
        </EmptyState>
      )}
      {found.state === 'ready' && found.value.length > 0 && (
        <div className={css.found}>
          <p className={css.says}>{t('found.says')}</p>
          <ul className={css.list}>
            {found.value.map((session) => (
              <Session key={session.ref} session={session} names={names} onAdopted={found.reload} />
            ))}
          </ul>
        </div>
      )}
    </Page>
  )
}

interface SessionProps {
  session: FoundSession
  names: ReadonlySet<string>
  onAdopted: () => void
}

function Session({ session, names, onAdopted }: SessionProps) {
  return (
    <li className={css.session}>
      <div className={css.words}>
        <h2>{session.name}</h2>
        <p className={css.facts}>
          <span>{session.program}</span>
          <span>{session.folder}</span>
          <span>{t('found.windows', { n: session.windows })}</span>
          {session.attached > 0 && <span>{t('found.attached', { n: session.attached })}</span>}
          <span>
            {session.cols}×{session.rows}
          </span>
          <span>
            {t('found.started')} <Time at={session.createdAt} />
          </span>
        </p>
      </div>
      {session.agentId ? (
        <Link href={`/agents/${session.agentId}`}>{t('found.is')}</Link>
      ) : (
        <Adopt session={session} names={names} onAdopted={onAdopted} />
      )}
    </li>
  )
}

function Adopt({ session, names, onAdopted }: SessionProps) {
  const [name, setName] = useState(() => suggestedName(session.name, names))
  const [busy, setBusy] = useState(false)
  const [, navigate] = useLocation()
  const error = problemOf(name, names)
  const adopt = async () => {
    setBusy(true)
    const agent = await attempt(() => api.adoptFound({ ref: session.ref, name }))
    setBusy(false)
    if (!agent) return
    putAgent(agent)
    onAdopted()
    toast(t('found.adopted', { name: agent.name }), {
      action: { label: t('agents.open'), run: () => navigate(`/agents/${agent.id}`) },
    })
  }
  return (
    <form
      className={css.adopt}
      onSubmit={(event) => {
        event.preventDefault()
        if (!error) void adopt()
      }}
    >
      <TextField
        label={t('found.name')}
        mono
        value={name}
        error={error}
        onChange={(event) => setName(event.target.value)}
      />
      <Button kind="primary" type="submit" busy={busy} disabled={error !== undefined}>
        {t('found.adopt')}
      </Button>
    </form>
  )
}

function problemOf(name: string, names: ReadonlySet<string>): string | undefined {
  if (!isAgentName(name)) return t('rename.invalid')
  return names.has(name) ? t('new.taken', { name }) : undefined
}
