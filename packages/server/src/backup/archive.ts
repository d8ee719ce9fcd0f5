// One file that holds a whole machine: a tar of the database copy, keys, avatars and recordings, a manifest with the SHA-256
// of each, and behind it a last block with the SHA-256 of everything before. One changed bit anywhere shows.
import { createHash } from 'node:crypto'
import type { Hash } from 'node:crypto'
import { open, rename, rm } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import { fault } from '@tutti/core'
import { z } from 'zod'
import { syncFolder } from '../db/durable-file.ts'
import { BLOCK_BYTES, header, paddingOf, parseHeader } from './tar.ts'
import type { Member } from './tar.ts'

const FORMAT = 'tutti-backup-1'
const MANIFEST = 'manifest.json'
// Small enough that hashing one leaves the event loop free, large enough for the disk.
const CHUNK_BYTES = 256 * 1024
const MANIFEST_LIMIT_BYTES = 64 * 1024 * 1024

const Manifest = z.strictObject({
  format: z.literal(FORMAT),
  id: z.string(),
  createdAt: z.int(),
  automatic: z.boolean(),
  members: z.array(z.strictObject({ name: z.string(), sizeBytes: z.int(), sha256: z.string() })),
})
export type Manifest = z.infer<typeof Manifest>

/** A file to be backed up, and its name inside. */
export interface Source {
  name: string
  path: string
}

export interface Archive {
  manifest: Manifest
  sizeBytes: number
  /** Of the whole file but its last block, which states it. */
  sha256: string
}

/** Writes the archive beside its name, syncs it and gives it the name: it is whole or not there. */
export async function writeArchive(
  path: string,
  sources: readonly Source[],
  facts: Omit<Manifest, 'format' | 'members'>,
): Promise<Archive> {
  const draft = `${path}.new`
  const file = await open(draft, 'w', 0o600)
  try {
    const sink = createSink(file)
    const members: Manifest['members'] = []
    for (const source of sources) members.push(...(await copyIn(sink, source)))
    const manifest: Manifest = { format: FORMAT, ...facts, members }
    const text = Buffer.from(`${JSON.stringify(manifest, null, 1)}\n`)
    await sink.write(header({ name: MANIFEST, sizeBytes: text.length }))
    await sink.write(Buffer.concat([text, Buffer.alloc(paddingOf(text.length) + 2 * BLOCK_BYTES)]))
    const sha256 = sink.hash.digest('hex')
    await file.write(trailer(sha256))
    await file.sync()
    const { size } = await file.stat()
    await rename(draft, path)
    syncFolder(dirname(path))
    return { manifest, sizeBytes: size, sha256 }
  } finally {
    await file.close()
    await rm(draft, { force: true })
  }
}

interface Sink {
  hash: Hash
  write(bytes: Buffer): Promise<void>
}

function createSink(file: FileHandle): Sink {
  const hash = createHash('sha256')
  return {
    hash,
    async write(bytes) {
      hash.update(bytes)
      await file.writeFile(bytes)
    },
  }
}

/** Copies as many bytes as the file has at the start: a recording may grow meanwhile. One that is gone is left out. */
async function copyIn(sink: Sink, { name, path }: Source): Promise<Manifest['members']> {
  const file = await open(path, 'r').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  })
  if (!file) return []
  try {
    const { size } = await file.stat()
    const hash = createHash('sha256')
    await sink.write(header({ name, sizeBytes: size }))
    for await (const chunk of chunks(file, 0, size)) {
      hash.update(chunk)
      await sink.write(chunk)
    }
    await sink.write(Buffer.alloc(paddingOf(size)))
    return [{ name, sizeBytes: size, sha256: hash.digest('hex') }]
  } finally {
    await file.close()
  }
}

/** Reads every byte and answers with what the backup holds; throws backup.damaged with what does not fit. */
export function verifyBackup(path: string): Promise<Archive> {
  return readArchive(path, async (_member, content) => {
    for await (const chunk of content) if (chunk.length === 0) break
  })
}

/** Gives each member to the visitor, which must read it to its end; the manifest is checked against what was read. */
export async function readArchive(
  path: string,
  visit: (member: Member, content: AsyncIterable<Buffer>) => Promise<void>,
): Promise<Archive> {
  const damaged = (problem: string) => fault('backup.damaged', { path, problem })
  const file = await open(path, 'r').catch((error: unknown) => {
    throw damaged(error instanceof Error ? error.message : String(error))
  })
  try {
    const { size } = await file.stat()
    const sha256 = await wholeHash(file, size)
    if (sha256 === null) throw damaged('its content does not fit its checksum')
    const read: Manifest['members'] = []
    let manifest: Manifest | null = null
    for (let at = 0; ;) {
      const member = parseHeader(await block(file, at))
      if (typeof member === 'string') throw damaged(member)
      if (member === null) break
      at += BLOCK_BYTES
      if (member.name === MANIFEST) manifest = await readManifest(file, at, member.sizeBytes)
      else read.push(await visited(file, { at, member, visit }))
      at += member.sizeBytes + paddingOf(member.sizeBytes)
    }
    if (!manifest || JSON.stringify(manifest.members) !== JSON.stringify(read)) {
      throw damaged('its members are not those of its manifest')
    }
    return { manifest, sizeBytes: size, sha256 }
  } finally {
    await file.close()
  }
}

async function visited(
  file: FileHandle,
  task: {
    at: number
    member: Member
    visit: (member: Member, content: AsyncIterable<Buffer>) => Promise<void>
  },
) {
  const { at, member, visit } = task
  const hash = createHash('sha256')
  const content = async function* () {
    for await (const chunk of chunks(file, at, member.sizeBytes)) {
      hash.update(chunk)
      yield chunk
    }
  }
  await visit(member, content())
  return { ...member, sha256: hash.digest('hex') }
}

async function readManifest(file: FileHandle, at: number, sizeBytes: number): Promise<Manifest | null> {
  if (sizeBytes > MANIFEST_LIMIT_BYTES) return null
  const bytes: Buffer[] = []
  for await (const chunk of chunks(file, at, sizeBytes)) bytes.push(chunk)
  return parseManifest(Buffer.concat(bytes).toString('utf8'))
}

function parseManifest(text: string): Manifest | null {
  try {
    return Manifest.safeParse(JSON.parse(text)).data ?? null
  } catch {
    return null // no JSON: the file was made by somebody else
  }
}

/** The SHA-256 of all but the last block, or null when that block states another. */
async function wholeHash(file: FileHandle, size: number): Promise<string | null> {
  if (size < 2 * BLOCK_BYTES) return null
  const hash = createHash('sha256')
  for await (const chunk of chunks(file, 0, size - BLOCK_BYTES)) hash.update(chunk)
  const sha256 = hash.digest('hex')
  const last = await block(file, size - BLOCK_BYTES)
  return last.equals(trailer(sha256)) ? sha256 : null
}

/** tar programs stop before it: it stands behind the end of the archive. */
function trailer(sha256: string): Buffer {
  const bytes = Buffer.alloc(BLOCK_BYTES)
  bytes.write(`${FORMAT} sha256 ${sha256}\n`, 'latin1')
  return bytes
}

async function block(file: FileHandle, at: number): Promise<Buffer> {
  const bytes = Buffer.alloc(BLOCK_BYTES)
  const { bytesRead } = await file.read(bytes, 0, BLOCK_BYTES, at)
  return bytes.subarray(0, bytesRead)
}

async function* chunks(file: FileHandle, from: number, length: number): AsyncGenerator<Buffer> {
  for (let done = 0; done < length;) {
    const bytes = Buffer.alloc(Math.min(CHUNK_BYTES, length - done))
    const { bytesRead } = await file.read(bytes, 0, bytes.length, from + done)
    if (bytesRead === 0)
      throw new Error(`a file became shorter while it was read: ${done} of ${length} bytes`)
    done += bytesRead
    yield bytes.subarray(0, bytesRead)
  }
}
