// One file that holds an agent: a tar whose first member is a signed manifest with the SHA-256 of every other one. Nothing in
// it is ever run; it has plain files with plain names, so no path leads out of it and no link can be in it.
import { createHash } from 'node:crypto'
import { mkdir, open, stat, type FileHandle } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fault, type Fault } from '@tutti/core'
import { canonicalJson, isNodeId, isSignedBy, signedText, signText } from '@tutti/protocol'
import type { NodeCrypto, NodeId, SignNow } from '@tutti/protocol'
import { z } from 'zod'
import { BLOCK_BYTES, header, isMemberName, paddingOf, parseHeader } from '../backup/tar.ts'

/** A file that goes in, and its name inside. */
export interface PartSource {
  name: string
  path: string
}

const FORMAT = 'tutti-agent/1'
const MANIFEST = 'manifest.json'
/** More parts than any mailbox has files, and more bytes than any working copy that one would send. */
const PARTS_MOST = 10_000
const PARCEL_BYTES = 8 * 1024 ** 3
const MANIFEST_BYTES = 4 * 1024 * 1024
const CHUNK_BYTES = 256 * 1024

const Part = z.strictObject({
  name: z.string().max(100),
  sizeBytes: z.int().min(0).max(PARCEL_BYTES),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
})
const Manifest = z.strictObject({
  format: z.literal(FORMAT),
  agent: z.string().max(64),
  name: z.string().max(200),
  createdAt: z.int(),
  by: z.custom<NodeId>((value) => typeof value === 'string' && isNodeId(value)),
  parts: z.array(Part).max(PARTS_MOST),
  sig: z.string().max(100),
})
export type Manifest = z.infer<typeof Manifest>

export interface Parcel {
  sizeBytes: number
  /** Of the whole file. */
  sha256: string
}

const damaged = (problem: string): Fault => fault('parcel.damaged', { problem })

const textOf = ({ sig: _sig, ...signed }: Manifest): string =>
  signedText('tutti-parcel/1', [canonicalJson(signed)])

/** Writes the parcel and syncs it; signed by this machine. */
export async function writeParcel(
  path: string,
  sources: readonly PartSource[],
  facts: Pick<Manifest, 'agent' | 'name' | 'createdAt' | 'by'> & { sign: SignNow },
): Promise<Parcel> {
  const { sign, ...said } = facts
  const parts = []
  for (const source of sources)
    parts.push({
      name: source.name,
      ...(await hashed(source.path)),
    })
  const unsigned = { format: FORMAT, ...said, parts, sig: '' } as const
  const manifest = { ...unsigned, sig: signText(textOf(unsigned), sign) }
  const members = parts.map(({ name, sizeBytes }, i) => ({ name, sizeBytes, from: sources[i]?.path ?? '' }))
  return writeMembers(path, { name: MANIFEST, text: Buffer.from(canonicalJson(manifest)) }, members)
}

/** Writes a tar of a manifest and files, and syncs it; says its size and SHA-256. */
export async function writeMembers(
  path: string,
  manifest: { name: string; text: Buffer },
  members: readonly { name: string; from: string; sizeBytes: number }[],
): Promise<Parcel> {
  const file = await open(path, 'w', 0o600)
  try {
    const hash = createHash('sha256')
    const write = async (bytes: Uint8Array) => {
      hash.update(bytes)
      await file.writeFile(bytes)
    }
    const { length } = manifest.text
    await write(header({ name: manifest.name, sizeBytes: length }))
    await write(Buffer.concat([manifest.text, Buffer.alloc(paddingOf(length))]))
    for (const { name, from, sizeBytes } of members) {
      await write(header({ name, sizeBytes }))
      await copyIn(from, sizeBytes, write)
      await write(Buffer.alloc(paddingOf(sizeBytes)))
    }
    await write(Buffer.alloc(2 * BLOCK_BYTES))
    await file.sync()
    return { sizeBytes: (await file.stat()).size, sha256: hash.digest('hex') }
  } finally {
    await file.close()
  }
}

async function copyIn(
  path: string,
  sizeBytes: number,
  write: (bytes: Uint8Array) => Promise<void>,
): Promise<void> {
  const file = await open(path, 'r')
  try {
    for await (const chunk of chunksOf(file, 0, sizeBytes)) await write(chunk)
  } finally {
    await file.close()
  }
}

/** Size and SHA-256 of a file. */
export async function hashed(path: string): Promise<Parcel> {
  const file = await open(path, 'r')
  try {
    const { size: sizeBytes } = await file.stat()
    const hash = createHash('sha256')
    for await (const chunk of chunksOf(file, 0, sizeBytes)) hash.update(chunk)
    return { sizeBytes, sha256: hash.digest('hex') }
  } finally {
    await file.close()
  }
}

/**
 * Takes a parcel apart into a folder of its own and checks everything: signature, sizes, digests, names, and that nothing
 * stands behind or between. Throws parcel.damaged with what does not fit; files that were written by then may lie in the folder.
 */
export async function openParcel(path: string, folder: string, crypto: NodeCrypto): Promise<Manifest> {
  const { size } = await stat(path)
  if (size > PARCEL_BYTES) throw damaged(`it is larger than ${PARCEL_BYTES} bytes`)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const file = await open(path, 'r')
  try {
    const first = await memberAt(file, 0)
    if (first?.name !== MANIFEST || first.sizeBytes > MANIFEST_BYTES)
      throw damaged('it does not begin with a manifest')
    const manifest = manifestIn(await bytesAt(file, BLOCK_BYTES, first.sizeBytes))
    refuseWrong(manifest, crypto)
    let at = await endOf(file, { at: 0, sizeBytes: first.sizeBytes })
    for (const part of manifest.parts) {
      const member = await memberAt(file, at)
      if (member?.name !== part.name || member.sizeBytes !== part.sizeBytes)
        throw damaged(`${part.name} is not where the manifest says`)
      await extract(file, at + BLOCK_BYTES, { part, to: join(folder, part.name) })
      at = await endOf(file, { at, sizeBytes: part.sizeBytes })
    }
    const rest = await bytesAt(file, at, 2 * BLOCK_BYTES)
    if (rest.some((byte) => byte !== 0) || size !== at + 2 * BLOCK_BYTES)
      throw damaged('something stands behind its last part')
    return manifest
  } finally {
    await file.close()
  }
}

function refuseWrong(manifest: Manifest, crypto: NodeCrypto): void {
  const { by, sig, parts } = manifest
  if (!isSignedBy(textOf(manifest), { by, sig }, crypto))
    throw damaged('its manifest is not signed by the machine that it names')
  const names = new Set(parts.map(({ name }) => name))
  if (names.size !== parts.length || names.has(MANIFEST) || parts.some(({ name }) => !isMemberName(name)))
    throw damaged('it names a part that no parcel has')
}

function manifestIn(bytes: Buffer): Manifest {
  try {
    const manifest = Manifest.parse(JSON.parse(bytes.toString('utf8')))
    // One spelling: nothing can stand in the bytes that the signature does not cover.
    if (canonicalJson(manifest) === bytes.toString('utf8')) return manifest
  } catch {
    // Falls through: whatever it is, it is no manifest.
  }
  throw damaged('its manifest cannot be read')
}

export async function memberAt(file: FileHandle, at: number) {
  const member = parseHeader(await bytesAt(file, at, BLOCK_BYTES))
  if (typeof member === 'string') throw damaged(member)
  return member
}

/** Where the next member begins; the bytes that fill the last block are zero. */
export async function endOf(
  file: FileHandle,
  { at, sizeBytes }: { at: number; sizeBytes: number },
): Promise<number> {
  const end = at + BLOCK_BYTES + sizeBytes
  const filling = await bytesAt(file, end, paddingOf(sizeBytes))
  if (filling.some((byte) => byte !== 0)) throw damaged('something stands between its parts')
  return end + filling.length
}

export async function extract(
  file: FileHandle,
  from: number,
  { part, to }: { part: z.infer<typeof Part>; to: string },
): Promise<void> {
  await mkdir(dirname(to), { recursive: true, mode: 0o700 })
  // Never over something that is there, which a link would be.
  const target = await open(to, 'wx', 0o600)
  try {
    const hash = createHash('sha256')
    for await (const chunk of chunksOf(file, from, part.sizeBytes)) {
      hash.update(chunk)
      await target.writeFile(chunk)
    }
    if (hash.digest('hex') !== part.sha256) throw damaged(`${part.name} does not fit its digest`)
    await target.sync()
  } finally {
    await target.close()
  }
}

export async function bytesAt(file: FileHandle, at: number, length: number): Promise<Buffer> {
  const chunks = []
  for await (const chunk of chunksOf(file, at, length)) chunks.push(chunk)
  return Buffer.concat(chunks)
}

async function* chunksOf(file: FileHandle, from: number, length: number): AsyncGenerator<Buffer> {
  for (let done = 0; done < length;) {
    const bytes = Buffer.alloc(Math.min(CHUNK_BYTES, length - done))
    const { bytesRead } = await file.read(bytes, 0, bytes.length, from + done)
    if (bytesRead === 0) throw damaged('it ends too early')
    done += bytesRead
    yield bytes.subarray(0, bytesRead)
  }
}
