// Uploaded pictures of agents: files named by their content in one private folder, shared by agents that use the same picture.
import { createHash } from 'node:crypto'
import { mkdir, open, readFile, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fault, type Agent, type AgentId, type Bytes } from '@tutti/core'
import type { By } from '../db/store.ts'
import type { Editing } from './editing.ts'
import { readPicture } from './picture.ts'
import { createQueue } from '../queue.ts'
import type { Roster } from './roster.ts'
import type { Remains } from './trash.ts'

const LIMIT_BYTES = 262_144
const SIDE_MAX = 1024
const LIMIT = `256 kB and ${SIDE_MAX} x ${SIDE_MAX} pixels`

interface Deps {
  /** Made 0700; its files are 0600. */
  folder: string
  roster: Roster
  editing: Editing
}

export type Avatars = ReturnType<typeof createAvatars>

export function createAvatars({ folder, roster, editing }: Deps) {
  // A file may be shared, so writing and removing never overlap.
  const queue = createQueue()
  const inOrder = <T>(work: () => Promise<T>) => queue(folder, work)
  const isUsed = (hash: string) =>
    [...roster.list(false), ...roster.list(true)].some(({ avatar }) => avatar === hash)

  const removeUnused = async (hash: string | null): Promise<void> => {
    if (hash !== null && !isUsed(hash)) await rm(join(folder, hash), { force: true })
  }

  const replace = (id: AgentId, by: By, avatar: string | null): Promise<Agent> =>
    inOrder(async () => {
      const before = roster.get(id).avatar
      try {
        return await editing.patch(id, by, () => ({ avatar }))
      } finally {
        await removeUnused(before)
        await removeUnused(avatar)
      }
    })

  return {
    /** Throws avatar.invalid for anything but a small PNG, JPEG or WebP. */
    async set(id: AgentId, base64: string, by: By): Promise<Agent> {
      roster.get(id)
      const bytes = checked(Buffer.from(base64, 'base64'))
      const hash = createHash('sha256').update(bytes).digest('hex')
      await inOrder(() => write(folder, hash, bytes))
      return replace(id, by, hash)
    },

    remove: (id: AgentId, by: By): Promise<Agent> => replace(id, by, null),

    /** The picture with its true type; null when the agent has the generated one. */
    async read(id: AgentId): Promise<(Bytes & { hash: string }) | null> {
      const { avatar: hash, name } = roster.get(id)
      if (hash === null) return null
      const body = await readFile(join(folder, hash))
      const type = readPicture(body)?.type
      return type ? { body, name: `${name}.${type.slice('image/'.length)}`, type, hash } : null
    },

    remains: (agent: Agent): Promise<Remains> =>
      Promise.resolve({
        statements: [],
        events: [],
        removeFiles: () => inOrder(() => removeUnused(agent.avatar)),
      }),

    /** Removes what a crash between file and row left behind. */
    sweep: (): Promise<void> =>
      inOrder(async () => {
        await mkdir(folder, { recursive: true, mode: 0o700 })
        const names = await readdir(folder)
        await Promise.all(
          names.filter((name) => !isUsed(name)).map((name) => rm(join(folder, name), { force: true })),
        )
      }),
  }
}

function checked(bytes: Uint8Array): Uint8Array {
  if (bytes.byteLength > LIMIT_BYTES) throw invalid(`${bytes.byteLength} bytes`)
  const picture = readPicture(bytes)
  if (!picture) throw invalid('something else')
  const { width, height, type } = picture
  if (width < 1 || height < 1 || width > SIDE_MAX || height > SIDE_MAX) {
    throw invalid(`${type} of ${width} x ${height}`)
  }
  return bytes
}

const invalid = (got: string) => fault('avatar.invalid', { limit: LIMIT, got })

// Whole or not at all: under a name of its own until it is on the disk.
async function write(folder: string, hash: string, bytes: Uint8Array): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const path = join(folder, hash)
  const file = await open(`${path}.part`, 'w', 0o600)
  try {
    await file.writeFile(bytes)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(`${path}.part`, path)
}
