// The map of one working copy in every state of it, from a first reading to a failed one.
import type { MapLive } from '@tutti/core'
import { Map as MapIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import { EmptyState, ErrorState } from '../ui/page-states.tsx'
import { Page } from '../ui/page.tsx'
import { t } from '../words/words.ts'
import { MapView } from './map-view.tsx'
import css from './map-screen.module.css'
import { useMapData } from './use-map-data.ts'

interface FolderMapProps {
  folder: string
  /** What is chosen at the beginning; a function waits until it is known who works where. */
  start: string | null | ((live: MapLive) => string | null)
  choice: ReactNode
  hasAddress?: boolean
}

export function FolderMap({ folder, start, choice, hasAddress = false }: FolderMapProps) {
  const data = useMapData(folder)
  if (data.state === 'ready' && data.model.fileCount > 0) {
    const { model, live, problem } = data
    const chosen = chosenAt(start, live)
    return chosen && <MapView {...{ folder, model, live, problem, choice, hasAddress }} start={chosen.at} />
  }
  return (
    <Page title={t('map.title')} actions={choice}>
      {data.state === 'failed' && <ErrorState message={data.message} onRetry={data.retry} />}
      {data.state === 'reading' && <Reading folder={folder} reading={data.reading} />}
      {data.state === 'ready' && (
        <EmptyState title={t('map.empty', { folder })} icon={<MapIcon />}>
          {t('map.empty-says')}
        </EmptyState>
      )}
    </Page>
  )
}

/** Null while it is not known. */
function chosenAt(start: FolderMapProps['start'], live: MapLive | null): { at: string | null } | null {
  if (typeof start !== 'function') return { at: start }
  return live && { at: start(live) }
}

/** Nothing at all for a moment: a folder that is known answers at once. */
function Reading({ folder, reading }: { folder: string; reading: { done: number; of: number } | null }) {
  return (
    <div className={css.reading}>
      <h2>{t('map.reading', { folder })}</h2>
      <progress
        aria-label={t('map.reading', { folder })}
        {...(reading ? { value: reading.done, max: reading.of } : {})}
      />
      <p>{reading ? t('map.reading-done', { ...reading }) : t('map.reading-says')}</p>
    </div>
  )
}
