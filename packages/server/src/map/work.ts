// Where an agent works, read from its own conversation: the files that its tools have named lately.
import type { Agent, Entry, MapLive, Part } from '@tutti/core'
import { isAbsolute, join, normalize } from 'node:path'
import { isWithin } from './live.ts'

export type Work = MapLive['work'][number]

/** As far back as one looks, and as many files as an agent is shown at. */
const ENTRIES = 200
const FILES = 12

/** The last thing that it did with each file in the working copy, latest first. All text in it is foreign. */
export function workOf(agent: Agent, entries: readonly Entry[], root: string): Work[] {
  const found = new Map<string, Work>()
  for (const { at, parts } of entries.slice(-ENTRIES).toReversed()) {
    for (const part of parts.toReversed()) {
      const place = placeOf(part)
      const file = place && relative(place.path, { root, folder: agent.folder })
      if (!place || !file) continue
      const known = found.get(file)
      // A change says more than the look at the file that follows it.
      if (known && (known.did === 'changed' || place.did === 'read')) continue
      found.set(file, {
        agent: agent.id,
        name: agent.name,
        file,
        line: place.line,
        did: place.did,
        at: Math.max(at, known?.at ?? 0),
      })
    }
  }
  return [...found.values()].sort((a, b) => b.at - a.at).slice(0, FILES)
}

interface Place {
  path: string
  line: number
  did: Work['did']
}

const CHANGES = /edit|write|patch|replace|create|insert|update/i
/** What programs call the file that a tool works on. */
const FIELDS = ['file_path', 'filePath', 'path', 'notebook_path', 'absolute_path', 'target_file', 'file']

function placeOf(part: Part): Place | null {
  if (part.type === 'diff')
    return { path: part.path, line: Number(/^@@ -\S+ \+(\d+)/m.exec(part.diff)?.[1] ?? 0), did: 'changed' }
  if (part.type !== 'tool' || part.failed || typeof part.input !== 'object' || part.input === null)
    return null
  const input: Readonly<Record<string, unknown>> = { ...part.input }
  const path = FIELDS.map((name) => input[name]).find(
    (value) => typeof value === 'string' && value.length < 4096,
  )
  if (typeof path !== 'string' || path === '') return null
  return { path, line: 0, did: CHANGES.test(part.name) ? 'changed' : 'read' }
}

/** The path within the working copy; undefined for what lies elsewhere. */
function relative(path: string, { root, folder }: { root: string; folder: string }): string | undefined {
  const whole = normalize(isAbsolute(path) ? path : join(folder, path))
  return whole !== root && isWithin(whole, root) ? whole.slice(root.length + 1) : undefined
}
