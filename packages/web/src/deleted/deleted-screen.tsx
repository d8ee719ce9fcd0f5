// Deleted agents: brought back with everything for 30 days, or purged after a question that names what is lost.
import { Trash2 } from 'lucide-react'
import { useEffect, useState } from 'react'
import type { Agent } from '@tutti/core'
import { purge, undelete } from '../agents/actions.ts'
import { loadDeleted, useAgents } from '../data/agents-store.ts'
import { useMay } from '../data/session-store.ts'
import { Avatar } from '../ui/avatar.tsx'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { EmptyState, ErrorState, Skeleton } from '../ui/page-states.tsx'
import { Page } from '../ui/page.tsx'
import { Time } from '../ui/time.tsx'
import { t } from '../words/words.ts'
import css from './deleted-screen.module.css'

export function DeletedScreen() {
  const { deleted, deletedLoaded, error } = useAgents()
  const [purging, setPurging] = useState<Agent | null>(null)
  useEffect(() => void loadDeleted(), [])
  const agents = [...deleted.values()].sort((a, b) => (b.deletedAt ?? 0) - (a.deletedAt ?? 0))
  return (
    <Page title={t('nav.deleted')} note={agents.length > 0 && agents.length.toLocaleString()}>
      {!deletedLoaded && !error && <Skeleton />}
      {!deletedLoaded && error && <ErrorState message={error} onRetry={() => void loadDeleted()} />}
      {deletedLoaded && agents.length === 0 && (
        <EmptyState icon={<Trash2 />} title={t('deleted.empty')}>
          {t('deleted.empty-text')}
        </EmptyState>
      )}
      <ul className={css.list}>
        {agents.map((agent) => (
          <Row key={agent.id} agent={agent} onPurge={() => setPurging(agent)} />
        ))}
      </ul>
      {purging && <PurgeDialog agent={purging} onClose={() => setPurging(null)} />}
    </Page>
  )
}

function Row({ agent, onPurge }: { agent: Agent; onPurge: () => void }) {
  const mayWrite = useMay('agent:write')
  const mayPurge = useMay('agent:purge')
  return (
    <li className={css.row}>
      <Avatar of={agent} size={24} />
      <span className={css.words}>
        <span className={css.name}>{agent.name}</span>
        <span className={css.dim}>
          {t('deleted.when')} <Time at={agent.deletedAt ?? 0} />
        </span>
      </span>
      {mayPurge && (
        <Button kind="danger" onClick={onPurge}>
          {t('deleted.purge')}
        </Button>
      )}
      {mayWrite && <Button onClick={() => void undelete([agent])}>{t('deleted.undelete')}</Button>}
    </li>
  )
}

function PurgeDialog({ agent, onClose }: { agent: Agent; onClose: () => void }) {
  const { name, folder } = agent
  return (
    <Dialog
      title={t('deleted.purge-title', { name })}
      onClose={onClose}
      actions={
        <>
          <Button data-autofocus onClick={onClose}>
            {t('common.cancel')}
          </Button>
          <Button
            kind="danger"
            onClick={() => {
              onClose()
              void purge([agent])
            }}
          >
            {t('deleted.purge-do', { name })}
          </Button>
        </>
      }
    >
      <p>{t('deleted.purge-text', { name, folder })}</p>
    </Dialog>
  )
}
