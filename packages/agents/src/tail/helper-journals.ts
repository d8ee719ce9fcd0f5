// The transcripts of sub-agents, each a file of its own: what they say has their name, and what they use counts.
import type { Entry } from '@tutti/core'
import type { KitMachine, Signal } from '../kit.ts'
import { followJournal, type Journal, type LineReader } from './journal.ts'

export interface HelperJournals {
  /** Follows a file, once. */
  follow(path: string, name: string): void
  /** The entries of the main transcript and of all sub-agents, in order of time. */
  among(own: readonly Entry[]): Promise<readonly Entry[]>
  close(): void
}

interface Deps {
  machine: KitMachine
  createReader(): LineReader
  report(signal: Signal): void
}

// A session that runs for weeks must not watch files without end.
const MOST_HELPERS = 100

export function createHelperJournals({ machine, createReader, report }: Deps): HelperJournals {
  const journals = new Map<string, Journal>()
  return {
    follow(path, name) {
      if (journals.has(path) || journals.size >= MOST_HELPERS) return
      const named = () => namedReader(createReader(), name)
      journals.set(path, followJournal({ path, machine, createReader: named, report }))
    },
    async among(own) {
      const others = await Promise.all([...journals.values()].map((journal) => journal.entries()))
      if (others.length === 0) return own
      return [...own, ...others.flat()].toSorted((one, other) => one.at - other.at)
    },
    close() {
      for (const journal of journals.values()) journal.close()
    },
  }
}

/** How full a sub-agent's memory is, and a quota that it tells too, are not the agent's news. */
const namedReader =
  (read: LineReader, thread: string): LineReader =>
  (line) =>
    read(line).flatMap((signal): Signal[] => {
      if (signal.type === 'usage') return [signal]
      if (signal.type !== 'entries') return []
      return [{ type: 'entries', entries: signal.entries.map((entry) => Object.assign(entry, { thread })) }]
    })
