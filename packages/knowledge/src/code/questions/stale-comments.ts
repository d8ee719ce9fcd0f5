// Comments that are older than what they describe: the parameters changed after the comment was last touched.
import type { CodeMap } from '../code-map.ts'
import type { Git, Line } from '../git.ts'
import { COPY } from '../store/store.ts'
import type { Stale } from './stale.ts'

/** Asking git about a file costs as much as all else of the question: only those are asked that changed last. */
const FILES = 40
const COMMITS = 300

/** A function or method with a comment above it. */
interface Documented {
  file: string
  path: string
  name: string
  line: number
  docLine: number
}

export function staleComments(map: CodeMap, git: Git): Stale[] {
  const documented = new Map<string, Documented[]>()
  for (const one of documentedIn(map)) documented.set(one.file, [...(documented.get(one.file) ?? []), one])
  const recent = new Set(git.log(COMMITS).flatMap((one) => one.files))
  const asked = [...recent].filter((path) => documented.has(path)).slice(0, FILES)
  return asked.flatMap((path) => {
    const lines = git.lines(path)
    return (documented.get(path) ?? []).flatMap((node) => staleComment({ git, node, lines }) ?? [])
  })
}

const documentedIn = ({ store }: CodeMap): Documented[] =>
  store
    .all(
      `select f.path file, n.path, n.name, n.line, n.doc_line from node n join file f on f.id = n.file
       where n.copy = ? and n.kind in ('function', 'method') and n.doc_line > 0 and n.doc_line < n.line order by f.path, n.line`,
      COPY,
    )
    .map((row) => ({
      file: String(row['file']),
      path: String(row['path']),
      name: String(row['name']),
      line: Number(row['line']),
      docLine: Number(row['doc_line']),
    }))

interface Asked {
  git: Git
  node: Documented
  lines: readonly Line[]
}

function staleComment({ git, node, lines }: Asked): Stale | undefined {
  const written = newest(lines.slice(node.docLine - 1, node.line - 1))
  const signature = lines[node.line - 1]
  if (!written || !signature || signature.at <= written.at) return undefined
  const before = git.textAt(written.commit, node.file)
  const old = parametersIn(before, node.name)
  const now = parametersIn(lines.map((one) => one.text).join('\n'), node.name)
  // What was moved here, or overloaded, or only renamed its types, says nothing about its comment.
  if (old.length !== 1 || now.length !== 1 || old[0] === now[0]) return undefined
  return {
    file: node.file,
    line: node.docLine,
    what: `the comment of ${node.path}`,
    reason: `written on ${day(written.at)} for (${old[0]}), since ${day(signature.at)} it takes (${now[0]})`,
  }
}

const newest = (lines: readonly Line[]): Line | undefined =>
  lines.reduce<Line | undefined>((best, one) => (best && best.at >= one.at ? best : one), undefined)

const day = (at: number) => new Date(at).toISOString().slice(0, 10)

/** The names of the parameters of each declaration of that name. */
function parametersIn(text: string, name: string): string[] {
  const word = name.replaceAll(/[^\w]/g, (one) => `\\${one}`)
  const declared = new RegExp(
    String.raw`(?:\b(?:function|def|func|fn)\s+${word}\s*|^[ \t]*(?:export\s+)?(?:const\s+${word}\s*=\s*(?:async\s*)?|(?:(?:async|static|public|private|protected)\s+)*${word})(?=\())(?:<[^>()]*>)?\(([^()]*)\)`,
    'gm',
  )
  return [...text.matchAll(declared)].map((one) => namesOf(one[1] ?? ''))
}

const namesOf = (list: string): string =>
  list
    .split(',')
    .map((one) => /^\s*(?:\.\.\.|\*{0,2})?([\w$]+)/.exec(one)?.[1] ?? '')
    .filter(Boolean)
    .join(', ')
