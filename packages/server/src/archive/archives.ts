// Agents as encrypted files: made from one that lives here, and taken in again. An archive is outside data until its last byte
// has been checked, and even then it only says what an agent is: nothing in it is run, and nothing is started.
import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  fault,
  newId,
  type AgentArchive,
  type AgentId,
  type Clock,
  type Id,
  type RandomBytes,
} from '@tutti/core'
import type { NodeId, SignNow } from '@tutti/protocol'
import type { By, Store } from '../db/store.ts'
import { fileStream } from '../file-stream.ts'
import type { Handlers } from '../handler.ts'
import type { Residence } from '../moving/residence.ts'
import { openSealed, sealFile, type Lock } from './seal.ts'

export interface ArchivesDeps {
  store: Store
  clock: Clock
  random: RandomBytes
  /** Holds archives for a while; 0700. */
  folder: string
  residence: Residence
  /** The key of this machine: it signs what it exports, and opens what was closed for it. */
  self: { id: NodeId; seed: Uint8Array; sign: SignNow }
  label(): string
  /** The name of the machine of the room where the agent lives; null where no other has it. */
  homeOf(agent: string): string | null
}

export type ArchiveHandlers = Pick<
  Handlers,
  'exportAgent' | 'getArchive' | 'uploadArchive' | 'importAgent' | 'removeArchive'
>

type ArchiveId = Id<'archive'>

/** Whoever made one fetches it at once. */
const KEPT_MS = 24 * 3600 * 1000

export function createArchives(deps: ArchivesDeps): ArchiveHandlers {
  const { store, clock, random, folder, residence } = deps
  const pathOf = (id: ArchiveId): string => join(folder, `${id}.tutti`)

  const found = async (id: ArchiveId): Promise<AgentArchive> => {
    const file = await stat(pathOf(id)).catch(() => null)
    if (!file) throw fault('archive.unknown', { id })
    return { id, sizeBytes: file.size, createdAt: Math.floor(file.mtimeMs) }
  }

  /** A new one; those that nobody has fetched for a day go. */
  const fresh = async (): Promise<ArchiveId> => {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    for (const name of await readdir(folder)) {
      const file = await stat(join(folder, name)).catch(() => null)
      if (file && clock.now() - file.mtimeMs > KEPT_MS)
        await rm(join(folder, name), { recursive: true, force: true })
    }
    return newId('archive', clock.now(), random)
  }

  /** A folder of its own for what is not closed; gone afterwards, whatever happens. */
  const inDrafts = async <T>(id: ArchiveId, work: (drafts: string) => Promise<T>): Promise<T> => {
    const drafts = join(folder, `${id}.open`)
    await mkdir(drafts, { mode: 0o700 })
    try {
      return await work(drafts)
    } finally {
      await rm(drafts, { recursive: true, force: true })
    }
  }

  return {
    async exportAgent({ agent: agentId, workingCopy, passphrase, recipient }, { by }) {
      const agent = residence.find(agentId)
      if (!agent) throw fault('agent.unknown', { id: agentId })
      const lock = lockOf(passphrase, recipient)
      const id = await fresh()
      const plain = { workingCopy, by: deps.self.id, label: deps.label(), sign: deps.self.sign }
      await inDrafts(id, async (drafts) => {
        const path = join(drafts, 'parcel.tar')
        await residence.pack(agent, { ...plain, path })
        await sealFile(path, pathOf(id), { lock, random })
      })
      await store.audit(by, { subject: agentId, outcome: 'done', detail: { name: agent.name, archive: id } })
      return found(id)
    },
    async getArchive({ id }, { by }) {
      await found(id)
      await store.audit(by, { subject: id, outcome: 'done' })
      return { body: fileStream(pathOf(id)), name: `${id}.tutti` }
    },
    async uploadArchive(_input, { body, by }) {
      const id = await fresh()
      await writeFile(pathOf(id), body, { mode: 0o600, flag: 'wx' })
      await store.audit(by, { subject: id, outcome: 'done', detail: { sizeBytes: body.byteLength } })
      return found(id)
    },
    async importAgent({ id, passphrase, name }, { by }) {
      await found(id)
      const opener = { passphrase: passphrase ?? null, ...deps.self, self: deps.self.id }
      return inDrafts(id, async (drafts) => {
        const path = join(drafts, 'parcel.tar')
        await openSealed(pathOf(id), path, opener)
        return takeIn(deps, { path, drafts, name, by })
      })
    },
    async removeArchive({ id }, { by }) {
      await found(id)
      await rm(pathOf(id), { force: true })
      await store.audit(by, { subject: id, outcome: 'done' })
      return {}
    },
  }
}

function lockOf(passphrase: string | undefined, recipient: string | undefined): Lock {
  if (passphrase !== undefined && recipient === undefined) return { passphrase }
  // The schema has checked that it is the id of a machine.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  if (recipient !== undefined && passphrase === undefined) return { recipient: recipient as NodeId }
  throw fault('input.invalid', {
    problems: 'expected a passphrase or a recipient, and not both',
    operation: 'exportAgent',
  })
}

interface Taking {
  path: string
  drafts: string
  name: string | undefined
  by: By
}

async function takeIn(deps: ArchivesDeps, { path, drafts, name, by }: Taking) {
  const { residence, store } = deps
  const parts = join(drafts, 'parts')
  const admit = (id: AgentId) => refuseSecond(deps, id)
  const place = await residence.unpack(path, { parts, admit, workingCopy: 'bundle' })
  try {
    const { agent, ...changes } = residence.install(parts, place.folder, { stranger: true, name })
    await store.commit({ by, subject: agent.id, detail: { name: agent.name, by: place.by }, ...changes })
    residence.hold(agent.id, null)
    return agent
  } catch (error) {
    await residence.discard(place)
    throw error
  }
}

/** An agent is one: it cannot live in two places, nor come back from an archive while it is in the trash. */
function refuseSecond({ residence, homeOf }: ArchivesDeps, id: AgentId): void {
  const here = residence.find(id)
  // What an agent that has moved away left here must not be removed for a second one of it.
  const node = homeOf(id)
  if (node !== null) throw fault('agent.moved', { name: here?.name ?? 'This agent', node })
  if (here) throw fault('archive.agent-here', { name: here.name })
}
