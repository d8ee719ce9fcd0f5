// Backups of a running machine: made on request and every night, kept as many as the settings say, downloaded and removed.
import { fault } from '@tutti/core'
import type { BackupId, Settings } from '@tutti/core'
import { isThere } from '../db/file-check.ts'
import type { By } from '../db/store.ts'
import { fileStream } from '../file-stream.ts'
import type { Handlers } from '../handler.ts'
import { repeat } from '../repeat.ts'
import { createShelf } from './shelf.ts'
import type { ShelfDeps } from './shelf.ts'

export interface BackupService {
  handlers: Pick<Handlers, 'listBackups' | 'createBackup' | 'getBackup' | 'removeBackup'>
  /** Makes the list agree with the folder: after a restore it holds files that the database does not know. */
  reconcile(): Promise<void>
  /** Makes the nightly backups until the answer is called; that resolves when one under way is made. */
  run(): () => Promise<void>
}

export interface BackupDeps extends ShelfDeps {
  settings(): Pick<Settings, 'backupHour' | 'backupsKept'>
}

const SYSTEM: By = { actor: 'system', address: '', act: 'createBackup', audited: true }
// Often enough to begin within the hour that was asked for, and to notice a changed setting.
const LOOK_MS = 60_000

export function createBackups(deps: BackupDeps): BackupService {
  const { store, clock, log } = deps
  const shelf = createShelf(deps)

  /** Only the nightly ones are removed by themselves: what somebody asked for is theirs to remove. */
  const retire = async () => {
    const nightly = shelf.list().filter((backup) => backup.automatic)
    for (const old of nightly.slice(deps.settings().backupsKept)) {
      await shelf.remove({ ...SYSTEM, act: 'removeBackup' }, old)
    }
  }

  const nightly = async () => {
    const { backupHour } = deps.settings()
    const now = clock.now()
    const last = shelf.list().find((backup) => backup.automatic)?.createdAt ?? 0
    if (backupHour === null || last >= dueAt(backupHour, now)) return
    await shelf.create({ ...SYSTEM }, true)
    await retire()
  }

  const adopt = async (id: BackupId) => {
    try {
      await shelf.adopt({ ...SYSTEM, act: 'adoptBackup' }, id)
    } catch (error) {
      log.warn('backup.not-adopted', { id, error: String(error) }) // `tutti doctor` names it too
    }
  }

  return {
    handlers: {
      listBackups: shelf.list,
      createBackup: (_input, context) => shelf.create(context.by, false),
      async getBackup({ id }, context) {
        const { path } = shelf.find(id)
        if (!isThere(path)) throw fault('backup.damaged', { path, problem: 'the file is gone' })
        await store.audit(context.by, { subject: id, outcome: 'done' })
        return { body: fileStream(path), name: `tutti-${id}.tar` }
      },
      async removeBackup({ id }, context) {
        await shelf.remove(context.by, shelf.find(id))
        return {}
      },
    },
    async reconcile() {
      const known = new Map(shelf.list().map((backup) => [backup.id, backup]))
      const there = shelf.files()
      for (const id of there) if (!known.has(id)) await adopt(id)
      for (const [id, backup] of known) {
        if (!there.has(id)) await shelf.remove({ ...SYSTEM, act: 'forgetBackup' }, backup)
      }
    },
    run: () =>
      repeat(
        clock,
        {
          firstMs: LOOK_MS,
          everyMs: LOOK_MS,
          failed: (error) => log.error('backup.failed', { error: String(error) }),
        },
        nightly,
      ),
  }
}

/** The newest time at or before now when the local clock showed the hour. */
export function dueAt(hour: number, now: number): number {
  const due = new Date(now)
  due.setHours(hour, 0, 0, 0)
  if (due.getTime() > now) due.setDate(due.getDate() - 1)
  return due.getTime()
}
