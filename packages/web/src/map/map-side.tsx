// Beside the picture: search, the tree of all that it shows, the reference page of what is chosen, and who works where.
import type { MapLive } from '@tutti/core'
import { Ellipsis } from 'lucide-react'
import { Suspense, useRef, useState } from 'react'
import { useCommand } from '../keys/command-registry.ts'
import { lazyScreen } from '../lazy-screen.ts'
import { ErrorBoundary } from '../shell/error-boundary.tsx'
import { IconButton } from '../ui/button.tsx'
import { Input } from '../ui/field.tsx'
import { foreignText } from '../ui/foreign-text.ts'
import { Menu, type MenuEntry } from '../ui/menu.tsx'
import { Segmented } from '../ui/segmented.tsx'
import { t } from '../words/words.ts'
import type { OpenFile } from './file-dialog.tsx'
import { FoundList } from './found-list.tsx'
import css from './map-side.module.css'
import { MapTree } from './map-tree.tsx'
import { wayTo, type CodeModel } from './model.ts'
import type { ViewState } from './use-view.ts'
import { WorkList } from './work-list.tsx'

const Findings = lazyScreen(() => import('./findings.tsx'), 'Findings')
const SymbolPage = lazyScreen(() => import('./symbol-page.tsx'), 'SymbolPage')

export interface SideProps {
  folder: string
  model: CodeModel
  live: MapLive | null
  focus: number
  state: ViewState
  /** Chooses it where one stands. */
  onChoose: (node: number) => void
  /** Chooses it and goes there. */
  onGo: (node: number) => void
  onOpen: (file: OpenFile) => void
  menuOf: (node: number) => MenuEntry[]
}

export function MapSide(props: SideProps) {
  const { model, live, focus, menuOf, onGo, state } = props
  const { tab } = state.view
  const [words, setWords] = useState('')
  const search = useRef<HTMLInputElement>(null)
  useCommand('filter', () => search.current?.select())
  const name = foreignText(model.names[focus] ?? '')
  const busy = new Set(live?.work.map((one) => one.agent)).size
  return (
    <aside className={css.side} aria-label={t('map.side')}>
      <search className={css.search}>
        <Input
          type="search"
          aria-label={t('map.search')}
          placeholder={t('map.search')}
          value={words}
          ref={search}
          onChange={({ target }) => setWords(target.value)}
        />
      </search>
      {words.trim() === '' ? (
        <>
          <div className={css.chosen}>
            <nav className={css.way} aria-label={name}>
              {wayTo(model, focus).map((node) => (
                <button
                  key={node}
                  type="button"
                  aria-current={node === focus ? 'location' : undefined}
                  onClick={() => onGo(node)}
                >
                  {foreignText(model.names[node] ?? '')}
                </button>
              ))}
            </nav>
            <Menu entries={() => menuOf(focus)}>
              <IconButton label={t('map.menu', { name })}>
                <Ellipsis />
              </IconButton>
            </Menu>
          </div>
          <div className={css.tabs}>
            <Segmented
              label={t('map.side')}
              value={tab}
              onValue={(next) => state.change({ tab: next })}
              options={[
                { value: 'contents', label: t('map.contents') },
                { value: 'page', label: t('map.page') },
                { value: 'agents', label: busy > 0 ? t('map.agents-n', { n: busy }) : t('map.agents') },
                { value: 'found', label: t('map.findings') },
              ]}
            />
          </div>
          {tab === 'contents' && <MapTree {...props} />}
          {tab === 'agents' && <WorkList {...props} />}
          {/* What could not be loaded leaves the map as it is. */}
          <ErrorBoundary place={tab}>
            <Suspense>
              {tab === 'page' && <SymbolPage {...props} />}
              {tab === 'found' && <Findings {...props} />}
            </Suspense>
          </ErrorBoundary>
        </>
      ) : (
        <FoundList
          {...props}
          words={words}
          onPick={(node) => {
            setWords('')
            onGo(node)
          }}
        />
      )}
    </aside>
  )
}
