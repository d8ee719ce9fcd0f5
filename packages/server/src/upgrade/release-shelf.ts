// The releases of this machine: each as the signed file that it came as, and taken apart into a folder. Only what a trusted key
// has signed gets here (C35).
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { fault, Release, type Clock } from '@tutti/core'
import type { NodeCrypto } from '@tutti/protocol'
import { hashed } from '../archive/parcel.ts'
import { syncFolder, writeDurably } from '../db/durable-file.ts'
import { readIfThere } from '../db/wal.ts'
import { folderNameOf, type Places } from './places.ts'
import { checkUnpacked, openRelease, releaseOf, type Admit } from './release-file.ts'

export interface ReleaseShelfDeps {
  places: Places
  clock: Pick<Clock, 'now'>
  crypto: NodeCrypto
  /** Whether this machine installs what that key has signed. */
  isTrusted(key: string): boolean
  platform: string
}

/** The one that runs, the one before it, and one that was brought: each takes 80 MB. */
const KEPT = 3
const META = /^([0-9a-f]{64})\.json$/

export type ReleaseShelf = ReturnType<typeof createReleaseShelf>

export function createReleaseShelf(deps: ReleaseShelfDeps) {
  const { places, crypto } = deps
  const metaOf = (digest: string): string => places.folder(`${digest}.json`)
  const admit = admitting(deps)

  const find = (digest: string): Release | null => {
    const text = readIfThere(metaOf(digest))?.toString('utf8')
    return text === undefined ? null : Release.parse(JSON.parse(text))
  }

  const list = (): Release[] => {
    if (!existsSync(places.root)) return []
    const digests = readdirSync(places.root).flatMap((name) => META.exec(name)?.[1] ?? [])
    return digests
      .map((digest) => ({ digest, at: statSync(metaOf(digest)).mtimeMs }))
      .toSorted((a, b) => b.at - a.at)
      .flatMap(({ digest }) => find(digest) ?? [])
  }

  const drop = (release: Release): void => {
    rmSync(metaOf(release.digest), { force: true })
    rmSync(places.file(release.digest), { force: true })
    rmSync(places.folder(folderNameOf(release)), { recursive: true, force: true })
  }

  const retire = (): void => {
    const inUse = new Set([places.pointer()?.folder, places.journal()?.folder])
    for (const old of list().slice(KEPT)) if (!inUse.has(folderNameOf(old))) drop(old)
  }

  const take = async (path: string): Promise<Release> => {
    const { sha256: digest, sizeBytes } = await hashed(path)
    const draft = places.folder(`${digest}.unpacking`)
    rmSync(draft, { recursive: true, force: true })
    try {
      const release = releaseOf(await openRelease(path, draft, { crypto, admit }), { digest, sizeBytes })
      const folder = places.folder(folderNameOf(release))
      if (find(digest) === null) rmSync(folder, { recursive: true, force: true })
      if (!existsSync(folder)) renameSync(draft, folder)
      renameSync(path, places.file(digest))
      syncFolder(places.root)
      writeDurably(metaOf(digest), JSON.stringify(release))
      retire()
      return release
    } finally {
      rmSync(draft, { recursive: true, force: true })
      rmSync(path, { force: true })
    }
  }

  return {
    find,
    list,
    /** Takes a file in and away from where it is. Throws release.damaged, release.untrusted or release.foreign. */
    take,
    /** The same for bytes. */
    async bring(bytes: Uint8Array): Promise<Release> {
      mkdirSync(places.root, { recursive: true, mode: 0o700 })
      const name = createHash('sha256').update(bytes).digest('hex')
      const path = places.folder(`${name}.brought`)
      await writeFile(path, bytes, { mode: 0o600 })
      return take(path)
    },
    /** Checks once more that the folder holds what was signed, by a key that is still trusted. */
    async check(release: Release): Promise<void> {
      await checkUnpacked(places.folder(folderNameOf(release)), { crypto, admit })
    },
  }
}

const admitting =
  ({ isTrusted, platform }: ReleaseShelfDeps): Admit =>
  ({ by, version, platform: wanted }) => {
    if (!isTrusted(by)) throw fault('release.untrusted', { version, signer: by })
    if (wanted !== platform) throw fault('release.foreign', { version, platform: wanted, here: platform })
  }
