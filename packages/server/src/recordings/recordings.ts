// Recordings of terminals: made, listed, played, kept for a while and gone for good after that.
import { access, mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fault, type Agent, type Recording, type RecordingId } from '@tutti/core'
import { SYSTEM } from '../agents/ending.ts'
import type { Remains } from '../agents/trash.ts'
import type { By } from '../db/store.ts'
import { fileStream } from '../file-stream.ts'
import type { Handlers } from '../handler.ts'
import { repeat } from '../repeat.ts'
import { createLiveRecordings, recordingOf, type LiveDeps } from './live-recordings.ts'
import { allRows, deleteRow, deleteRows, type RecordingRow } from './store.ts'

export interface RecordingsDeps extends LiveDeps {
  keptDays(): number
}

const DAY_MS = 86_400_000
const LOOK_EVERY_MS = 3_600_000

export type Recordings = ReturnType<typeof createRecordings>

export function createRecordings(deps: RecordingsDeps) {
  const { store, roster, clock, folder, log } = deps
  const live = createLiveRecordings(deps)
  const shown = (row: RecordingRow): Recording => recordingOf(row, roster.known(row.agent_id)?.name ?? '')

  const remove = async (id: RecordingId, by: By): Promise<void> => {
    if (live.get(id).ended_at === null) await live.end(id, { ...by, audited: false })
    await store.commit({
      by,
      subject: id,
      statements: [deleteRow(id)],
      events: [{ type: 'recording.removed', subject: id, data: { id } }],
    })
    await rm(live.pathOf(id), { force: true })
  }

  /** Removes what is older than it is kept. */
  const prune = async (): Promise<void> => {
    const before = clock.now() - deps.keptDays() * DAY_MS
    const old = allRows(store).filter(({ ended_at: at }) => at !== null && at < before)
    for (const { id } of old) {
      await live.inOrder(id, () => remove(id, { ...SYSTEM('removeRecording'), audited: true }))
    }
  }

  const handlers: Handled = {
    startRecording: ({ id }, { by }) => live.start(id, by),
    stopRecording: ({ id }, { by }) => live.inOrder(id, () => live.end(id, by)),
    listRecordings: ({ agentId }) => allRows(store, agentId).map(shown),
    getRecording: async ({ id }) => {
      const row = live.get(id)
      await access(live.pathOf(id)).catch((error: unknown) => {
        throw fault('recording.unknown', { id }, error)
      })
      const name = `${shown(row).agentName}-${new Date(row.started_at).toISOString().slice(0, 19)}.cast`
      return {
        body: fileStream(live.pathOf(id)),
        name: name.replaceAll(':', '-'),
        type: 'application/x-asciicast',
      }
    },
    removeRecording: async ({ id }, { by }) => {
      await live.inOrder(id, () => remove(id, by))
      return {}
    },
  }

  return {
    handlers,

    /** Ends what the daemon before this one was recording, and removes files that no row knows. */
    async recover(): Promise<void> {
      await mkdir(folder, { recursive: true, mode: 0o700 })
      const rows = allRows(store)
      await Promise.all(rows.filter(({ ended_at: at }) => at === null).map(({ id }) => live.endSafely(id)))
      const known = new Set(rows.map(({ id }) => `${id}.cast`))
      const strays = (await readdir(folder)).filter((name) => !known.has(name))
      await Promise.all(strays.map((name) => rm(join(folder, name), { force: true })))
    },

    prune,

    /** Prunes now and every hour until the answer is called. */
    run: (): (() => Promise<void>) =>
      repeat(
        clock,
        {
          firstMs: 0,
          everyMs: LOOK_EVERY_MS,
          failed: (error) => log.warn('recordings.not-pruned', { problem: String(error) }),
        },
        prune,
      ),

    /** What a purge of the agent takes with it. */
    async remains(agent: Agent): Promise<Remains> {
      const rows = allRows(store, agent.id)
      // One that is still being completed would write to its file again.
      const open = rows.filter(({ ended_at: at }) => at === null)
      await Promise.all(open.map(({ id }) => live.endLater(id)))
      return {
        statements: [deleteRows(agent.id)],
        events: rows.map(({ id }) => ({ type: 'recording.removed', subject: id, data: { id } })),
        removeFiles: async () => {
          await Promise.all(rows.map(({ id }) => rm(live.pathOf(id), { force: true })))
        },
      }
    },

    close: live.close,
  }
}

type Handled = Pick<
  Handlers,
  'startRecording' | 'stopRecording' | 'listRecordings' | 'getRecording' | 'removeRecording'
>
