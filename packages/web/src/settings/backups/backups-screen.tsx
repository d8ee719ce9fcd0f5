// Backups of this machine: make one, save one, remove one, and how to come back from one.
import type { LoggedEvent, OutputOf } from '@tutti/core'
import { Archive, DatabaseBackup } from 'lucide-react'
import { useEffect, useState } from 'react'
import { api } from '../../data/api.ts'
import { attempt } from '../../data/attempt.ts'
import { useMay } from '../../data/session-store.ts'
import { toast } from '../../data/toast-store.ts'
import { Button } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/page-states.tsx'
import { byteSize } from '../../ui/relative-time.ts'
import { t } from '../../words/words.ts'
import { LossDialog } from '../form.tsx'
import { Loading } from '../loading.tsx'
import { hourText } from '../machine/machine-form.tsx'
import { SettingsPage } from '../settings-page.tsx'
import { useLive, withRow, withoutRow } from '../../data/use-live.ts'
import { BackupsTable, whenOf } from './backups-table.tsx'
import css from './backups.module.css'
import { RestoreDialog } from './restore-dialog.tsx'

type Backups = OutputOf<'listBackups'>
type Backup = Backups[number]

export function BackupsScreen() {
  const mayWrite = useMay('backup:write')
  const [open, setOpen] = useState<{ what: 'restore' | 'remove'; backup: Backup } | null>(null)
  const list = useLive<Backups>({ key: 'backups', read: () => api.listBackups({}), apply: heard })
  const close = () => setOpen(null)
  const change = list.state === 'ready' ? list.change : () => undefined
  const create = mayWrite && (
    <CreateButton onMade={(made) => change((now) => newestFirst(withRow(now, made)))} />
  )
  return (
    <SettingsPage title={t('settings.backups')} actions={create} wide>
      <p className={css.says}>{t('backups.says')}</p>
      <Loading of={list}>
        {(backups) =>
          backups.length === 0 ? (
            <NoBackups />
          ) : (
            <BackupsTable backups={backups} onOpen={(what, backup) => setOpen({ what, backup })} />
          )
        }
      </Loading>
      {open?.what === 'restore' && <RestoreDialog backup={open.backup} onClose={close} />}
      {open?.what === 'remove' && (
        <LossDialog
          title={t('backups.remove-title', { when: whenOf(open.backup) })}
          does={t('backups.remove-do')}
          act={() => api.removeBackup({ id: open.backup.id })}
          onDone={() => {
            change((now) => withoutRow(now, open.backup.id))
            toast(t('backups.removed'))
          }}
          onClose={close}
        >
          {t('backups.remove-text', { path: open.backup.path, size: byteSize(open.backup.sizeBytes) })}
        </LossDialog>
      )}
    </SettingsPage>
  )
}

function heard(backups: Backups, event: LoggedEvent): Backups {
  if (event.type === 'backup.created') return newestFirst(withRow(backups, event.data))
  return event.type === 'backup.removed' ? withoutRow(backups, event.data.id) : backups
}

const newestFirst = (backups: Backups): Backups => backups.toSorted((a, b) => b.createdAt - a.createdAt)

function NoBackups() {
  const settings = useLive({ key: 'backup hour', read: () => api.getSettings({}) })
  if (settings.state !== 'ready') return null
  const { backupHour } = settings.value
  return (
    <EmptyState title={t('backups.none')} icon={<Archive />}>
      {backupHour === null ? t('backups.none-off') : t('backups.none-text', { hour: hourText(backupHour) })}
    </EmptyState>
  )
}

function CreateButton({ onMade }: { onMade: (backup: Backup) => void }) {
  const [since, setSince] = useState<number | null>(null)
  const create = async () => {
    setSince(Date.now())
    const made = await attempt(() => api.createBackup({}))
    setSince(null)
    if (!made) return
    onMade(made)
    toast(t('backups.created', { size: byteSize(made.sizeBytes) }))
  }
  return (
    <Button kind="primary" icon={<DatabaseBackup />} busy={since !== null} onClick={() => void create()}>
      {since === null ? t('backups.create') : <Elapsed since={since} />}
    </Button>
  )
}

/** How long it has taken: what a backup has still to do is not known. */
function Elapsed({ since }: { since: number }) {
  const [now, setNow] = useState(since)
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000)
    return () => clearInterval(timer)
  }, [])
  return t('backups.creating', { n: Math.round((now - since) / 1000) })
}
