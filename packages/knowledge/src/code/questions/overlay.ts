// What differs between the working copy and a commit, file by file, as the map shows it.
import { countOfLines } from './lines.ts'
import type { CodeMap } from '../code-map.ts'
import type { Git } from '../git.ts'
import { readText } from '../tree.ts'

export interface OverlayFile {
  path: string
  state: 'added' | 'changed' | 'removed'
  added: number
  removed: number
  /** From and to, in lines of the working copy; where lines only went away, the line before. */
  ranges: [from: number, to: number][]
}

export interface Overlay {
  base: string
  branch: string
  branches: string[]
  files: OverlayFile[]
}

/** Without a revision it is the last commit; a branch means where this one left it. */
export function overlayOf(map: CodeMap, git: Git, revision = 'HEAD'): Overlay {
  const base = git.base(revision)
  const known = base === '' ? [] : parseOverlay(git.rawDiff(base))
  const added = git.untracked().map((path): OverlayFile => {
    const lines = countOfLines(readText(map.root, path).text ?? '')
    return { path, state: 'added', added: lines, removed: 0, ranges: [[1, Math.max(1, lines)]] }
  })
  return { base, branch: git.branch(), branches: git.branches(), files: [...known, ...added] }
}

/** Reads a unified difference without context and without renames. */
export function parseOverlay(text: string): OverlayFile[] {
  const files: OverlayFile[] = []
  let before = ''
  // Lines of a hunk that are still to come: they may look like headers themselves.
  let left = 0
  for (const line of text.split('\n')) {
    if (left > 0) {
      left -= /^[+-]/.test(line) ? 1 : 0
      continue
    }
    const [, old, now] = /^(?:--- (.*?)|\+\+\+ (.*?))\t?$/.exec(line) ?? []
    if (old !== undefined) before = named(old)
    else if (now !== undefined) files.push(begun(before, named(now)))
    else left = takeHunk(files.at(-1), line)
  }
  return files
}

/** Gives the number of its lines; 0 for a line that begins no hunk. */
function takeHunk(file: OverlayFile | undefined, line: string): number {
  const hunk = /^@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/.exec(line)
  if (!hunk || !file) return 0
  const [removed, from, added] = [Number(hunk[1] ?? 1), Number(hunk[2]), Number(hunk[3] ?? 1)]
  file.removed += removed
  file.added += added
  if (file.state !== 'removed') file.ranges.push([Math.max(1, from), Math.max(1, from + added - 1)])
  return removed + added
}

const NOTHING = '/dev/null'

const begun = (before: string, now: string): OverlayFile => ({
  path: now === NOTHING ? before : now,
  state: now === NOTHING ? 'removed' : before === NOTHING ? 'added' : 'changed',
  added: 0,
  removed: 0,
  ranges: [],
})

/** Git puts names with quotes or control characters in quotes. */
function named(path: string): string {
  const plain = path.startsWith('"') ? unquoted(path) : path
  return plain === NOTHING ? plain : plain.replace(/^[ab]\//, '')
}

function unquoted(path: string): string {
  try {
    const text: unknown = JSON.parse(path.replaceAll(/\\(\d{3})/g, (_, octal: string) => escaped(octal)))
    return typeof text === 'string' ? text : path
  } catch {
    return path // a way of quoting that git does not have
  }
}

const escaped = (octal: string) => `\\u${Number.parseInt(octal, 8).toString(16).padStart(4, '0')}`
