// Files of messages: kept once for each content under its SHA-256, known by their first bytes, and checked again when read.
import { createHash } from 'node:crypto'
import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fault, type AttachedFile, type Clock, type MailboxId, type MailReader } from '@tutti/core'
import { cleanFilename, LIMITS, newAttachmentId } from '@tutti/protocol'
import type { By, Store } from '../db/store.ts'
import { sniffed } from './file-type.ts'
import { maySeeFile } from './file-access.ts'

export interface Attachments {
  /** Stores a file of a mailbox. Throws attachment.refused for an empty, too large or dangerous one and a wrong digest. */
  save(
    owner: MailboxId,
    file: { name: string; bytes: Uint8Array; digest: string | undefined },
    by: By,
  ): Promise<AttachedFile>
  /** The files of a draft; throws attachment.unknown where one is not the owner's. */
  filesOf(ids: readonly string[], owner: MailboxId): AttachedFile[]
  /** Content and name, checked against the digest. Throws attachment.unknown, store.damaged. */
  read(reader: MailReader, id: string): Promise<{ file: AttachedFile; bytes: Uint8Array }>
}

interface FileRow {
  id: string
  owner: string
  name: string
  type: string
  size_bytes: number
  digest: string
}

export interface AttachmentDeps {
  store: Store
  folder: string
  clock: Clock
  random: (length: number) => Uint8Array
}

const SELECT = 'SELECT id, owner, name, type, size_bytes, digest FROM attachments WHERE id = ?'

export function createAttachments({ store, folder, clock, random }: AttachmentDeps): Attachments {
  const rowOf = (id: string): FileRow => {
    const row = store.get<FileRow>(SELECT, id)
    if (row === undefined) throw fault('attachment.unknown', { id })
    return row
  }
  const pathOf = (digest: string) => {
    const hex = digest.slice('sha256:'.length)
    return join(folder, hex.slice(0, 2), hex.slice(2))
  }

  return {
    async save(owner, { name, bytes, digest }, by) {
      const refused = (problem: string) => fault('attachment.refused', { name, problem })
      if (bytes.byteLength === 0) throw refused('it is empty')
      if (bytes.byteLength > LIMITS.attachmentBytes) throw refused('it is larger than 25 MB')
      const actual = `sha256:${createHash('sha256').update(bytes).digest('hex')}`
      if (digest !== undefined && digest !== actual)
        throw refused('its content does not have the digest that was sent')
      const { type, danger } = sniffed(bytes, name)
      if (danger !== null) throw refused(danger)
      const file = {
        id: newAttachmentId(clock.now(), random(16)),
        name: cleanFilename(name),
        type,
        sizeBytes: bytes.byteLength,
        digest: actual,
      }
      await writeOnce(pathOf(actual), bytes)
      await store.commit({
        by,
        subject: file.id,
        detail: { type, sizeBytes: file.sizeBytes },
        statements: [
          {
            sql: `INSERT INTO attachments (id, owner, name, claimed_type, type, size_bytes, digest, scan, created_at)
              VALUES (?, ?, ?, '', ?, ?, ?, 'basic_clean', ?)`,
            values: [file.id, owner, file.name, type, file.sizeBytes, actual, clock.now()],
          },
        ],
      })
      return file
    },
    filesOf: (ids, owner) =>
      ids.map((id) => {
        const row = rowOf(id)
        if (row.owner !== owner) throw fault('attachment.unknown', { id })
        return fileOf(row)
      }),
    async read(reader, id) {
      const row = rowOf(id)
      if (row.owner !== reader.mailbox && !maySeeFile(store, reader, id))
        throw fault('attachment.unknown', { id })
      const path = pathOf(row.digest)
      const bytes = await readFile(path).catch((error: unknown) => {
        throw fault('store.damaged', { path, problem: 'it cannot be read' }, error)
      })
      if (`sha256:${createHash('sha256').update(bytes).digest('hex')}` !== row.digest) {
        throw fault('store.damaged', { path, problem: 'its content is not what was stored' })
      }
      return { file: fileOf(row), bytes }
    },
  }
}

const fileOf = (row: FileRow): AttachedFile => ({
  id: row.id,
  name: row.name,
  type: row.type,
  sizeBytes: row.size_bytes,
  digest: row.digest,
})

/** Whole or not there, and there for good: the row that names it is committed after. */
async function writeOnce(path: string, bytes: Uint8Array): Promise<void> {
  const known = await stat(path).catch(() => null)
  if (known?.size === bytes.byteLength) return
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const draft = `${path}.${process.pid}.${draftNumber++}`
  const file = await open(draft, 'wx', 0o600)
  try {
    await file.writeFile(bytes)
    await file.sync()
    await rename(draft, path)
  } catch (error) {
    await rm(draft, { force: true })
    throw error
  } finally {
    await file.close()
  }
  const parent = await open(dirname(path), 'r')
  await parent.sync().finally(() => parent.close())
}

// Two uploads of one content at the same time each have a draft of their own.
let draftNumber = 0
