// Follows a transcript: reads what a program appends, keeps the conversation by entry, and tells what is new.
import type { Entry } from '@tutti/core'
import type { KitMachine, Signal } from '../kit.ts'
import { createTail } from '../tail.ts'
import { inTurns } from '../turn-taking.ts'

/** Reads one line after the other; it may remember what came before, such as the model in use. Never throws. */
export type LineReader = (line: string) => readonly Signal[]

export interface JournalDeps {
  path: string
  machine: Pick<KitMachine, 'watch' | 'log'>
  /** A reader for a file from its first line on. */
  createReader(): LineReader
  report(signal: Signal): void
}

export interface Journal {
  /** All entries so far, oldest first; what lies in the file at the call is in it. */
  entries(): Promise<readonly Entry[]>
  close(): void
}

// A chat view never shows more, and a session that runs for weeks must not fill the daemon's memory.
const MOST_ENTRIES = 5000

export function followJournal({ path, machine, createReader, report }: JournalDeps): Journal {
  const tail = createTail(path)
  const known = new Map<string, Entry>()
  let read = createReader()
  let isClosed = false

  async function catchUp(): Promise<void> {
    const news = await tail.next()
    if (news.isFresh) startAgain()
    tell(news.lines.flatMap(read))
    if (news.hasMore && !isClosed) await catchUp()
  }

  function startAgain(): void {
    machine.log('transcript.replaced', { path })
    known.clear()
    read = createReader()
  }

  function tell(signals: readonly Signal[]): void {
    const fresh = new Map<string, Entry>()
    for (const signal of signals) {
      if (signal.type !== 'entries') report(signal)
      else for (const entry of signal.entries) fresh.set(entry.id, entry)
    }
    for (const [id, entry] of fresh) known.set(id, entry)
    for (const id of known.keys()) {
      if (known.size <= MOST_ENTRIES) break
      known.delete(id)
    }
    if (fresh.size > 0) report({ type: 'entries', entries: [...fresh.values()] })
  }

  const refresh = inTurns(catchUp, (error) =>
    machine.log('transcript.unreadable', { path, problem: String(error) }),
  )
  const unwatch = machine.watch(path, refresh)
  return {
    async entries() {
      await refresh.over()
      return [...known.values()]
    },
    close() {
      isClosed = true
      unwatch()
    },
  }
}
