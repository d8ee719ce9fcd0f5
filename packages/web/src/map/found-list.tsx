// What a search finds: names at once, from what is here; comments and documents a moment later, from the map itself.
import { useEffect, useMemo, useState } from 'react'
import { api } from '../data/api.ts'
import { t } from '../words/words.ts'
import { namesLike } from './found-names.ts'
import css from './map-side.module.css'
import type { SideProps } from './map-side.tsx'
import { nodeOf } from './model.ts'
import { NodeRow } from './node-row.tsx'

interface FoundProps extends SideProps {
  words: string
  onPick: (node: number) => void
}

/** One question for what somebody types in one go. */
const TYPED_MS = 160

export function FoundList({ folder, model, words, onPick, menuOf }: FoundProps) {
  const named = useMemo(() => namesLike(model, words), [model, words])
  const said = useSaid(folder, words)
  const nodes = useMemo(() => {
    const more = said.flatMap((id) => nodeOf(model, id) ?? [])
    return [...new Set([...named, ...more])]
  }, [model, named, said])
  return (
    <>
      <p className={css.count} aria-live="polite">
        {nodes.length === 0 ? t('map.search-none') : t('map.search-found', { n: nodes.length })}
      </p>
      <ul className={css.found}>
        {nodes.map((node) => (
          <NodeRow key={node} {...{ model, node, onPick, menuOf }} />
        ))}
      </ul>
    </>
  )
}

interface Said {
  file: string
  path: string
  line: number
}

function useSaid(folder: string, words: string): readonly string[] {
  const [said, setSaid] = useState<readonly string[]>([])
  useEffect(() => {
    const end = new AbortController()
    const ask = async () => {
      try {
        const { data } = await api.mapSearch({ folder, words, tokens: 50 }, { signal: end.signal })
        setSaid(nodesIn(data).flatMap((one) => idIn(one) ?? []))
      } catch {
        setSaid([]) // a search that fails leaves what was found here
      }
    }
    const timer = setTimeout(() => void ask(), TYPED_MS)
    return () => {
      clearTimeout(timer)
      end.abort()
    }
  }, [folder, words])
  return said
}

/** As the picture names it; null for what lies in no file of it, such as a table. */
function idIn({ file, path, line }: Said): string | null {
  if (file === '') return null
  if (line === 0) return file === '.' ? '' : file
  return path === '' ? file : `${file}:${line}`
}

const nodesIn = (data: unknown): Said[] =>
  Array.isArray(data) ? data.filter((one: unknown): one is Said => isSaid(one)) : []

const isSaid = (one: unknown): one is Said =>
  typeof one === 'object' &&
  one !== null &&
  'file' in one &&
  typeof one.file === 'string' &&
  'path' in one &&
  typeof one.path === 'string' &&
  'line' in one &&
  typeof one.line === 'number'
