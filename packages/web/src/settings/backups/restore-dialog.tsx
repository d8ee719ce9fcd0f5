// How to come back from a backup: the exact commands, because a running machine cannot replace itself.
import type { OutputOf } from '@tutti/core'
import { useMe } from '../../data/session-store.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { t } from '../../words/words.ts'
import { CommandLines, CopyLine } from '../once.tsx'
import { whenOf } from './backups-table.tsx'
import { restoreCommand } from './restore-command.ts'

interface RestoreDialogProps {
  backup: OutputOf<'listBackups'>[number]
  onClose: () => void
}

export function RestoreDialog({ backup, onClose }: RestoreDialogProps) {
  const machine = useMe()?.machine ?? ''
  const title = t('backups.restore-title', { when: whenOf(backup) })
  return (
    <Dialog
      title={title}
      onClose={onClose}
      actions={<Button onClick={onClose}>{t('common.close')}</Button>}
      wide
    >
      <p>{t('backups.restore-text', { machine })}</p>
      <CommandLines label={title} text={restoreCommand(backup.path)} />
      <CopyLine label={t('backups.checksum')} text={backup.sha256} />
    </Dialog>
  )
}
