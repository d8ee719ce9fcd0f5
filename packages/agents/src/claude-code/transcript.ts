// Follows the transcript of a session and of its sub-agents, and tells what is new in it.
import { readdir, realpath } from 'node:fs/promises'
import { basename, dirname, join, normalize } from 'node:path'
import type { Entry } from '@tutti/core'
import type { KitMachine, Signal } from '../kit.ts'
import { createTail, type Tail } from '../tail.ts'
import { inTurns } from '../turn-taking.ts'
import { SESSION_ID } from './session-file.ts'
import { createTranscriptLines, type ToolPart, type TranscriptLines } from './transcript-lines.ts'

interface Deps {
  machine: KitMachine
  report(signal: Signal): void
  /** A request to the model was written down: it has just been answered or refused. */
  requested(): void
  /** New entries of the main thread, also those that were there at the first look. */
  grown(entries: readonly Entry[], isFirst: boolean): void
}

export interface Transcript {
  follow(path: string): void
  entries(): Promise<readonly Entry[]>
  openTools(): readonly ToolPart[]
  close(): void
}

interface File {
  tail: Tail
  thread: string | null
}

const REQUEST = '{"type":"api-request",'
const SUB_AGENT = /^agent-(\w{1,100})\.jsonl$/
// So that a listener is never handed a whole history at once.
const BATCH = 200

/** Where a session's transcript lies: a folder for each working folder, named by its path. */
export async function transcriptPath(projects: string, folder: string, session: string): Promise<string> {
  const real = await realpath(folder).catch(() => folder)
  return join(projects, real.replaceAll(/[^A-Za-z0-9]/g, '-'), `${session}.jsonl`)
}

/** The path that a hook tells, if it is a transcript of that session in its place; null otherwise. */
export function toldPath(projects: string, told: string, session: string): string | null {
  const path = normalize(told)
  const isThere = dirname(dirname(path)) === normalize(projects) && basename(path) === `${session}.jsonl`
  return isThere && SESSION_ID.test(session) ? path : null
}

export function createTranscript({ machine, report, requested, grown }: Deps): Transcript {
  let path = ''
  let lines: TranscriptLines = createTranscriptLines()
  let files = new Map<string, File>()
  let isFirst = true
  let unwatch: () => void = () => {}

  const failed = (error: unknown) => machine.log('unreadable', { what: path, problem: String(error) })
  const look = inTurns(async () => {
    if (path === '') return
    const here = path
    await addSubAgents(here)
    for (const file of files.values()) if (path === here) await drain(file)
    isFirst = false
  }, failed)

  async function addSubAgents(main: string): Promise<void> {
    const folder = subAgentsOf(main)
    for (const name of await namesIn(folder)) {
      const thread = SUB_AGENT.exec(name)?.[1]
      const at = join(folder, name)
      if (thread !== undefined && !files.has(at)) files.set(at, { tail: createTail(at), thread })
    }
  }

  async function drain({ tail, thread }: File): Promise<void> {
    for (let hasMore = true; hasMore;) {
      const news = await tail.next()
      hasMore = news.hasMore
      if (news.isFresh && thread === null) lines = createTranscriptLines()
      take(news.lines, thread)
    }
  }

  function take(news: readonly string[], thread: string | null): void {
    const changed = new Map<string, Entry>()
    let fill: Signal | null = null
    for (const line of news) {
      if (line.startsWith(REQUEST)) requested()
      const { entries, usage, context } = lines.take(line, thread)
      for (const entry of entries) changed.set(entry.id, entry)
      if (usage) report({ type: 'usage', usage })
      if (context) fill = { type: 'context', fill: context }
    }
    if (fill) report(fill)
    const entries = [...changed.values()]
    // Also what was there at the first look: nobody has heard of what an agent did while nobody followed.
    reportAll(entries)
    grown(
      entries.filter((entry) => entry.thread === null),
      isFirst,
    )
  }

  function reportAll(entries: readonly Entry[]): void {
    for (let at = 0; at < entries.length; at += BATCH)
      report({ type: 'entries', entries: entries.slice(at, at + BATCH) })
  }

  return {
    follow(next) {
      if (next === path) return
      unwatch()
      path = next
      lines = createTranscriptLines()
      files = new Map([[next, { tail: createTail(next), thread: null }]])
      isFirst = true
      const stops = [next, subAgentsOf(next)].map((place) => machine.watch(place, look))
      unwatch = () => stops.forEach((stop) => stop())
      look()
    },
    async entries() {
      await look.over()
      return lines.entries()
    },
    openTools: () => lines.openTools(),
    close: () => unwatch(),
  }
}

const subAgentsOf = (path: string): string => join(path.replace(/\.jsonl$/, ''), 'subagents')

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch {
    // A session without sub-agents has no such folder.
    return []
  }
}
