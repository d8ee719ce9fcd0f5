// The code map as a screen: which working copy it shows, and an address that says so.
import '../words/late/map.ts'
import { Map as MapIcon } from 'lucide-react'
import { useMemo, useState } from 'react'
import { useLocation, useSearch } from 'wouter'
import { useAgents } from '../data/agents-store.ts'
import { Button } from '../ui/button.tsx'
import { Select, TextField } from '../ui/field.tsx'
import { EmptyState } from '../ui/page-states.tsx'
import { Page } from '../ui/page.tsx'
import { sentence } from '../ui/sentence.tsx'
import { t } from '../words/words.ts'
import { FolderMap } from './folder-map.tsx'
import css from './map-screen.module.css'
import { lastPart } from './model.ts'

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
        <option key={one} value={one}>
          {t('map.folder-named', { name: lastPart(one), path: one })}
        </option>
      ))}
      <option value="">{t('map.folder-other')}</option>
    </Select>
  )
  return <FolderMap key={folder} folder={folder} start={wanted.get('at')} choice={choice} hasAddress />
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
      <p>{sentence(t('map.none-cli'))}</p>
    </EmptyState>
  )
}
