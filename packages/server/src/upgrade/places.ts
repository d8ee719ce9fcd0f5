// Where releases lie in the data folder, which of them is the one to run, and the journal of the upgrade under way. Each of these
// files is whole or not there, so whoever starts after a crash finds one answer.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { ReleaseDigest, Upgrade } from '@tutti/core'
import { z } from 'zod'
import { writeDurably } from '../db/durable-file.ts'
import { readIfThere } from '../db/wal.ts'

const Pointer = z.strictObject({
  /** The folder of the release, within `releases`. */
  folder: z.string().regex(/^[0-9A-Za-z.-]{1,80}$/),
  version: z.string(),
  digest: ReleaseDigest,
  /** The version that is installed beside it: once a person installs another one, that counts again (see bin/tutti.js). */
  over: z.string(),
})
export type Pointer = z.infer<typeof Pointer>

/** A process; a pid is given again after a while, so its start counts as well. */
const Holder = z.strictObject({ pid: z.int(), started: z.string() })

/** How a daemon was started, so that the same can be done again, or with another version. */
export const Former = z.strictObject({
  node: z.string(),
  nodeArgs: z.array(z.string()),
  entry: z.string(),
  flags: z.array(z.string()),
})
export type Former = z.infer<typeof Former>

const Journal = z.strictObject({
  upgrade: Upgrade,
  /** The folder of the new release, within `releases`. */
  folder: z.string(),
  /** The version of the installation. */
  over: z.string(),
  former: Former,
  /** The machines that were linked when it began, and where they were reached. */
  linked: z.array(z.strictObject({ node: z.string(), urls: z.array(z.string()) })),
  /** The process that sees it through; null while the daemon itself does. */
  supervisor: Holder.nullable(),
  /** Whether a copy of the database as it was lies in `snapshot`, whole. */
  hasSnapshot: z.boolean(),
  /** Whether its end stands in the audit log. */
  told: z.boolean(),
})
export type Journal = z.infer<typeof Journal>

export type Places = ReturnType<typeof placesIn>

export function placesIn(dataFolder: string) {
  const root = join(dataFolder, 'releases')
  const pointer = join(root, 'current')
  const journal = join(root, 'upgrade.json')
  return {
    dataFolder,
    root,
    folder: (name: string): string => join(root, name),
    /** The signed file of a release, for machines that fetch it. */
    file: (digest: string): string => join(root, `${digest}.release`),
    part: (digest: string): string => join(root, `${digest}.part`),
    snapshot: join(root, 'snapshot'),
    pointer: (): Pointer | null => readAs(Pointer, pointer),
    /** The moment at which an upgrade is done: one rename. */
    point: (to: Pointer): void => writeDurably(pointer, JSON.stringify(to)),
    pointerFile: pointer,
    journal: (): Journal | null => readAs(Journal, journal),
    note(entry: Journal): void {
      mkdirSync(root, { recursive: true, mode: 0o700 })
      writeDurably(journal, JSON.stringify(entry))
    },
  }
}

/** Two releases may have one version, so the folder is also named by what is in it. */
export const folderNameOf = ({ version, digest }: { version: string; digest: string }): string =>
  `${version}-${digest.slice(0, 12)}`

function readAs<T extends z.ZodType>(schema: T, path: string): z.output<T> | null {
  const text = readIfThere(path)?.toString('utf8')
  if (text === undefined) return null
  try {
    return schema.parse(JSON.parse(text))
  } catch {
    return null // of a version that writes it otherwise: as good as none
  }
}
