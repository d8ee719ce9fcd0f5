// Where an agent works, read from its own conversation: the files that its tools have named lately.
import type { Agent, Entry, MapLive } from '@tutti/core'
import { handledIn, wholePath } from './edits.ts'
import { isWithin } from './live.ts'

export type Work = MapLive['work'][number]

/** As far back as one looks, and as many files as an agent is shown at. */
const ENTRIES = 200
const FILES = 12

/** The last thing that it did with each file in the working copy, latest first. All text in it is foreign. */
export function workOf(agent: Agent, entries: readonly Entry[], root: string): Work[] {
  const found = new Map<string, Work>()
  for (const entry of entries.slice(-ENTRIES).toReversed()) {
    for (const { path, did, lines } of handledIn(entry).toReversed()) {
      const file = within(wholePath(agent, path), root)
      if (file === undefined) continue
      const known = found.get(file)
      // A change says more than the look at the file that follows it.
      if (known && (known.did === 'changed' || did === 'read')) continue
      const at = Math.max(entry.at, known?.at ?? 0)
      found.set(file, { agent: agent.id, name: agent.name, file, line: lines[0]?.[0] ?? 0, did, at })
    }
  }
  return [...found.values()].sort((a, b) => b.at - a.at).slice(0, FILES)
}

/** The path within the working copy; undefined for what lies elsewhere. */
export const within = (path: string, root: string): string | undefined =>
  path !== root && isWithin(path, root) ? path.slice(root.length + 1) : undefined
