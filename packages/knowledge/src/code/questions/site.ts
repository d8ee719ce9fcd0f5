// The documentation as files: a page for each file with its symbols and for each folder, an index to search in, and llms.txt for
// language models.
import { mkdirSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import type { CodeMap } from '../code-map.ts'
import type { Git } from '../git.ts'
import { COPY } from '../store/store.ts'
import { paragraphIn } from './heads.ts'
import { readNodes, type MapNode } from './nodes.ts'
import { saysOf } from './overview.ts'
import { outline, outlineLine } from './rank.ts'
import { siteFacts } from './site-facts.ts'
import { bordersCrossed, overviewIn } from './site-overviews.ts'
import { filePage, folderPage, indexPage, pageName, type Entry } from './site-pages.ts'

const LLMS_TOKENS = 8000

/** What the repository is, its documents and its most used symbols: the form of llmstxt.org. */
export function llmsText(map: CodeMap, tokens = LLMS_TOKENS): string {
  const sections = readNodes(
    map.store,
    `where n.copy = ? and n.kind = 'section' and n.parent = '' order by f.path, n.line`,
    COPY,
  )
  const readme = sections.find((one) => /^readme\./i.test(one.file))
  const lines = [`# ${readme?.name ?? basename(map.root)}`, '']
  const says = paragraphIn(readme?.doc ?? '')
  if (says) lines.push(`> ${says}`, '')
  const documents = [...new Map(sections.map((one) => [one.file, one])).values()]
  if (documents.length > 0) lines.push('## Docs', '')
  for (const one of documents) {
    const what = (paragraphIn(one.doc) || saysOf(map, { ...one, kind: 'file', doc: '' })).slice(0, 160)
    lines.push(`- [${one.name}](${encodeURI(one.file)})${what === '' ? '' : `: ${what}`}`)
  }
  lines.push('', '## Code', '')
  for (const { file, symbols } of outline(map, tokens))
    lines.push(`- [${file}](${encodeURI(file)})`, ...symbols.map((one) => `  ${outlineLine(one).trimEnd()}`))
  return `${lines.join('\n')}\n`
}

/** Takes a file of the site by its path within it. */
export type PutPage = (name: string, text: string) => void

/** Writes the site, file by file; gives the number of pages. */
export function writeSite(map: CodeMap, put: PutPage, git?: Git): number {
  const facts = siteFacts(map, git)
  const nodes = readNodes(
    map.store,
    `where n.copy = ? and n.file is not null and (n.nested = 0 or n.kind = 'section') and n.kind <> 'test' order by f.path, n.line`,
    COPY,
  )
  const byFile = Map.groupBy(nodes, (one) => one.file)
  const said = new Map<string, string>()
  for (const [file, list] of byFile) {
    const [whole] = list
    said.set(file, whole ? saysOf(map, whole) : '')
    put(pageName(file), filePage({ file, says: said.get(file) ?? '', nodes: list, facts }))
  }
  const byId = new Map(nodes.map((one) => [one.id, one]))
  const crossed = bordersCrossed(map)
  const places = readNodes(
    map.store,
    `where n.copy = ? and n.file is null and n.kind in ('folder', 'package') order by n.path`,
    COPY,
  )
  const says = new Map(places.map((place) => [place.id, saysOf(map, place)]))
  const saysFor = (place: MapNode) => says.get(place.id) ?? ''
  for (const place of places) {
    const page = { place, says: saysFor(place), overview: overviewIn(crossed, place.file, byId) }
    put(pageName(`${place.file}/`), folderPage({ ...page, inside: insideOf(place, places, said) }))
  }
  const title = basename(map.root)
  put('search.js', `const ENTRIES=${JSON.stringify(entriesOf(nodes, places, said))}\n`)
  put('index.html', indexPage({ title, places, says: saysFor }))
  put('llms.txt', llmsText(map))
  return byFile.size + places.length + 1
}

/** What lies directly in a folder, with what it says of itself. */
function insideOf(
  place: MapNode,
  places: readonly MapNode[],
  said: ReadonlyMap<string, string>,
): (readonly [path: string, says: string])[] {
  const isIn = (path: string) => (path.includes('/') ? dirname(path) : '.') === place.file && path !== '.'
  return [
    ...places.filter((one) => isIn(one.file)).map((one) => [`${one.file}/`, one.doc] as const),
    ...[...said].filter(([file]) => isIn(file)),
  ]
}

const SAYS_LENGTH = 90

const entriesOf = (
  nodes: readonly MapNode[],
  places: readonly MapNode[],
  said: ReadonlyMap<string, string>,
): Entry[] => [
  ...places.map((one): Entry => [one.name, one.kind, `${one.file}/`, 0, one.doc.slice(0, SAYS_LENGTH)]),
  ...nodes.map((one): Entry => {
    const isFile = one.path === ''
    const says = isFile ? (said.get(one.file) ?? '') : one.doc
    return [
      isFile ? one.file : one.path,
      one.kind,
      one.file,
      isFile ? 0 : one.line,
      (says.split('\n', 1)[0] ?? '').slice(0, SAYS_LENGTH),
    ]
  }),
]

export const intoFolder =
  (folder: string): PutPage =>
  (name, text) => {
    const path = join(folder, name)
    // A name in the map is a path below its root; it stays below the folder too.
    if (relative(folder, path).startsWith('..')) return
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
  }
