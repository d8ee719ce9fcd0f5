// Files of messages: kept once for each content under its SHA-256, known by their first bytes, and checked again when read.
import { createHash } from 'node:crypto'
import { rmSync } from 'node:fs'
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
  /** A file that will come, with its digest and size told beforehand. */
  announce(owner: MailboxId, file: Announced, by: By): Promise<{ id: string }>
  /** The content of an announced file; once. Throws attachment.unknown, attachment.refused. */
  fill(id: string, bytes: Uint8Array): Promise<void>
  /** How far the check of a file is. Throws attachment.unknown. */
  status(id: string): AttachedFile & { scan: string; owner: string }
  /** The content for whoever has shown the right to it otherwise. */
  content(id: string): Promise<{ file: AttachedFile; bytes: Uint8Array }>
  /** Content and name, checked against the digest. Throws attachment.unknown, store.damaged. */
  read(reader: MailReader, id: string): Promise<{ file: AttachedFile; bytes: Uint8Array }>
  /** Removes files that no message has and that came before that time; the content goes with the last that has it. */
  forget(beforeMs: number): Promise<void>
}

export interface Announced {
  name: string
  type: string
  sizeBytes: number
  /** `sha256:` and 64 hex digits. */
  digest: string
}

interface FileRow {
  scan: string
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

const SELECT = 'SELECT scan, id, owner, name, type, size_bytes, digest FROM attachments WHERE id = ?'

const UNUSED = `SELECT scan, id, owner, name, type, size_bytes, digest FROM attachments WHERE created_at < ?
  AND NOT EXISTS (SELECT 1 FROM message_files WHERE attachment_id = attachments.id) LIMIT 200`
const FORGET = `DELETE FROM attachments WHERE id = ?
  AND NOT EXISTS (SELECT 1 FROM message_files WHERE attachment_id = attachments.id)`
const FORGETTING: By = { actor: 'system', address: '', act: 'mail.forget-files', audited: false }

export function createAttachments({ store, folder, clock, random }: AttachmentDeps): Attachments {
  const writing = createWriting()
  const rowOf = (id: string): FileRow => {
    const row = store.get<FileRow>(SELECT, id)
    if (row === undefined) throw fault('attachment.unknown', { id })
    return row
  }
  const pathOf = (digest: string) => {
    const hex = digest.slice('sha256:'.length)
    return join(folder, hex.slice(0, 2), hex.slice(2))
  }

  const insert = async (owner: MailboxId, { file, scan, by }: { file: Announced; scan: string; by: By }) => {
    const id = newAttachmentId(clock.now(), random(16))
    const name = cleanFilename(file.name)
    await store.commit({
      by,
      subject: id,
      detail: { type: file.type, sizeBytes: file.sizeBytes },
      statements: [
        {
          sql: `INSERT INTO attachments (id, owner, name, claimed_type, type, size_bytes, digest, scan, created_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
          values: [id, owner, name, file.type, file.type, file.sizeBytes, file.digest, scan, clock.now()],
        },
      ],
    })
    return { id }
  }
  const content = async (id: string) => {
    const row = rowOf(id)
    if (row.scan !== 'basic_clean') throw fault('attachment.unknown', { id })
    const path = pathOf(row.digest)
    const bytes = await readFile(path).catch((error: unknown) => {
      throw fault('store.damaged', { path, problem: 'it cannot be read' }, error)
    })
    if (digestOf(bytes) !== row.digest) {
      throw fault('store.damaged', { path, problem: 'its content is not what was stored' })
    }
    return { file: fileOf(row), bytes }
  }

  return {
    async save(owner, { name, bytes, digest }, by) {
      const actual = digestOf(bytes)
      const { type, danger } = judged(bytes, name)
      const problem = danger ?? (digest === undefined || digest === actual ? null : WRONG_DIGEST)
      if (problem !== null) throw fault('attachment.refused', { name, problem })
      const file = { name, type, sizeBytes: bytes.byteLength, digest: actual }
      const { id } = await writing.during(actual, async () => {
        await writeOnce(pathOf(actual), bytes)
        return insert(owner, { file, scan: 'basic_clean', by })
      })
      return { id, ...file, name: cleanFilename(name) }
    },
    announce: (owner, file, by) => insert(owner, { file, scan: 'pending', by }),
    fill: (id, bytes) => filled({ store, pathOf }, rowOf(id), bytes),
    status(id) {
      const row = rowOf(id)
      return { ...fileOf(row), scan: row.scan, owner: row.owner }
    },
    content,
    filesOf: (ids, owner) =>
      ids.map((id) => {
        const row = rowOf(id)
        if (row.owner !== owner || row.scan !== 'basic_clean') throw fault('attachment.unknown', { id })
        return fileOf(row)
      }),
    read(reader, id) {
      const { owner } = rowOf(id)
      if (owner !== reader.mailbox && !maySeeFile(store, reader, id))
        throw fault('attachment.unknown', { id })
      return content(id)
    },
    forget: (beforeMs) => forgotten({ store, pathOf, isWriting: writing.has }, beforeMs),
  }
}

/** Contents that are written now and have no row yet, by their digest. */
function createWriting() {
  const counts = new Map<string, number>()
  return {
    has: (digest: string) => counts.has(digest),
    async during<T>(digest: string, work: () => Promise<T>): Promise<T> {
      counts.set(digest, (counts.get(digest) ?? 0) + 1)
      try {
        return await work()
      } finally {
        const left = (counts.get(digest) ?? 1) - 1
        if (left === 0) counts.delete(digest)
        else counts.set(digest, left)
      }
    },
  }
}

interface Forgetting {
  store: Store
  pathOf: (digest: string) => string
  isWriting: (digest: string) => boolean
}

async function forgotten({ store, pathOf, isWriting }: Forgetting, beforeMs: number): Promise<void> {
  for (let rows = store.all<FileRow>(UNUSED, beforeMs); rows.length > 0;) {
    const statements = rows.map(({ id }) => ({ sql: FORGET, values: [id] }))
    await store.commit({ by: FORGETTING, subject: 'attachments', statements })
    for (const { digest } of rows) {
      const held = store.get('SELECT 1 FROM attachments WHERE digest = ? LIMIT 1', digest)
      // Looked at and removed in one go: nobody can begin to write it in between.
      if (held === undefined && !isWriting(digest)) rmSync(pathOf(digest), { force: true })
    }
    rows = store.all<FileRow>(UNUSED, beforeMs)
  }
}

async function filled(
  { store, pathOf }: { store: Store; pathOf: (digest: string) => string },
  row: FileRow,
  bytes: Uint8Array,
): Promise<void> {
  const { id, name } = row
  if (row.scan !== 'pending') throw fault('attachment.unknown', { id })
  const { type, danger } = judged(bytes, name)
  const fits = digestOf(bytes) === row.digest && bytes.byteLength === row.size_bytes
  const problem = danger ?? (fits ? null : WRONG_DIGEST)
  if (problem === null) await writeOnce(pathOf(row.digest), bytes)
  await store.commit({
    by: { actor: row.owner, address: '', act: 'mail.fill', audited: false },
    subject: id,
    statements: [
      {
        sql: "UPDATE attachments SET scan = ?, type = ? WHERE id = ? AND scan = 'pending'",
        values: [problem === null ? 'basic_clean' : 'rejected', type, id],
        expect: { changes: 1, fault: 'attachment.unknown', details: { id } },
      },
    ],
  })
  if (problem !== null) throw fault('attachment.refused', { name, problem })
}

const WRONG_DIGEST = 'its content does not have the digest and size that were told'

const digestOf = (bytes: Uint8Array): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`

/** What a file is, and why it is refused, if it is. */
function judged(bytes: Uint8Array, name: string): { type: string; danger: string | null } {
  if (bytes.byteLength === 0) return { type: 'application/octet-stream', danger: 'it is empty' }
  if (bytes.byteLength > LIMITS.attachmentBytes) {
    return { type: 'application/octet-stream', danger: 'it is larger than 25 MB' }
  }
  return sniffed(bytes, name)
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
  try {
    await parent.sync()
  } finally {
    await parent.close()
  }
}

// Two uploads of one content at the same time each have a draft of their own.
let draftNumber = 0
