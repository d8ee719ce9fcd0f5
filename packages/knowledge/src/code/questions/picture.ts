// What a picture of the map is drawn from: files with their symbols, uses between files, what is being changed.
import { statSync } from 'node:fs'
import { join } from 'node:path'
import type { CodeMap } from '../code-map.ts'
import type { Git } from '../git.ts'
import { COPY } from '../store/store.ts'

export interface Picture {
  files: {
    path: string
    lines: number
    language: string
    changes: number
    symbols: { name: string; kind: string; line: number; lines: number }[]
  }[]
  edges: { from: number; to: number; count: number }[]
  changed: { file: string; at: number }[]
}

const COMMITS = 500

export function pictureOf(map: CodeMap, git: Git): Picture {
  const changes = new Map<string, number>()
  for (const commit of git.log(COMMITS))
    for (const file of commit.files) changes.set(file, (changes.get(file) ?? 0) + 1)
  const places = new Map<number, number>()
  const rows = map.store.all('select id, path, lines, language from file where copy = ? order by path', COPY)
  const files: Picture['files'] = rows.map((row, at) => {
    places.set(Number(row['id']), at)
    const path = String(row['path'])
    return {
      path,
      lines: Number(row['lines']),
      language: String(row['language']),
      changes: changes.get(path) ?? 0,
      symbols: [],
    }
  })
  const symbols = map.store.all(
    `select file, name, kind, line, end_line from node where copy = ? and path <> '' and nested = 0 and parent = '' and file is not null order by line`,
    COPY,
  )
  for (const row of symbols)
    files[places.get(Number(row['file'])) ?? -1]?.symbols.push({
      name: String(row['name']),
      kind: String(row['kind']),
      line: Number(row['line']),
      lines: Number(row['end_line']) - Number(row['line']) + 1,
    })
  return { files, edges: fileEdges(map, places), changed: changedFiles(map.root, git) }
}

function fileEdges(map: CodeMap, places: ReadonlyMap<number, number>): Picture['edges'] {
  const rows = map.store.all(
    `select e.file source, n.file target, count(*) uses from edge e join node n on n.id = e.target
     where n.copy = ? and n.file is not null and n.file <> e.file group by e.file, n.file`,
    COPY,
  )
  return rows.flatMap((row) => {
    const from = places.get(Number(row['source']))
    const to = places.get(Number(row['target']))
    return from === undefined || to === undefined ? [] : [{ from, to, count: Number(row['uses']) }]
  })
}

function changedFiles(root: string, git: Git): Picture['changed'] {
  return git
    .changed()
    .map((file) => ({ file, at: changedAt(join(root, file)) }))
    .sort((a, b) => b.at - a.at)
}

/** A file that was removed has no time any more. */
const changedAt = (path: string): number =>
  Math.round(statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0)
