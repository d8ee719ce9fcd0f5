// What an entry of a conversation says of files: which a tool has changed or looked at, and at which lines. All of it is foreign.
import type { Agent, Entry, Part } from '@tutti/core'
import { isAbsolute, join, normalize } from 'node:path'

export interface Handled {
  /** As the program wrote it: absolute, or relative to the agent's folder. */
  path: string
  did: 'changed' | 'read'
  /** Of the change, from and to in the file as it then was; none where it does not tell. */
  lines: (readonly [from: number, to: number])[]
}

const CHANGES = /edit|write|patch|replace|create|insert|update/i
/** What programs call the file that a tool works on. */
const FIELDS = ['file_path', 'filePath', 'path', 'notebook_path', 'absolute_path', 'target_file', 'file']
const PATH_LENGTH = 4096

/** In the order of its parts. A difference that names a file without a folder means the one of the call before it. */
export function handledIn({ parts }: Entry): Handled[] {
  let before = ''
  return parts.flatMap((part) => {
    const found = handledBy(part, before)
    before = part.type === 'tool' && found ? found.path : ''
    return found ?? []
  })
}

function handledBy(part: Part, before: string): Handled | null {
  if (part.type === 'diff') {
    const path = before.endsWith(`/${part.path}`) ? before : part.path
    return path === '' ? null : { path, did: 'changed', lines: linesIn(part.diff) }
  }
  if (part.type !== 'tool' || part.failed || typeof part.input !== 'object' || part.input === null)
    return null
  const input: Readonly<Record<string, unknown>> = { ...part.input }
  const path = FIELDS.map((name) => input[name]).find(
    (value) => typeof value === 'string' && value.length < PATH_LENGTH,
  )
  if (typeof path !== 'string' || path === '') return null
  return { path, did: CHANGES.test(part.name) ? 'changed' : 'read', lines: [] }
}

/** More places than this in one change are a sweep over the file. */
const PLACES = 40

/** Without the lines around a change, which hunks show too. A line that went away is told by the one that came after it. */
function linesIn(diff: string): Handled['lines'] {
  const found: [from: number, to: number][] = []
  let now = 0
  for (const line of diff.split('\n')) {
    const hunk = /^@@ -\d+(?:,\d+)? \+(\d+)(?:,\d+)? @@/.exec(line)
    if (hunk) now = Math.max(1, Number(hunk[1]))
    else if (now === 0 || line.startsWith('\\')) continue
    else {
      if (/^[+-]/.test(line)) mark(found, now)
      if (!line.startsWith('-')) now += 1
    }
  }
  return found.length > PLACES ? [] : found
}

function mark(found: [from: number, to: number][], line: number): void {
  const last = found.at(-1)
  if (last && line >= last[0] && line <= last[1] + 1) last[1] = line
  else found.push([line, line])
}

/** As an absolute path without dots in it. */
export const wholePath = ({ folder }: Pick<Agent, 'folder'>, path: string): string =>
  normalize(isAbsolute(path) ? path : join(folder, path))
