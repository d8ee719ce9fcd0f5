// Nodes as answers show them, and how a question names one.
import { fault } from '@tutti/core'
import { folderKey, folderOfKey } from '../places.ts'
import { nearNames } from './near.ts'
import { COPY, type Row, type Store } from '../store/store.ts'

export interface MapNode {
  id: number
  /** Of a folder or package its own path; '' for what lies nowhere. */
  file: string
  /** `Class.method`; '' for the file itself; a key such as `folder:src` or `table:users` for what lies in no file. */
  path: string
  name: string
  kind: string
  line: number
  endLine: number
  exported: boolean
  nested: boolean
  signature: string
  doc: string
  complexity: number
}

const COLUMNS = `n.id, coalesce(f.path, '') file, n.path, n.name, n.kind, n.line, n.end_line, n.exported, n.nested, n.signature, n.doc, n.complexity`

/** Reads nodes: `rest` continues after the from clause (`where …`), with n the node and f its file. */
export const readNodes = (store: Store, rest: string, ...values: (string | number)[]): MapNode[] =>
  store
    .all(`select ${COLUMNS} from node n left join file f on f.id = n.file ${rest}`, ...values)
    .map((row) => toNode(row))

export const toNode = (row: Row): MapNode => ({
  id: Number(row['id']),
  file: String(row['file']) || (folderOfKey(String(row['path'])) ?? ''),
  path: String(row['path']),
  name: String(row['name']),
  kind: String(row['kind']),
  line: Number(row['line']),
  endLine: Number(row['end_line']),
  exported: row['exported'] === 1,
  nested: row['nested'] === 1,
  signature: String(row['signature']),
  doc: String(row['doc']),
  complexity: Number(row['complexity']),
})

/** A file that is in no index. */
export const fileAlone = (file: string): MapNode => ({
  id: 0,
  file,
  path: '',
  name: file,
  kind: 'file',
  line: 1,
  endLine: 1,
  exported: false,
  nested: false,
  signature: '',
  doc: '',
  complexity: 0,
})

const BATCH = 400

/** Nodes by id, in the order of the ids. */
export function nodesById(store: Store, ids: Iterable<number>): MapNode[] {
  const wanted = [...ids]
  const found = new Map<number, MapNode>()
  for (let at = 0; at < wanted.length; at += BATCH) {
    const list = wanted.slice(at, at + BATCH).join(',')
    for (const one of readNodes(store, `where n.id in (${list})`)) found.set(one.id, one)
  }
  return wanted.flatMap((id) => found.get(id) ?? [])
}

/**
 * Finds what a person or agent means by `file:symbol`, `file`, `folder`, `file:12` (the symbol at that line), `Class.method` or a bare
 * name, also of a package.
 * Several matches are all given, best first; none is a fault with the nearest names.
 */
export function findNodes(store: Store, name: string): MapNode[] {
  const found = exact(store, name)
  if (found.length > 0) return found
  throw fault('code.symbol-unknown', { name, near: nearNames(store, name).join(', ') || 'nothing like it' })
}

function exact(store: Store, name: string): MapNode[] {
  const folder = folderKey(name.replace(/^\.\/(?=.)/, '').replace(/(?<=.)\/$/, ''))
  const outside = readNodes(
    store,
    'where n.copy = ? and n.file is null and n.path in (?, ?)',
    COPY,
    name,
    folder,
  )
  if (outside.length > 0) return outside
  const cut = name.search(/[:#](?!.*[:#/])/)
  if (cut > 0) {
    const file = name.slice(0, cut)
    const rest = name.slice(cut + 1)
    if (/^\d+$/.test(rest)) return atLine(store, file, Number(rest))
    const found = readNodes(store, 'where n.copy = ? and f.path = ? and n.path = ?', COPY, file, rest)
    if (found.length > 0) return found
    return readNodes(
      store,
      `where n.copy = ? and f.path like ? escape '\\' and (n.path = ? or n.name = ?) order by n.nested, f.path`,
      COPY,
      `%${like(file)}`,
      rest,
      rest,
    )
  }
  const files = filesNamed(store, name.replace(/^\.\//, ''))
  if (files.length > 0) return files
  const paths = readNodes(
    store,
    'where n.copy = ? and n.path = ? order by n.nested, n.exported desc, f.path',
    COPY,
    name,
  )
  if (paths.length > 0) return paths
  return readNodes(
    store,
    `where n.copy = ? and n.name = ? and n.kind <> 'file' order by n.nested, n.exported desc, f.path`,
    COPY,
    name,
  )
}

/** By its whole path, else by the end of it. */
function filesNamed(store: Store, path: string): MapNode[] {
  const whole = readNodes(store, `where n.copy = ? and n.path = '' and f.path = ?`, COPY, path)
  if (whole.length > 0 || !/\.\w+$/.test(path)) return whole
  const end = `%/${like(path)}`
  return readNodes(
    store,
    `where n.copy = ? and n.path = '' and f.path like ? escape '\\' order by f.path`,
    COPY,
    end,
  )
}

/** The innermost symbol around a line. */
export function atLine(store: Store, file: string, line: number): MapNode[] {
  return readNodes(
    store,
    'where n.copy = ? and f.path = ? and n.line <= ? and n.end_line >= ? order by n.end_line - n.line, length(n.path) desc limit 1',
    COPY,
    file.replace(/^\.\//, ''),
    line,
    line,
  )
}

export const like = (text: string) => text.replaceAll(/[\\%_]/g, String.raw`\$&`)
