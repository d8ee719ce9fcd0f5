// What one looks at and how: the chosen thing, the lens, filters and traces, and what of it is drawn.
import type { MapLive, MapOverlay } from '@tutti/core'
import { never } from '@tutti/core'
import { useMemo, useState } from 'react'
import { areasOf, type Palette } from './colours.ts'
import { FILTERS, hiddenKinds, sieveOf, type Filters } from './filters.ts'
import { layoutOf } from './layout.ts'
import { atLine, childrenOf, fileNode, idOf, nodeOf, type CodeModel } from './model.ts'
import { at } from './numbers.ts'
import { ADDED, CHANGED, type AgentMark, type Lens } from './scene.ts'
import type { Shown } from './stage.ts'
import { impactOf, marked, neighbours, wayBetween, type Sieve, type Trace } from './trace.ts'

export type TraceWish =
  | { is: 'none' }
  | { is: 'near' | 'impact'; of: string }
  /** `to` is null until the other end is chosen. */
  | { is: 'way'; of: string; to: string | null }
  /** What a question has found. */
  | { is: 'found'; title: string; of: readonly string[] }

export interface View {
  /** Names, as nodes have other numbers after each edit. */
  focus: string | null
  lens: Lens
  against: string
  filters: Filters
  trace: TraceWish
  /** What lies beside the picture. */
  tab: Tab
}

export type Tab = 'contents' | 'page' | 'agents' | 'found'

export function useView(model: CodeModel, start: string | null) {
  const [view, setView] = useState<View>({
    focus: start,
    lens: 'structure',
    against: '',
    filters: FILTERS,
    trace: { is: 'none' },
    tab: 'contents',
  })
  const change = (part: Partial<View>) => setView((now) => ({ ...now, ...part }))
  const focus = view.focus === null ? null : (nodeOf(model, view.focus) ?? null)
  const sieve = useMemo(() => sieveOf(model, view.filters), [model, view.filters])
  const trace = useMemo(() => traceOf(model, view.trace, sieve), [model, view.trace, sieve])
  const choose = (node: number) => {
    const id = idOf(model, node)
    setView((now) =>
      now.trace.is === 'way' && now.trace.to === null && now.trace.of !== id
        ? { ...now, focus: id, trace: { ...now.trace, to: id } }
        : { ...now, focus: id },
    )
  }
  return { view, change, choose, focus, sieve, trace }
}

export type ViewState = ReturnType<typeof useView>

/** Null where none is wished, or none is found. */
function traceOf(model: CodeModel, wish: TraceWish, sieve: Sieve): Trace | null {
  if (wish.is === 'found')
    return marked(
      model,
      wish.of.flatMap((one) => nodeOf(model, one) ?? []),
    )
  const node = wish.is === 'none' ? undefined : nodeOf(model, wish.of)
  if (node === undefined) return null
  switch (wish.is) {
    case 'near':
      return neighbours(model, node, sieve)
    case 'impact':
      return impactOf(model, node, sieve)
    case 'way': {
      const to = wish.to === null ? undefined : nodeOf(model, wish.to)
      return to === undefined ? null : wayBetween(model, { from: node, to }, sieve)
    }
    case 'none':
      return null
    default:
      return never(wish)
  }
}

interface Drawing {
  model: CodeModel
  state: ViewState
  palette: Palette | null
  overlay: MapOverlay | null
  live: MapLive | null
}

/** All that the stage shows; null until the theme is read. */
export function useShown({ model, state, palette, overlay, live }: Drawing): Shown | null {
  const layout = useMemo(() => layoutOf(model), [model])
  const areas = useMemo(() => areasOf(model), [model])
  const diff = useMemo(() => (overlay ? diffOf(model, overlay) : null), [model, overlay])
  const agents = useMemo(() => marksOf(model, live?.work ?? []), [model, live])
  const { view, focus, sieve, trace } = state
  const hidden = useMemo(() => hiddenKinds(model, view.filters), [model, view.filters])
  const { lens } = view
  return useMemo(
    () => palette && { model, layout, areas, palette, lens, diff, trace, hidden, focus, agents, sieve },
    [model, layout, areas, palette, lens, diff, trace, hidden, focus, agents, sieve],
  )
}

/** By node what differs: files by name, symbols by the lines that they have; folders by what is in them. */
export function diffOf(model: CodeModel, { files }: MapOverlay): Uint8Array {
  const diff = new Uint8Array(model.size)
  for (const { path, state, ranges } of files) {
    const file = fileNode(model, path)
    if (file === undefined) continue
    const mark = state === 'added' ? ADDED : CHANGED
    diff[file] = mark
    for (let node = file + 1; node < at(model.ends, file); node++)
      if (touches(model, node, ranges)) diff[node] = mark
  }
  for (let node = model.size - 1; node > 0; node--) {
    const parent = at(model.parents, node)
    // A folder is new only where all in it is.
    if (diff[node] && model.files[parent] === -1) diff[parent] = isNew(model, diff, parent) ? ADDED : CHANGED
  }
  return diff
}

function touches({ line, lines }: CodeModel, node: number, ranges: readonly [number, number][]): boolean {
  const from = at(line, node)
  const to = from + at(lines, node) - 1
  return ranges.some(([first, last]) => first <= to && last >= from)
}

const isNew = (model: CodeModel, diff: Uint8Array, folder: number): boolean =>
  childrenOf(model, folder).every((one) => diff[one] === ADDED)

export function marksOf(model: CodeModel, work: MapLive['work']): AgentMark[] {
  const seen = new Set<string>()
  return work.flatMap(({ agent, name, file, line, did, at: when }): AgentMark[] => {
    const here = fileNode(model, file)
    if (here === undefined) return []
    const isLatest = !seen.has(agent)
    seen.add(agent)
    return [{ id: agent, name, node: line > 0 ? atLine(model, here, line) : here, did, at: when, isLatest }]
  })
}
