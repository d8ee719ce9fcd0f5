// One file that holds a release: a tar whose first member is a signed manifest with the SHA-256 of every other one. Its members
// are numbered; only the manifest says where each belongs, and only paths that cannot lead out of the release's folder do.
import { mkdir, open, readdir, readFile, stat, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { Fault, fault, ReleaseVersion, type Release } from '@tutti/core'
import { canonicalJson, isNodeId, isSignedBy, signedText, signText } from '@tutti/protocol'
import type { NodeCrypto, NodeId, SignNow } from '@tutti/protocol'
import { z } from 'zod'
import { bytesAt, endOf, extract, hashed, memberAt, writeMembers } from '../archive/parcel.ts'
import { BLOCK_BYTES } from '../backup/tar.ts'
import { writeDurably } from '../db/durable-file.ts'

const FORMAT = 'tutti-release/1'
const MANIFEST = 'manifest.json'
const FILES_MOST = 10_000
const MANIFEST_BYTES = 4 * 1024 * 1024
const PATH_LENGTH = 200

/** Plain names with folders between; a name that begins with a dot is nothing that a release needs. */
const PATH = /^[A-Za-z0-9_@][A-Za-z0-9_@.+-]*(?:\/[A-Za-z0-9_@][A-Za-z0-9_@.+-]*)*$/

const Content = z.strictObject({
  path: z.string().max(PATH_LENGTH).regex(PATH),
  sizeBytes: z.int().min(0),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
})
const Manifest = z.strictObject({
  format: z.literal(FORMAT),
  version: ReleaseVersion,
  platform: z.string().regex(/^[a-z0-9-]{1,40}$/),
  builtAt: z.int(),
  by: z.custom<NodeId>((value) => typeof value === 'string' && isNodeId(value)),
  files: z.array(Content).min(1).max(FILES_MOST),
  sig: z.string().max(100),
})
export type ReleaseManifest = z.infer<typeof Manifest>

const damaged = (problem: string): Fault => fault('release.damaged', { problem })

const textOf = ({ sig: _sig, ...signed }: ReleaseManifest): string =>
  signedText('tutti-release/1', [canonicalJson(signed)])

const numbered = (index: number): string => `files/${String(index).padStart(5, '0')}`

interface Source {
  /** Within the release. */
  path: string
  from: string
}

/** Writes the file of a release and syncs it. */
export async function writeRelease(
  path: string,
  sources: readonly Source[],
  { sign, ...facts }: Pick<ReleaseManifest, 'version' | 'platform' | 'builtAt' | 'by'> & { sign: SignNow },
): Promise<Release> {
  const files = []
  for (const source of sources) files.push({ path: source.path, ...(await hashed(source.from)) })
  const unsigned: ReleaseManifest = { format: FORMAT, ...facts, files, sig: '' }
  const manifest = Manifest.parse({ ...unsigned, sig: signText(textOf(unsigned), sign) })
  const members = files.map(({ sizeBytes }, index) => ({
    name: numbered(index),
    sizeBytes,
    from: sources[index]?.from ?? '',
  }))
  const text = Buffer.from(canonicalJson(manifest))
  const { sizeBytes, sha256 } = await writeMembers(path, { name: MANIFEST, text }, members)
  return releaseOf(manifest, { sizeBytes, digest: sha256 })
}

export const releaseOf = (
  { version, platform, by, builtAt }: ReleaseManifest,
  file: Pick<Release, 'digest' | 'sizeBytes'>,
): Release => ({ ...file, version, platform, signer: by, builtAt })

/** Throws release.untrusted, or release.foreign, for one that must not be installed. */
export type Admit = (manifest: ReleaseManifest) => void

/**
 * Takes a release apart into a folder that is not there yet, and checks everything: signature first, then who signed, then
 * names, sizes and digests, and that nothing stands behind or between. Throws release.damaged with what does not fit; nothing
 * of it has been run.
 */
export async function openRelease(
  path: string,
  folder: string,
  { crypto, admit }: { crypto: NodeCrypto; admit: Admit },
): Promise<ReleaseManifest> {
  const file = await open(path, 'r')
  try {
    const { size } = await file.stat()
    const { manifest, end } = await manifestAt(file, crypto)
    admit(manifest)
    await mkdir(folder, { recursive: true, mode: 0o700 })
    let at = end
    for (const [index, { path: name, sizeBytes, sha256 }] of manifest.files.entries()) {
      const member = await memberAt(file, at)
      if (member?.name !== numbered(index) || member.sizeBytes !== sizeBytes)
        throw damaged(`${name} is not where the manifest says`)
      await extract(file, at + BLOCK_BYTES, { part: { name, sizeBytes, sha256 }, to: join(folder, name) })
      at = await endOf(file, { at, sizeBytes })
    }
    const rest = await bytesAt(file, at, 2 * BLOCK_BYTES)
    if (rest.some((byte) => byte !== 0) || size !== at + 2 * BLOCK_BYTES)
      throw damaged('something stands behind its last file')
    writeDurably(join(folder, MANIFEST_FILE), canonicalJson(manifest))
    return manifest
  } catch (error) {
    // The parts of the tar are read by what reads parcels.
    if (error instanceof Fault && error.code === 'parcel.damaged')
      throw damaged(String(error.details['problem'] ?? ''))
    throw error
  } finally {
    await file.close()
  }
}

/** Lies in the folder of a release; no path of a release begins with a dot. */
const MANIFEST_FILE = '.manifest.json'

async function manifestAt(
  file: FileHandle,
  crypto: NodeCrypto,
): Promise<{ manifest: ReleaseManifest; end: number }> {
  const first = await memberAt(file, 0)
  if (first?.name !== MANIFEST || first.sizeBytes > MANIFEST_BYTES)
    throw damaged('it does not begin with a manifest')
  const manifest = manifestIn(await bytesAt(file, BLOCK_BYTES, first.sizeBytes))
  refuseWrong(manifest, crypto)
  return { manifest, end: await endOf(file, { at: 0, sizeBytes: first.sizeBytes }) }
}

function manifestIn(bytes: Buffer): ReleaseManifest {
  try {
    const manifest = Manifest.parse(JSON.parse(bytes.toString('utf8')))
    // One spelling: nothing can stand in the bytes that the signature does not cover.
    if (canonicalJson(manifest) === bytes.toString('utf8')) return manifest
  } catch {
    // Falls through: whatever it is, it is no manifest.
  }
  throw damaged('its manifest cannot be read')
}

function refuseWrong(manifest: ReleaseManifest, crypto: NodeCrypto): void {
  const { by, sig, files } = manifest
  if (!isSignedBy(textOf(manifest), { by, sig }, crypto))
    throw damaged('its manifest is not signed by the key that it names')
  if (new Set(files.map(({ path }) => path)).size !== files.length) throw damaged('it names a file twice')
}

/**
 * Checks a folder that was unpacked before: it holds what its manifest says, and nothing else. Throws release.damaged, or what
 * `admit` throws: a key may have lost its trust meanwhile.
 */
export async function checkUnpacked(
  folder: string,
  { crypto, admit }: { crypto: NodeCrypto; admit: Admit },
): Promise<ReleaseManifest> {
  const text = await readFile(join(folder, MANIFEST_FILE)).catch(() => null)
  if (text === null) throw damaged('it is not unpacked')
  const manifest = manifestIn(text)
  refuseWrong(manifest, crypto)
  admit(manifest)
  const there = new Set(await pathsIn(folder))
  for (const { path, sizeBytes, sha256 } of manifest.files) {
    const isThere = there.delete(path) && (await stat(join(folder, path))).size === sizeBytes
    if (!isThere || (await hashed(join(folder, path))).sha256 !== sha256)
      throw damaged(`${path} was changed after it was unpacked`)
  }
  const [extra] = there
  if (extra !== undefined) throw damaged(`${extra} does not belong to it`)
  return manifest
}

async function pathsIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true })
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .filter((path) => path !== MANIFEST_FILE)
}
