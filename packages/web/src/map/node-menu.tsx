// What can be done with a thing of the map: the same entries at the canvas, in the tree and at the reference page.
import { ArrowRight, Copy, FileText, GitBranch, LocateFixed, Radius, Send, Waypoints } from 'lucide-react'
import { copyText } from '../data/clipboard.ts'
import type { MenuEntry } from '../ui/menu.tsx'
import { t } from '../words/words.ts'
import { editorEntry } from './editors.ts'
import type { OpenFile } from './file-dialog.tsx'
import { FOLDER, SYMBOL, askedOf, idOf, type CodeModel } from './model.ts'
import type { TraceWish } from './use-view.ts'

export interface NodeActs {
  open(file: OpenFile): void
  send(node: number): void
  show(node: number): void
  trace(wish: TraceWish): void
  /** The beginning of a way whose other end is not chosen yet, or null. */
  wayFrom: string | null
}

export function entriesOf(model: CodeModel, node: number, acts: NodeActs): MenuEntry[] {
  const of = idOf(model, node)
  const isCode = model.levels[node] !== FOLDER
  return [
    { kind: 'title', label: model.names[node] ?? '' },
    { label: t('map.go'), icon: <LocateFixed />, keys: 'enter', run: () => acts.show(node) },
    ...(isCode
      ? [{ label: t('map.open'), icon: <FileText />, run: () => acts.open(placeOf(model, node)) }]
      : []),
    ...(isCode ? editorEntry(model.folder, placeOf(model, node)) : []),
    { kind: 'line' },
    { label: t('map.near'), icon: <Radius />, run: () => acts.trace({ is: 'near', of }) },
    { label: t('map.impact'), icon: <GitBranch />, run: () => acts.trace({ is: 'impact', of }) },
    { label: t('map.way-from'), icon: <Waypoints />, run: () => acts.trace({ is: 'way', of, to: null }) },
    ...(acts.wayFrom !== null && acts.wayFrom !== of ? [wayTo(acts, of)] : []),
    { kind: 'line' },
    { label: t('map.send'), icon: <Send />, run: () => acts.send(node) },
    { label: t('map.copy'), icon: <Copy />, run: () => void copyText(askedOf(model, node)) },
  ]
}

const wayTo = (acts: NodeActs, to: string): MenuEntry => ({
  label: t('map.way-of', { from: acts.wayFrom ?? '', to }),
  icon: <ArrowRight />,
  run: () => acts.trace({ is: 'way', of: acts.wayFrom ?? '', to }),
})

/** Where it stands in its file. */
export function placeOf(model: CodeModel, node: number): OpenFile {
  const file = model.paths[model.files[node] ?? 0] ?? ''
  if (model.levels[node] !== SYMBOL) return { file, from: 0, to: 0 }
  const from = model.line[node] ?? 1
  return { file, from, to: from + (model.lines[node] ?? 1) - 1 }
}
