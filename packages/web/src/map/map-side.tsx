// Beside the picture: search, the list of what a folder, file or symbol holds, and its reference page. Everything that the
// picture shows can be reached here with the keyboard.
import { useState } from 'react'
import type { MapPicture } from '@tutti/core'
import { api } from '../data/api.ts'
import { toast } from '../data/toast-store.ts'
import { useLoaded } from '../data/use-loaded.ts'
import { Button } from '../ui/button.tsx'
import { Input } from '../ui/field.tsx'
import { ErrorState, Skeleton } from '../ui/page-states.tsx'
import { t } from '../words/words.ts'
import type { Layout, Spot } from './layout.ts'
import css from './map-screen.module.css'

interface SideProps {
  picture: MapPicture
  layout: Layout
  focus: Spot
  onFocus: (spot: Spot) => void
}

export function MapSide({ picture, layout, focus, onFocus }: SideProps) {
  const [words, setWords] = useState('')
  const found = words.trim() === '' ? focus.children : matching(layout, words)
  return (
    <aside className={css.side} aria-label={t('map.list')}>
      <search className={css.search}>
        <Input
          type="search"
          aria-label={t('map.search')}
          placeholder={t('map.search')}
          value={words}
          onChange={({ target }) => setWords(target.value)}
        />
      </search>
      <Meetings picture={picture} />
      <ul className={css.list} aria-label={focus.name}>
        {focus.parent && words === '' && (
          <li>
            <button type="button" onClick={() => focus.parent && onFocus(focus.parent)}>
              ↑ {t('map.up', { name: focus.parent.name || t('map.root') })}
            </button>
          </li>
        )}
        {found.slice(0, SHOWN).map((one) => (
          <li key={`${one.id} ${one.line}`}>
            <button type="button" onClick={() => onFocus(one)}>
              {words === '' ? one.name : one.id}
              <span>{one.says}</span>
            </button>
          </li>
        ))}
      </ul>
      {focus.kind !== 'folder' && <SymbolPage folder={picture.folder} focus={focus} />}
    </aside>
  )
}

const SHOWN = 200

function matching({ all }: Layout, words: string): Spot[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean)
  return all
    .filter((one) => wanted.every((word) => one.id.toLowerCase().includes(word)))
    .sort((a, b) => a.id.length - b.id.length)
}

/** Files at which two or more agents work now. */
function Meetings({ picture }: { picture: MapPicture }) {
  const byFile = Map.groupBy(picture.agents, (one) => one.file)
  const meetings = [...byFile].filter(([, list]) => new Set(list.map((one) => one.agent)).size > 1)
  if (meetings.length === 0) return null
  return (
    <section aria-label={t('map.here')}>
      {meetings.map(([file, list]) => (
        <p key={file}>{t('map.meet', { names: list.map((one) => one.name).join(', '), file })}</p>
      ))}
    </section>
  )
}

function SymbolPage({ folder, focus }: { folder: string; focus: Spot }) {
  const page = useLoaded(`map page ${folder} ${focus.id}`, () => api.mapPage({ folder, symbol: focus.id }))
  if (page.state === 'loading') return <Skeleton />
  if (page.state === 'failed') return <ErrorState message={page.message} onRetry={page.retry} />
  const { text } = page.value
  const copy = async () => {
    await navigator.clipboard.writeText(text)
    toast(t('map.copied'))
  }
  return (
    <section aria-label={t('map.page')}>
      <Button onClick={() => void copy()}>{t('map.copy')}</Button>
      <p className={css.page}>{text}</p>
    </section>
  )
}
