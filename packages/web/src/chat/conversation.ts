// A conversation as it is held in the page: pages of it come from the past, growth comes live, and both meet by id.
import type { Entry, OutputOf } from '@tutti/core'

type Page = OutputOf<'getTranscript'>

export interface Conversation {
  /** Oldest first, each id once. */
  entries: readonly Entry[]
  /** Fetches what came before; null at the beginning. */
  before: string | null
}

export const EMPTY: Conversation = { entries: [], before: null }

/** The newest page, read anew: it replaces everything, for what lies between is not known. */
export const fromPage = ({ entries, before }: Page): Conversation => ({ entries, before })

/** With an older page in front. */
export function withOlder(now: Conversation, { entries, before }: Page): Conversation {
  const known = new Set(now.entries.map(({ id }) => id))
  return { entries: [...entries.filter(({ id }) => !known.has(id)), ...now.entries], before }
}

/** With entries that are new, or that replace those of the same id where they stand. */
export function withGrowth(now: Conversation, grown: readonly Entry[]): Conversation {
  const byId = new Map(grown.map((entry) => [entry.id, entry]))
  const entries = now.entries.map((entry) => {
    const newer = byId.get(entry.id)
    byId.delete(entry.id)
    return newer ?? entry
  })
  return { ...now, entries: [...entries, ...byId.values()] }
}

/** What is one row of the list: an entry, or all that a sub-agent did, where it began. */
export type Row =
  | { kind: 'entry'; key: string; entry: Entry; inThread: boolean }
  | { kind: 'thread'; key: string; name: string; count: number; open: boolean }

/** Sub-agents work side by side, so each is one folded row; opened, its entries follow it. */
export function rowsOf(entries: readonly Entry[], isOpen: (thread: string) => boolean): Row[] {
  const threads = Map.groupBy(
    entries.filter(({ thread }) => thread !== null),
    ({ thread }) => thread ?? '',
  )
  const shown = new Set<string>()
  return entries.flatMap((entry): Row[] => {
    const { thread } = entry
    if (thread === null) return [{ kind: 'entry', key: entry.id, entry, inThread: false }]
    if (shown.has(thread)) return []
    shown.add(thread)
    const mine = threads.get(thread) ?? []
    const open = isOpen(thread)
    const head: Row = { kind: 'thread', key: `thread ${thread}`, name: thread, count: mine.length, open }
    const steps = mine.map((one): Row => ({ kind: 'entry', key: one.id, entry: one, inThread: true }))
    return open ? [head, ...steps] : [head]
  })
}
