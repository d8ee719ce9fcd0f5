// Recordings as a table: play, export, remove after a question.
import type { Recording } from '@tutti/core'
import { Download, Play, Trash2 } from 'lucide-react'
import { useEffect, useState } from 'react'
import { Link } from 'wouter'
import { api } from '../data/api.ts'
import { attempt } from '../data/attempt.ts'
import { loadRecordings, useRecordings } from '../data/recordings-store.ts'
import { useMay } from '../data/session-store.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { EmptyState, ErrorState, Skeleton } from '../ui/page-states.tsx'
import { byteSize, clockTime, relative } from '../ui/relative-time.ts'
import { Table, type Column } from '../ui/table.tsx'
import { Time, useNow } from '../ui/time.tsx'
import { t } from '../words/words.ts'
import { exportRecording } from './export.ts'
import css from './recordings.module.css'

interface Props {
  /** Of this agent only. */
  agentId?: string
}

export function RecordingList({ agentId }: Props) {
  const { recordings, loaded, error } = useRecordings()
  const [removing, setRemoving] = useState<Recording | null>(null)
  useEffect(() => {
    if (!loaded) void loadRecordings()
  }, [loaded])
  const shown = agentId ? recordings.filter((one) => one.agentId === agentId) : recordings
  if (!loaded)
    return error ? <ErrorState message={error} onRetry={() => void loadRecordings()} /> : <Skeleton />
  if (shown.length === 0)
    return <EmptyState title={t('recordings.empty')}>{t('recordings.empty-text')}</EmptyState>
  return (
    <>
      <Table
        label={t('recordings.title')}
        rows={shown}
        rowKey={({ id }) => id}
        columns={columnsFor(setRemoving)}
      />
      {removing && <RemoveDialog recording={removing} onClose={() => setRemoving(null)} />}
    </>
  )
}

const columnsFor = (onRemove: (recording: Recording) => void): Column<Recording>[] => [
  { title: t('deleted.agent'), cell: (one) => <Link href={`/recordings/${one.id}`}>{one.agentName}</Link> },
  { title: t('recordings.started'), cell: (one) => <Time at={one.startedAt} /> },
  { title: t('recordings.length'), cell: lengthOf, end: true },
  { title: t('recordings.size'), cell: (one) => byteSize(one.sizeBytes), end: true },
  { title: '', cell: (one) => <Actions recording={one} onRemove={() => onRemove(one)} />, end: true },
]

const lengthOf = ({ startedAt, endedAt }: Recording) =>
  endedAt === null ? (
    <em className={css.running}>{t('recordings.running')}</em>
  ) : (
    clockTime((endedAt - startedAt) / 1000)
  )

function Actions({ recording, onRemove }: { recording: Recording; onRemove: () => void }) {
  const mayWrite = useMay('recording:write')
  return (
    <span className={css.actions}>
      <Link
        href={`/recordings/${recording.id}`}
        className={css.play}
        aria-label={t('recordings.play')}
        data-tip={t('recordings.play')}
      >
        <Play />
      </Link>
      <IconButton label={t('recordings.export')} onClick={() => void exportRecording(recording)}>
        <Download />
      </IconButton>
      {mayWrite && recording.endedAt !== null && (
        <IconButton label={t('common.remove')} onClick={onRemove}>
          <Trash2 />
        </IconButton>
      )}
    </span>
  )
}

function RemoveDialog({ recording, onClose }: { recording: Recording; onClose: () => void }) {
  const now = useNow()
  const remove = () => {
    onClose()
    void attempt(() => api.removeRecording({ id: recording.id }))
  }
  return (
    <Dialog
      title={t('recordings.delete-title')}
      onClose={onClose}
      actions={
        <>
          <Button data-autofocus onClick={onClose}>
            {t('common.cancel')}
          </Button>
          <Button kind="danger" onClick={remove}>
            {t('recordings.delete-do')}
          </Button>
        </>
      }
    >
      <p>
        {t('recordings.delete-text', {
          name: recording.agentName,
          when: relative(recording.startedAt, now),
        })}
      </p>
    </Dialog>
  )
}
