// The code map: a working copy to walk through, with who works where; every state of it, from no folder to a failed reading.
import '../words/late/map.ts'
import { Map as MapIcon } from 'lucide-react'
import { useMemo, useState, type ReactNode } from 'react'
import { useLocation, useSearch } from 'wouter'
import { useAgents } from '../data/agents-store.ts'
import { Button } from '../ui/button.tsx'
import { Select, TextField } from '../ui/field.tsx'
import { EmptyState, ErrorState } from '../ui/page-states.tsx'
import { Page } from '../ui/page.tsx'
import { t } from '../words/words.ts'
import { MapView } from './map-view.tsx'
import css from './map-screen.module.css'
import { useMapData } from './use-map-data.ts'

export function MapScreen() {
  const agents = useAgents((state) => state.agents)
  const loaded = useAgents((state) => state.loaded)
  const folders = useMemo(
    () => [...new Set([...agents.values()].map(({ folder }) => folder))].sort(),
    [agents],
  )
  const [, navigate] = useLocation()
  const wanted = new URLSearchParams(useSearch())
  const folder = wanted.get('in') ?? folders[0]
  const open = (path: string) => navigate(`/map?${new URLSearchParams({ in: path }).toString()}`)
  if (folder === undefined || folder === '')
    return (
      <Page title={t('map.title')}>
        {(loaded || folder === '') && <NoFolder folders={folders} onOpen={open} />}
      </Page>
    )
  const choice = (
    <Select
      className={css.folder}
      aria-label={t('map.folder')}
      value={folder}
      onChange={({ target }) => open(target.value)}
    >
      {[...new Set([...folders, folder])].map((one) => (
        <option key={one}>{one}</option>
      ))}
      <option value="">{t('map.folder-other')}</option>
    </Select>
  )
  return <OfFolder key={folder} folder={folder} start={wanted.get('at')} choice={choice} />
}

function NoFolder({ folders, onOpen }: { folders: readonly string[]; onOpen: (folder: string) => void }) {
  const [path, setPath] = useState('')
  return (
    <EmptyState
      title={t('map.none')}
      icon={<MapIcon />}
      action={
        <form
          className={css.begin}
          onSubmit={(event) => {
            event.preventDefault()
            if (path.trim() !== '') onOpen(path.trim())
          }}
        >
          <TextField
            label={t('map.folder')}
            hint={t('map.folder-hint')}
            value={path}
            list="map-folders"
            mono
            onChange={({ target }) => setPath(target.value)}
          />
          <datalist id="map-folders">
            {folders.map((one) => (
              <option key={one}>{one}</option>
            ))}
          </datalist>
          <Button kind="primary" type="submit" disabled={path.trim() === ''}>
            {t('map.folder-open')}
          </Button>
        </form>
      }
    >
      <p>{t('map.none-says')}</p>
      <p>{t('map.none-cli')}</p>
    </EmptyState>
  )
}

interface OfFolderProps {
  folder: string
  start: string | null
  choice: ReactNode
}

function OfFolder({ folder, start, choice }: OfFolderProps) {
  const data = useMapData(folder)
  if (data.state === 'ready' && data.model.fileCount > 0)
    return <MapView folder={folder} model={data.model} live={data.live} start={start} choice={choice} />
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
