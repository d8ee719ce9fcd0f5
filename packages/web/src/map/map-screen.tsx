// The code map: a picture of a working copy to walk through, with who works where, and a list that says the same.
import '../words/late/map.ts'
import { useMemo, useRef, useState } from 'react'
import type { MapPicture } from '@tutti/core'
import { Map as MapIcon } from 'lucide-react'
import { api } from '../data/api.ts'
import { useAgents } from '../data/agents-store.ts'
import { useLoaded } from '../data/use-loaded.ts'
import { Button } from '../ui/button.tsx'
import { Select } from '../ui/field.tsx'
import { EmptyState, ErrorState, Skeleton } from '../ui/page-states.tsx'
import { Page } from '../ui/page.tsx'
import { t } from '../words/words.ts'
import { layoutOf, type Spot } from './layout.ts'
import { MapSide } from './map-side.tsx'
import css from './map-screen.module.css'
import { ringsOf } from './rings.ts'
import { useMapCanvas } from './use-map-canvas.ts'

export function MapScreen() {
  const agents = useAgents((state) => state.agents)
  const folders = useMemo(
    () => [...new Set([...agents.values()].map(({ folder }) => folder))].sort(),
    [agents],
  )
  const [chosen, setChosen] = useState<string | null>(null)
  const folder = chosen ?? folders[0]
  if (folder === undefined)
    return (
      <Page title={t('map.title')}>
        <EmptyState title={t('map.none')} icon={<MapIcon />}>
          {t('map.none-says')}
        </EmptyState>
      </Page>
    )
  return (
    <OfFolder
      key={folder}
      folder={folder}
      choice={
        <Select
          aria-label={t('map.folder')}
          value={folder}
          onChange={({ target }) => setChosen(target.value)}
        >
          {folders.map((one) => (
            <option key={one}>{one}</option>
          ))}
        </Select>
      }
    />
  )
}

function OfFolder({ folder, choice }: { folder: string; choice: React.ReactNode }) {
  const picture = useLoaded(`map ${folder}`, () => api.mapPicture({ folder }))
  if (picture.state === 'ready') return <Drawn picture={picture.value} choice={choice} />
  return (
    <Page title={t('map.title')} actions={choice}>
      {picture.state === 'loading' ? (
        <Skeleton />
      ) : (
        <ErrorState message={picture.message} onRetry={picture.retry} />
      )}
    </Page>
  )
}

const NO_RINGS: ReadonlyMap<number, number> = new Map()
const RINGS = 5

function Drawn({ picture, choice }: { picture: MapPicture; choice: React.ReactNode }) {
  const layout = useMemo(() => layoutOf(picture), [picture])
  const [focus, setFocus] = useState<Spot | null>(null)
  const [heat, setHeat] = useState(false)
  const [impact, setImpact] = useState(false)
  const rings = useMemo(
    () => (impact && focus ? ringsOf(picture.edges, filesOf(focus), RINGS) : NO_RINGS),
    [impact, focus, picture],
  )
  const canvas = useRef<HTMLCanvasElement>(null)
  const view = useMapCanvas(canvas, { layout, picture, focus, heat, rings, onChoose: setFocus })
  const savePng = () => canvas.current?.toBlob((blob) => blob && save(blob, 'code-map.png'))
  return (
    <Page
      title={t('map.title')}
      note={t('map.files', { n: picture.files.length })}
      actions={
        <>
          {choice}
          <Button aria-pressed={heat} data-tip={t('map.heat-says')} onClick={() => setHeat(!heat)}>
            {t('map.heat')}
          </Button>
          <Button aria-pressed={impact} data-tip={t('map.impact-says')} onClick={() => setImpact(!impact)}>
            {t('map.impact')}
          </Button>
          <Button onClick={view.showAll}>{t('map.fit')}</Button>
          <Button onClick={() => save(new Blob([view.svg()], { type: 'image/svg+xml' }), 'code-map.svg')}>
            {t('map.svg')}
          </Button>
          <Button onClick={savePng}>{t('map.png')}</Button>
        </>
      }
    >
      <div className={css.map}>
        {/* A picture that is drawn: no image file could stand here. */}
        {/* oxlint-disable-next-line jsx-a11y/prefer-tag-over-role */}
        <canvas ref={canvas} className={css.canvas} role="img" aria-label={t('map.canvas')} />
        <MapSide picture={picture} layout={layout} focus={focus ?? layout.root} onFocus={setFocus} />
      </div>
    </Page>
  )
}

/** A folder stands for all files in it. */
const filesOf = (spot: Spot): number[] =>
  spot.kind === 'folder' ? spot.children.flatMap((one) => filesOf(one)) : [spot.file]

function save(blob: Blob, name: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(blob)
  link.download = name
  link.click()
  URL.revokeObjectURL(link.href)
}
