// Recordings that run: begun on request, ended on request or with the session, and put right after a crash.
import { mkdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import {
  fault,
  newId,
  type Agent,
  type AgentId,
  type Clock,
  type RandomBytes,
  type Recording,
  type RecordingId,
} from '@tutti/core'
import type { Terminals } from '@tutti/terminals'
import { SYSTEM } from '../agents/ending.ts'
import { createQueue } from '../queue.ts'
import { quietWork } from '../quiet-work.ts'
import type { Change, Roster } from '../agents/roster.ts'
import type { By, Store } from '../db/store.ts'
import type { Log } from '../handler.ts'
import { endRow, findRow, insertRow, type RecordingRow } from './store.ts'

export interface LiveDeps {
  store: Store
  roster: Pick<Roster, 'get' | 'known' | 'edit' | 'onChange'>
  /** Writes what a terminal shows to a new file. */
  host: Pick<Terminals, 'record'>
  /** Made 0700; its files are 0600. */
  folder: string
  clock: Clock
  random: RandomBytes
  log: Log
}

export function createLiveRecordings(deps: LiveDeps) {
  const { store, roster, clock, folder, log } = deps
  const inOrder = createQueue()
  const quietly = quietWork(log, 'recording.not-ended')
  const running = new Map<RecordingId, { stop(): Promise<void> }>()
  const get = (id: RecordingId): RecordingRow => findRow(store, id) ?? unknown(id)
  const pathOf = (id: RecordingId) => join(folder, `${id}.cast`)

  const start = async (agentId: AgentId, by: By): Promise<Recording> => {
    const agent = roster.get(agentId)
    if (!agent.session) throw fault('agent.not-running', { name: agent.name })
    if (agent.recording) throw fault('recording.running', { name: agent.name })
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const now = clock.now()
    const id = newId('recording', now, deps.random)
    const handle = await deps.host.record(agentId, {
      path: pathOf(id),
      title: agent.name,
      failed: (error) => {
        log.warn('recording.failed', { id, problem: String(error) })
        quietly(endLater(id))
      },
    })
    const row: RecordingRow = { id, agent_id: agentId, started_at: now, ended_at: null, size_bytes: 0 }
    try {
      await roster.edit(agentId, by, (current) => begun(row, current, agent))
    } catch (error) {
      await handle.stop()
      await rm(pathOf(id), { force: true })
      throw error
    }
    running.set(id, handle)
    return recordingOf(row, agent.name)
  }

  const end = async (id: RecordingId, by: By): Promise<Recording> => {
    const row = get(id)
    const agent = roster.get(row.agent_id)
    if (row.ended_at !== null) throw fault('recording.not-running', { name: agent.name })
    const handle = running.get(id)
    await handle?.stop()
    running.delete(id)
    const { sizeBytes, writtenAt } = await fileFacts(pathOf(id))
    // One that a daemon left behind ended when its last line was written.
    const endedAt = handle ? clock.now() : Math.max(row.started_at, writtenAt)
    const ended = { ...row, ended_at: endedAt, size_bytes: sizeBytes }
    await roster.edit(row.agent_id, by, (current) => ({
      agent: { ...current, recording: current.recording === id ? null : current.recording },
      statements: [endRow(ended)],
      events: [{ type: 'recording.ended', subject: id, data: recordingOf(ended, current.name) }],
    }))
    return recordingOf(ended, agent.name)
  }

  const endSafely = async (id: RecordingId): Promise<void> => {
    try {
      await end(id, SYSTEM('endRecording'))
    } catch (error) {
      // It is ended when the daemon starts again.
      log.warn('recording.not-ended', { id, problem: String(error) })
    }
  }

  // Somebody may end it while this waits for its turn.
  const endLater = (id: RecordingId) =>
    inOrder(id, () => (running.has(id) ? endSafely(id) : Promise.resolve()))

  const unsubscribe = roster.onChange(({ session, recording }) => {
    if (!session && recording && running.has(recording)) quietly(endLater(recording))
  })

  return {
    inOrder,
    get,
    pathOf,
    end,
    endSafely,
    endLater,
    start: (id: AgentId, by: By): Promise<Recording> => inOrder(id, () => start(id, by)),

    /** Completes the files of all that runs; the rows are put right when the daemon starts again. */
    async close(): Promise<void> {
      unsubscribe()
      await Promise.all([...running.values()].map((handle) => handle.stop()))
      running.clear()
    },
  }
}

/** The agent as recorded. Throws agent.not-running when the session is not the one that `before` had. */
function begun(row: RecordingRow, now: Agent, before: Agent): Change {
  // It may have ended, or begun anew, while the file was made: then nothing would ever end this recording.
  if (now.session?.startedAt !== before.session?.startedAt) {
    throw fault('agent.not-running', { name: now.name })
  }
  return {
    agent: { ...now, recording: row.id },
    statements: [insertRow(row)],
    events: [{ type: 'recording.started', subject: row.id, data: recordingOf(row, now.name) }],
  }
}

function unknown(id: string): never {
  throw fault('recording.unknown', { id })
}

export const recordingOf = (row: RecordingRow, agentName: string): Recording => ({
  id: row.id,
  agentId: row.agent_id,
  agentName,
  startedAt: row.started_at,
  endedAt: row.ended_at,
  sizeBytes: row.size_bytes,
})

async function fileFacts(path: string): Promise<{ sizeBytes: number; writtenAt: number }> {
  try {
    const { size, mtimeMs } = await stat(path)
    return { sizeBytes: size, writtenAt: Math.round(mtimeMs) }
  } catch {
    // Lost with a crash before its first byte, or removed by hand.
    return { sizeBytes: 0, writtenAt: 0 }
  }
}
