// The overviews of all folders in one walk over the edges: asking for each by itself would read all of them as often.
import type { CodeMap } from '../code-map.ts'
import { COPY } from '../store/store.ts'
import type { MapNode } from './nodes.ts'
import { MOST, NEIGHBOURS, type Neighbour, type Overview } from './overview.ts'

/** By folder what passes its border. */
export type Crossed = ReadonlyMap<string, Border>

interface Border {
  most: Map<number, number>
  usedBy: Map<string, number>
  uses: Map<string, number>
}

export function bordersCrossed(map: CodeMap): Crossed {
  const found = new Map<string, Border>()
  const above = new Map<string, readonly string[]>()
  const foldersOf = (file: string): readonly string[] => {
    const known = above.get(file) ?? foldersAbove(file)
    above.set(file, known)
    return known
  }
  const rows = map.store.lists(
    `select t.id, tf.path, ef.path from edge e join node t on t.id = e.target join file tf on tf.id = t.file
     join file ef on ef.id = e.file where ef.copy = ? and tf.id <> ef.id and e.kind <> 'touched'`,
    COPY,
  )
  for (const [target, to, from] of rows) {
    const [own, other] = [foldersOf(String(to)), foldersOf(String(from))]
    // Folders come from the top: what both lie in is at the beginning.
    const shared = own.findIndex((folder, at) => folder !== other[at])
    const depth = shared < 0 ? own.length : shared
    count(borderOf(found, '.').most, Number(target))
    for (const folder of own.slice(Math.max(1, depth))) {
      const border = borderOf(found, folder)
      count(border.most, Number(target))
      count(border.usedBy, other.at(-1) ?? '.')
    }
    for (const folder of other.slice(Math.max(1, depth)))
      count(borderOf(found, folder).uses, own.at(-1) ?? '.')
  }
  return found
}

/** From '.' down to where it lies. */
function foldersAbove(file: string): readonly string[] {
  const parts = file.split('/').slice(0, -1)
  return ['.', ...parts.map((_, at) => parts.slice(0, at + 1).join('/'))]
}

function borderOf(found: Map<string, Border>, folder: string): Border {
  const known = found.get(folder)
  if (known) return known
  const made: Border = { most: new Map(), usedBy: new Map(), uses: new Map() }
  found.set(folder, made)
  return made
}

const count = <K>(counts: Map<K, number>, key: K): void => void counts.set(key, (counts.get(key) ?? 0) + 1)

/** `shown` are the symbols that have a place on a page. */
export function overviewIn(crossed: Crossed, folder: string, shown: ReadonlyMap<number, MapNode>): Overview {
  const border = crossed.get(folder)
  if (!border) return { most: [], usedBy: [], uses: [] }
  const most = [...border.most]
    .flatMap(([id, uses]) => {
      const node = shown.get(id)
      return node && node.path !== '' && node.kind !== 'section' ? [{ node, uses }] : []
    })
    .sort((a, b) => b.uses - a.uses)
    .slice(0, MOST)
  return { most, usedBy: nearest(border.usedBy), uses: nearest(border.uses) }
}

const nearest = (counts: ReadonlyMap<string, number>): Neighbour[] =>
  [...counts]
    .map(([folder, places]) => ({ folder, places }))
    .sort((a, b) => b.places - a.places || (a.folder < b.folder ? -1 : 1))
    .slice(0, NEIGHBOURS)
