// The backups that are there, newest first; automatic ones are marked, because only they are removed by themselves.
import type { OutputOf } from '@tutti/core'
import { Download, Ellipsis, RotateCcw, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { attempt } from '../../data/attempt.ts'
import { useMay } from '../../data/session-store.ts'
import { toast } from '../../data/toast-store.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Menu, type MenuEntry } from '../../ui/menu.tsx'
import { byteSize } from '../../ui/relative-time.ts'
import { Table } from '../../ui/table.tsx'
import { Time } from '../../ui/time.tsx'
import { t } from '../../words/words.ts'
import css from './backups.module.css'
import { downloadBackup } from './download.ts'

type Backup = OutputOf<'listBackups'>[number]
type Open = (what: 'restore' | 'remove', backup: Backup) => void

export const whenOf = ({ createdAt }: Backup): string =>
  new Date(createdAt).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' })

export function BackupsTable({ backups, onOpen }: { backups: readonly Backup[]; onOpen: Open }) {
  return (
    <Table label={t('settings.backups')} rows={backups} rowKey={({ id }) => id} columns={columns(onOpen)} />
  )
}

const columns = (onOpen: Open) => [
  { title: t('backups.made'), cell: ({ createdAt }: Backup) => <Time at={createdAt} /> },
  { title: t('backups.kind'), cell: ({ automatic }: Backup) => <Kind automatic={automatic} /> },
  { title: t('backups.size'), end: true, cell: ({ sizeBytes }: Backup) => byteSize(sizeBytes) },
  { title: t('backups.file'), cell: ({ path }: Backup) => <code className={css.path}>{path}</code> },
  { title: '', end: true, cell: (backup: Backup) => <Acts backup={backup} onOpen={onOpen} /> },
]

const Kind = ({ automatic }: { automatic: boolean }) => (
  <span className={automatic ? css.automatic : undefined}>
    {automatic ? t('backups.automatic') : t('backups.by-hand')}
  </span>
)

function Acts({ backup, onOpen }: { backup: Backup; onOpen: Open }) {
  const mayWrite = useMay('backup:write')
  const when = whenOf(backup)
  return (
    <span className={css.acts}>
      {mayWrite && <DownloadButton backup={backup} />}
      <Menu entries={() => entries(backup, mayWrite, onOpen)}>
        <IconButton label={t('backups.actions', { when })}>
          <Ellipsis />
        </IconButton>
      </Menu>
    </span>
  )
}

const entries = (backup: Backup, mayWrite: boolean, onOpen: Open): MenuEntry[] => [
  { label: t('backups.restore'), icon: <RotateCcw />, run: () => onOpen('restore', backup) },
  {
    label: `${t('common.remove')}…`,
    icon: <Trash2 />,
    danger: mayWrite,
    disabled: !mayWrite,
    run: () => onOpen('remove', backup),
  },
]

function DownloadButton({ backup }: { backup: Backup }) {
  const [part, setPart] = useState<number | null>(null)
  const download = async () => {
    setPart(0)
    if (await attempt(() => downloadBackup(backup, setPart))) toast(t('backups.saved'))
    setPart(null)
  }
  return (
    <Button
      icon={<Download />}
      aria-label={t('backups.download-label', { when: whenOf(backup) })}
      busy={part !== null}
      onClick={() => void download()}
    >
      {part === null ? t('backups.download') : t('backups.downloading', { percent: Math.round(part * 100) })}
    </Button>
  )
}
