// Plays a recording: scrubber, speed, waits cut short, and search in what was printed.
import '@xterm/xterm/css/xterm.css'
import type { Recording } from '@tutti/core'
import { Download } from 'lucide-react'
import { useEffect, useMemo, useState } from 'react'
import { useLocation } from 'wouter'
import { api } from '../data/api.ts'
import { loadRecordings, useRecordings } from '../data/recordings-store.ts'
import { useLoaded } from '../data/use-loaded.ts'
import { Button } from '../ui/button.tsx'
import { EmptyState, ErrorState, Skeleton } from '../ui/page-states.tsx'
import { Page } from '../ui/page.tsx'
import { Time } from '../ui/time.tsx'
import { t } from '../words/words.ts'
import { parseCast, withoutWaits, type Cast } from './cast.ts'
import { exportRecording } from './export.ts'
import { Player } from './player.tsx'

export function PlayerScreen({ id }: { id: string }) {
  const { recordings, loaded, error } = useRecordings()
  useEffect(() => {
    if (!loaded) void loadRecordings()
  }, [loaded])
  const recording = recordings.find((one) => one.id === id)
  if (!loaded)
    return error ? <ErrorState message={error} onRetry={() => void loadRecordings()} /> : <Skeleton />
  if (!recording) return <Unknown />
  return <Loaded key={id} recording={recording} />
}

function Unknown() {
  const [, navigate] = useLocation()
  return (
    <EmptyState
      heading
      title={t('recordings.unknown')}
      action={<Button onClick={() => navigate('/recordings')}>{t('recordings.all')}</Button>}
    >
      {t('recordings.unknown-text')}
    </EmptyState>
  )
}

function Loaded({ recording }: { recording: Recording }) {
  const text = useLoaded(recording.id, async (signal) =>
    (await api.getRecording({ id: recording.id }, { signal })).text(),
  )
  const read = useMemo(() => (text.state === 'ready' ? readCast(text.value) : null), [text])
  const [longest, setLongest] = useState<number | null>(2)
  const cast = useMemo(() => (read?.cast ? withoutWaits(read.cast, longest) : null), [read, longest])
  return (
    <Page
      title={t('recordings.of', { name: recording.agentName })}
      note={<Time at={recording.startedAt} />}
      actions={
        <Button icon={<Download />} onClick={() => void exportRecording(recording)}>
          {t('recordings.export')}
        </Button>
      }
    >
      {text.state === 'loading' && <Skeleton />}
      {text.state === 'failed' && <ErrorState message={text.message} onRetry={text.retry} />}
      {read?.problem && <ErrorState message={t('recordings.damaged', { problem: read.problem })} />}
      {cast && <Player cast={cast} longest={longest} onLongest={setLongest} />}
    </Page>
  )
}

function readCast(text: string): { cast: Cast; problem?: never } | { cast?: never; problem: string } {
  try {
    return { cast: parseCast(text) }
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) }
  }
}
