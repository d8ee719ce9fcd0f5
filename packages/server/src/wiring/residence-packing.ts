// Packs what belongs to an agent on this machine into one parcel.
import { mkdtemp, open, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fault, type Agent, type AgentId } from '@tutti/core'
import { envPlace, keyPlace, type Vault } from '../agents/launch.ts'
import { sealedEnv } from '../agents/store.ts'
import { belowHome, type AgentPart } from '../archive/agent-part.ts'
import { createFilesPart } from '../archive/files-part.ts'
import { writeParcel, type PartSource } from '../archive/parcel.ts'
import { bundleTo, isWorkingCopy, type WorkingCopy } from '../archive/working-copy.ts'
import type { Packing } from '../moving/residence.ts'
import { packedTalk, type Talk } from './residence-conversation.ts'
import type { ResidenceDeps } from './residence.ts'

export async function pack(deps: ResidenceDeps, agent: Agent, packing: Packing) {
  const drafts = await mkdtemp(join(dirname(packing.path), 'draft-'))
  try {
    const mailSeq = deps.mail().last()
    const work = await workPart(deps, agent, { packing, drafts })
    const talk = await packedTalk(deps, agent, join(drafts, 'conversation'))
    const sources: PartSource[] = [
      await written(drafts, 'agent.json', JSON.stringify(agentPart(deps, agent, { packing, work, talk }))),
      ...(await mailParts(deps, agent.id, { drafts, label: packing.label, upto: mailSeq })),
      ...(await avatarPart(deps, agent)),
      ...(talk ? [{ name: 'conversation', path: talk.copy }] : []),
      ...(work ? [{ name: 'work.bundle', path: join(drafts, 'work.bundle') }] : []),
    ]
    const { by, sign } = packing
    const facts = { agent: agent.id, name: agent.name, createdAt: deps.now(), by, sign }
    return { ...(await writeParcel(packing.path, sources, facts)), mailSeq }
  } finally {
    await rm(drafts, { recursive: true, force: true })
  }
}

async function written(folder: string, name: string, text: string): Promise<PartSource> {
  const path = join(folder, name)
  await writeFile(path, text, { mode: 0o600 })
  return { name, path }
}

function agentPart(
  { store, vault, home }: ResidenceDeps,
  agent: Agent,
  { packing, work, talk }: { packing: Packing; work: WorkingCopy | null; talk: Talk | null },
): AgentPart {
  const { id, name, label, tags, program, args, persona, trust, isolation, egress, ...rest } = agent
  const { avatar, publicKey, createdAt, version } = rest
  const written = { name, label, tags, program, args, persona, trust, isolation, egress }
  const row = store.get<{ private_key: Uint8Array }>('SELECT private_key FROM agents WHERE id = ?', id)
  if (!row) throw fault('agent.unknown', { id })
  const opened = (value: Uint8Array, place: Parameters<Vault['open']>[1]) =>
    new TextDecoder().decode(vault.open(value, place))
  return {
    agent: { id, ...written, avatar, publicKey, createdAt, version },
    privateKey: opened(row.private_key, keyPlace(id)),
    env: Object.fromEntries(
      sealedEnv(store, id).map((one) => [one.name, opened(one.value, envPlace(id, one.name))]),
    ),
    folder: belowHome(agent.folder, home),
    from: packing.label,
    conversation: talk?.conversation ?? null,
    workingCopy: work,
  }
}

async function mailParts(
  { mail, store, dataFolder }: ResidenceDeps,
  agent: AgentId,
  { drafts, label, upto }: { drafts: string; label: string; upto: number },
): Promise<PartSource[]> {
  const path = join(drafts, 'mail.jsonl')
  const file = await open(path, 'wx', 0o600)
  const attached: string[] = []
  try {
    for (const line of mail().lines(agent, { label, upto })) {
      await file.writeFile(line)
      attached.push(...mail().check(line))
    }
  } finally {
    await file.close()
  }
  const files = createFilesPart({ store, folder: join(dataFolder, 'attachments') })
  const { lines, sources } = await files.pack(attached)
  return [{ name: 'mail.jsonl', path }, await written(drafts, 'files.jsonl', lines), ...sources]
}

async function avatarPart({ dataFolder }: ResidenceDeps, { avatar }: Agent): Promise<PartSource[]> {
  const path = avatar === null ? '' : join(dataFolder, 'avatars', avatar)
  return path !== '' && (await isThere(path)) ? [{ name: 'avatar', path }] : []
}

export const isThere = async (path: string): Promise<boolean> => (await stat(path).catch(() => null)) !== null

async function workPart(
  { git }: ResidenceDeps,
  agent: Agent,
  { packing, drafts }: { packing: Packing; drafts: string },
): Promise<WorkingCopy | null> {
  if (packing.workingCopy === 'none' || !(await isWorkingCopy(agent.folder))) return null
  try {
    return await bundleTo(git, agent.folder, join(drafts, 'work.bundle'))
  } catch (error) {
    throw new Error(`its working copy cannot be packed (${String(error)})`, { cause: error })
  }
}
