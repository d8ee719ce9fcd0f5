// The chats of Gemini's sub-agents: a file each in a folder of the session's name, with tokens that the main chat does not count.
import { readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Entry } from '@tutti/core'
import type { KitMachine, Signal } from '../kit.ts'
import { followJournal, type Journal, type LineReader } from '../tail/journal.ts'
import { inTurns } from '../turn-taking.ts'
import { createChatReader } from './chat.ts'

export interface Helpers {
  /** What they and their sub-agents said, each with its name. */
  entries(): Promise<readonly Entry[]>
  close(): void
}

interface Deps {
  /** It may not be there yet. */
  folder: string
  machine: KitMachine
  report(signal: Signal): void
}

// A session that runs for weeks must not watch files without end.
const MOST_HELPERS = 100

/** Follows the chats that are there and those that come. */
export function followHelpers({ folder, machine, report }: Deps): Helpers {
  const journals = new Map<string, Journal>()
  let isClosed = false
  const look = inTurns(
    async () => {
      // Until the first sub-agent there is no such folder.
      const names = await readdir(folder).catch(() => [])
      for (const name of names.filter((one) => one.endsWith('.jsonl')))
        if (!isClosed && !journals.has(name) && journals.size < MOST_HELPERS)
          journals.set(name, follow(join(folder, name)))
    },
    (error) => machine.log('gemini.helpers-not-seen', { problem: String(error) }),
  )
  const follow = (path: string): Journal =>
    followJournal({ path, machine, createReader: () => readerOf(path), report })
  const unwatch = machine.watch(folder, () => void look())
  return {
    async entries() {
      await look()
      return (await Promise.all([...journals.values()].map((journal) => journal.entries()))).flat()
    },
    close() {
      isClosed = true
      unwatch()
      for (const journal of journals.values()) journal.close()
    },
  }
}

/** The files do not name the agent; the beginning of its id tells it from others. */
function readerOf(path: string): LineReader {
  const { read } = createChatReader()
  const thread = `sub-agent ${basename(path).slice(0, 8)}`
  const named = (signal: Signal): Signal =>
    signal.type === 'entries'
      ? { type: 'entries', entries: signal.entries.map((entry) => Object.assign(entry, { thread })) }
      : signal
  return (line) => read(line).map(named)
}
