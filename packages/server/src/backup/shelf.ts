// The backups of a machine as files in its backups folder and as rows that tell of them.
import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fault, idSchema, newId } from '@tutti/core'
import type { Backup, BackupId, Clock, RandomBytes } from '@tutti/core'
import type { By, Store } from '../db/store.ts'
import type { Log } from '../handler.ts'
import { verifyBackup, writeArchive } from './archive.ts'
import type { Archive } from './archive.ts'
import { sourcesOf } from './content.ts'

export interface Shelf {
  /** Newest first. */
  list(): Backup[]
  /** Throws backup.unknown. */
  find(id: string): Backup
  create(by: By, automatic: boolean): Promise<Backup>
  /** Lists a file that is there already; throws backup.damaged. */
  adopt(by: By, id: BackupId): Promise<void>
  remove(by: By, backup: Backup): Promise<void>
  /** Ids of the files that are there. */
  files(): Set<BackupId>
}

export interface ShelfDeps {
  store: Store
  dataFolder: string
  clock: Clock
  random: RandomBytes
  log: Log
}

interface Row {
  id: BackupId
  path: string
  created_at: number
  size_bytes: number
  sha256: string
  automatic: number
}

const SUFFIX = '.tar'

export function createShelf({ store, dataFolder, clock, random, log }: ShelfDeps): Shelf {
  const folder = join(dataFolder, 'backups')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const pathOf = (id: string) => join(folder, `${id}${SUFFIX}`)

  const list = () => store.all<Row>('SELECT * FROM backups ORDER BY created_at DESC, id DESC').map(backupOf)
  const find = (id: string) => {
    const row = store.get<Row>('SELECT * FROM backups WHERE id = ?', id)
    if (!row) throw fault('backup.unknown', { id })
    return backupOf(row)
  }

  const create = async (by: By, automatic: boolean): Promise<Backup> => {
    const createdAt = clock.now()
    const id = newId('backup', createdAt, random)
    const copy = join(folder, `${id}.db`)
    try {
      await store.copyTo(copy)
      const archive = await writeArchive(pathOf(id), sourcesOf(dataFolder, copy), {
        id,
        createdAt,
        automatic,
      })
      const backup = described(id, pathOf(id), archive)
      await store.commit(addition(by, backup))
      log.info('backup.created', { id, sizeBytes: backup.sizeBytes, ms: clock.now() - createdAt })
      return backup
    } finally {
      rmSync(copy, { force: true })
    }
  }

  const remove = async (by: By, { id, path }: Backup) => {
    await store.commit({
      by,
      subject: id,
      statements: [
        {
          sql: 'DELETE FROM backups WHERE id = ?',
          values: [id],
          expect: { changes: 1, fault: 'backup.unknown', details: { id } },
        },
      ],
      events: [{ type: 'backup.removed', subject: id, data: { id } }],
    })
    rmSync(path, { force: true })
  }

  return {
    list,
    find,
    create,
    remove,
    async adopt(by, id) {
      await store.commit(addition(by, described(id, pathOf(id), await verifyBackup(pathOf(id)))))
    },
    files: () => new Set(idsIn(folder)),
  }
}

function idsIn(folder: string): BackupId[] {
  const isId = idSchema('backup')
  return readdirSync(folder).flatMap((name) => {
    const id = isId.safeParse(name.slice(0, -SUFFIX.length))
    return name.endsWith(SUFFIX) && id.success ? [id.data] : []
  })
}

const addition = (by: By, backup: Backup) => ({
  by,
  subject: backup.id,
  detail: { sha256: backup.sha256, automatic: backup.automatic },
  statements: [
    {
      sql: 'INSERT INTO backups (id, path, created_at, size_bytes, sha256, automatic) VALUES (?, ?, ?, ?, ?, ?)',
      values: [
        backup.id,
        backup.path,
        backup.createdAt,
        backup.sizeBytes,
        backup.sha256,
        Number(backup.automatic),
      ],
    },
  ],
  events: [{ type: 'backup.created' as const, subject: backup.id, data: backup }],
})

const described = (id: BackupId, path: string, archive: Archive): Backup => ({
  id,
  path,
  createdAt: archive.manifest.createdAt,
  sizeBytes: archive.sizeBytes,
  sha256: archive.sha256,
  automatic: archive.manifest.automatic,
})

const backupOf = (row: Row): Backup => ({
  id: row.id,
  path: row.path,
  createdAt: row.created_at,
  sizeBytes: row.size_bytes,
  sha256: row.sha256,
  automatic: row.automatic === 1,
})
