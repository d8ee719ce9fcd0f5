// The rehearsal agent says honestly what it does: one JSON line per change in a file that only it and we know.
import { watch } from 'node:fs'
import { mkdir, open, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { STATES, type Agent } from '@tutti/core'
import { z } from 'zod'
import type { Log } from '../handler.ts'
import type { Report, StatusSource } from './status-source.ts'

const FILE = 'state.jsonl'
// A line is below 1 kB; what has grown beyond this between two looks is read from near its end.
const READ_BYTES = 64 * 1024

const Line = z.object({ state: z.enum(STATES), detail: z.string().max(2000) })

interface Deps {
  /** Holds one folder for each agent; made 0700. */
  runFolder: string
  /** The entry file of the rehearsal agent, as it stands in its command line. */
  entry: string
  log: Log
}

export function createRehearsalStatus({ runFolder, entry, log }: Deps): StatusSource {
  const pathOf = (agent: Agent) => join(runFolder, agent.id, FILE)
  return {
    fits: (argv) => argv.includes(entry),

    async prepare({ agent, argv }) {
      await mkdir(join(runFolder, agent.id), { recursive: true, mode: 0o700 })
      await writeFile(pathOf(agent), '', { mode: 0o600 })
      return { argv, env: { TUTTI_REHEARSAL_STATE: pathOf(agent) }, statements: [], kit: null }
    },

    forget: (agent) => rm(join(runFolder, agent.id), { recursive: true, force: true }),

    watch: (agent, _env, report) =>
      follow(pathOf(agent), report, (problem) => log.warn('status.unreadable', { id: agent.id, problem })),
  }
}

function follow(
  path: string,
  report: (report: Report) => void,
  failed: (problem: string) => void,
): () => void {
  let isReading = false
  let isStale = false
  let isOver = false

  const look = async (): Promise<void> => {
    isStale = false
    const last = await lastReport(path)
    if (isOver) return
    if (last) report(last)
    // It grew while it was read.
    if (isStale) await look()
  }
  const lookSafely = () => {
    isStale = true
    if (isReading) return
    isReading = true
    look()
      .catch((error: unknown) => failed(String(error)))
      .finally(() => {
        isReading = false
      })
  }

  try {
    const watcher = watch(path, lookSafely)
    watcher.on('error', (error) => failed(String(error)))
    lookSafely()
    return () => {
      isOver = true
      watcher.close()
    }
  } catch (error) {
    failed(String(error))
    return () => {}
  }
}

/** The last whole line of the file that is a report; null where there is none. */
export async function lastReport(path: string): Promise<Report | null> {
  const file = await open(path, 'r')
  try {
    const { size } = await file.stat()
    const length = Math.min(size, READ_BYTES)
    const { buffer } = await file.read(Buffer.alloc(length), 0, length, size - length)
    const lines = buffer.toString('utf8').split('\n').slice(0, -1)
    return lines.map(reportOf).findLast((report) => report !== null) ?? null
  } finally {
    await file.close()
  }
}

function reportOf(line: string): Report | null {
  try {
    const { state, detail } = Line.parse(JSON.parse(line))
    if (state === 'starting' || state === 'exited' || state === 'hibernated') return null
    return { state, why: detail === '' ? 'The rehearsal agent says so' : detail }
  } catch {
    // A line that is cut short or foreign says nothing; the next one will.
    return null
  }
}
