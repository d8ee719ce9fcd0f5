// The map of one working copy: toolbar, canvas and what is chosen, side by side or one above the other.
import type { MapLive, MapOverlay } from '@tutti/core'
import { Suspense, useEffect, useRef, useState, type ReactNode } from 'react'
import { useLocation } from 'wouter'
import { api } from '../data/api.ts'
import { useLoaded } from '../data/use-loaded.ts'
import { lazyScreen } from '../lazy-screen.ts'
import { ErrorBoundary } from '../shell/error-boundary.tsx'
import { useMenu } from '../ui/menu-store.ts'
import type { MenuEntry } from '../ui/menu.tsx'
import { Page } from '../ui/page.tsx'
import { t } from '../words/words.ts'
import { MapBar } from './map-bar.tsx'
import { MapCanvas, type CanvasHandle } from './map-canvas.tsx'
import css from './map-screen.module.css'
import { MapSide } from './map-side.tsx'
import { idOf, type CodeModel } from './model.ts'
import { entriesOf } from './node-menu.tsx'
import type { OpenFile } from './file-dialog.tsx'
import { usePalette } from './use-palette.ts'
import { useShown, useView } from './use-view.ts'

const FileDialog = lazyScreen(() => import('./file-dialog.tsx'), 'FileDialog')
const SendDialog = lazyScreen(() => import('./send-dialog.tsx'), 'SendDialog')

interface MapViewProps {
  folder: string
  model: CodeModel
  live: MapLive | null
  problem: string | null
  start: string | null
  choice: ReactNode
  /** The address of the page names what is chosen. */
  hasAddress: boolean
}

export function MapView({ folder, model, live, problem, start, choice, hasAddress }: MapViewProps) {
  const state = useView(model, start)
  const { view, change, choose, focus } = state
  const [file, setFile] = useState<OpenFile | null>(null)
  const [sent, setSent] = useState<number | null>(null)
  const overlay = useOverlay(folder, view.lens === 'diff' ? view.against : null, live?.changes ?? 0)
  const palette = usePalette()
  const shown = useShown({ model, state, palette, overlay, live })
  const canvas = useRef<CanvasHandle>(null)
  const [, navigate] = useLocation()
  useAddress(hasAddress ? folder : null, view.focus)
  const go = (node: number) => {
    choose(node)
    canvas.current?.goTo(node)
  }
  const menuOf = (node: number): MenuEntry[] =>
    entriesOf(model, node, {
      open: (at) => setFile(at),
      send: setSent,
      show: go,
      trace: (trace) => change({ trace, focus: idOf(model, node) }),
      wayFrom: view.trace.is === 'way' ? view.trace.of : null,
    })
  return (
    <Page
      fill
      title={t('map.title')}
      note={<span className={css.wide}>{t('map.files', { n: model.fileCount })}</span>}
      actions={<MapBar folder={folder} choice={choice} state={state} picture={() => canvas.current} />}
    >
      <div className={css.map}>
        {problem && <output className={css.problem}>{t('map.from-before', { problem })}</output>}
        <MapCanvas
          ref={canvas}
          shown={shown}
          state={state}
          overlay={overlay}
          onChoose={choose}
          onEnter={go}
          onAgent={(id) => navigate(`/agents/${id}`)}
          onMenu={(node, { x, y, opener }) => {
            choose(node)
            useMenu.setState({ menu: { entries: menuOf(node), at: { x, y, width: 0, height: 0 }, opener } })
          }}
        />
        <MapSide
          folder={folder}
          model={model}
          live={live}
          focus={focus ?? 0}
          state={state}
          onChoose={choose}
          onGo={go}
          onOpen={setFile}
          menuOf={menuOf}
        />
      </div>
      <ErrorBoundary place={`${file?.file} ${sent}`}>
        <Suspense>
          {file && <FileDialog folder={folder} at={file} onClose={() => setFile(null)} />}
          {sent !== null && (
            <SendDialog folder={folder} model={model} node={sent} onClose={() => setSent(null)} />
          )}
        </Suspense>
      </ErrorBoundary>
    </Page>
  )
}

/** Read anew with each change of the code; the old one stays until then. */
function useOverlay(folder: string, against: string | null, changes: number): MapOverlay | null {
  const loaded = useLoaded(`overlay ${folder} ${against}`, () =>
    against === null
      ? Promise.resolve(null)
      : api.mapOverlay({ folder, ...(against === '' ? {} : { against }) }),
  )
  const latest = useRef(loaded)
  useEffect(() => {
    latest.current = loaded
  })
  useEffect(() => {
    // Another state of the code asks again.
    if (changes > 0 && latest.current.state === 'ready') latest.current.reload()
  }, [changes])
  return loaded.state === 'ready' ? loaded.value : null
}

/** It names what is chosen, so that it can be sent to somebody and comes back after a reload. */
function useAddress(folder: string | null, focus: string | null): void {
  const [, navigate] = useLocation()
  useEffect(() => {
    if (folder === null) return
    const words = new URLSearchParams({ in: folder, ...(focus ? { at: focus } : {}) })
    navigate(`/map?${words.toString()}`, { replace: true })
  }, [folder, focus, navigate])
}
