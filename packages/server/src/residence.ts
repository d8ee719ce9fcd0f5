// What belongs to an agent on this machine, gathered from the features that keep it: packed when it leaves, put in its places
// when it comes, and in one transaction with whatever says that it lives here.
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { copyFile, mkdir, mkdtemp, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { Fault, fault, type Agent, type AgentId } from '@tutti/core'
import type { NodeCrypto } from '@tutti/protocol'
import { edited } from './agents/editing.ts'
import { envPlace, keyPlace, type Vault } from './agents/launch.ts'
import { readPicture } from './agents/picture.ts'
import type { Roster } from './agents/roster.ts'
import { insertAgent, sealedEnv, setEnv, updateAgent } from './agents/store.ts'
import { belowHome, conversationPlace, parseAgentPart, type AgentPart } from './archive/agent-part.ts'
import { createFilesPart } from './archive/files-part.ts'
import { allLines, linesOf } from './archive/lines.ts'
import { openParcel, writeParcel, type PartSource } from './archive/parcel.ts'
import { bundleTo, isWorkingCopy, unbundle, type GitDeps, type WorkingCopy } from './archive/working-copy.ts'
import type { Statement, Store } from './db/store.ts'
import { putVendorSession, vendorSession } from './kits/store.ts'
import type { Travelling } from './messages/travelling.ts'
import type { Changes } from './moving/book.ts'
import type { Packing, Residence, Unpacking } from './moving/residence.ts'

export interface ResidenceDeps {
  store: Store
  vault: Vault
  now(): number
  dataFolder: string
  roster: Roster
  hibernate(id: AgentId, why: string): Promise<unknown>
  mail(): Travelling
  /** Where folders for agents that come may be made, as they really are. */
  roots(): Promise<readonly string[]>
  git: GitDeps
  home: string
  crypto: NodeCrypto
  /** The name of this machine in its room. */
  label(): string
  /** Where mail for an agent that has moved to another machine goes. */
  addressAt(node: string, name: string): string
}

export const PART_NAMES = /^(?:agent\.json|mail\.jsonl|files\.jsonl|files\/[0-9a-f]{64}|avatar|conversation|work\.bundle)$/

export function createResidence(deps: ResidenceDeps): Residence {
  const { roster } = deps
  return {
    find: roster.known,
    byName: roster.byName,
    hold: roster.hold,
    hibernate: deps.hibernate,
    pack: (agent, packing) => pack(deps, agent, packing),
    unpack: (path, into) => unpack(deps, path, into),
    async discard({ folder, made }) {
      if (made) await rm(folder, { recursive: true, force: true })
    },
    install: (parts, folder) => install(deps, parts, folder),
    letGo: (agent, to) => letGo(deps, agent, to),
    comeBack: (id) => comeBack(deps, id),
    scrub: (id) => ({
      statements: [
        { sql: "UPDATE agents SET private_key = x'' WHERE id = ?", values: [id] },
        { sql: 'DELETE FROM agent_env WHERE agent_id = ?', values: [id] },
        { sql: 'DELETE FROM agent_tokens WHERE agent_id = ?', values: [id] },
      ],
      events: [],
    }),
  }
}

async function pack(deps: ResidenceDeps, agent: Agent, packing: Packing) {
  const drafts = await mkdtemp(join(dirname(packing.path), 'draft-'))
  try {
    const mailSeq = deps.mail().last()
    const work = await workPart(deps, agent, { packing, drafts })
    const talk = await conversationPart(deps, agent, drafts)
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

interface Talk {
  conversation: NonNullable<AgentPart['conversation']>
  copy: string
}

function agentPart(
  { store, vault, home }: ResidenceDeps,
  agent: Agent,
  { packing, work, talk }: { packing: Packing; work: WorkingCopy | null; talk: Talk | null },
): AgentPart {
  const { id, name, label, tags, program, args, persona, trust, avatar, publicKey, createdAt, version } = agent
  const row = store.get<{ private_key: Uint8Array }>('SELECT private_key FROM agents WHERE id = ?', id)
  if (!row) throw fault('agent.unknown', { id })
  const opened = (value: Uint8Array, place: Parameters<Vault['open']>[1]) =>
    new TextDecoder().decode(vault.open(value, place))
  return {
    agent: { id, name, label, tags, program, args, persona, trust, avatar, publicKey, createdAt, version },
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

const isThere = async (path: string): Promise<boolean> => (await stat(path).catch(() => null)) !== null

/** What a program says of its conversation can go on being written while it ends: a copy is one state of it. */
async function conversationPart({ store, home }: ResidenceDeps, agent: Agent, drafts: string): Promise<Talk | null> {
  const known = vendorSession(store, agent.id)
  const path = known?.transcript ?? null
  // A database that all conversations of a program share is nobody's to take along.
  if (!known || path === null || known.session === '' || !path.endsWith('.jsonl') || !(await isThere(path)))
    return null
  const copy = join(drafts, 'conversation')
  await copyFile(path, copy)
  const { kit, session, version } = known
  return { conversation: { kit, session, version, path: belowHome(path, home) }, copy }
}

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

async function unpack(deps: ResidenceDeps, path: string, { parts, agent, workingCopy }: Unpacking) {
  await rm(parts, { recursive: true, force: true })
  const manifest = await openParcel(path, parts, deps.crypto)
  try {
    const stranger = manifest.parts.find(({ name }) => !PART_NAMES.test(name))
    if (stranger) throw new Error(`${stranger.name} is nothing that an agent has`)
    const part = parseAgentPart(await readFile(join(parts, 'agent.json')))
    if (part.agent.id !== agent || manifest.agent !== agent) throw new Error('it holds another agent')
    for await (const line of linesOf(join(parts, 'mail.jsonl'))) deps.mail().check(line)
    const files = createFilesPart({ store: deps.store, folder: join(deps.dataFolder, 'attachments') })
    await files.place(files.parse(allLines(join(parts, 'files.jsonl'))), parts)
    const place = await folderFor(deps, part, { parts, workingCopy })
    await placeConversation(deps, part, { parts, folder: place.folder })
    return place
  } catch (error) {
    if (error instanceof Fault) throw error
    const problem = error instanceof Error ? error.message.split('\n', 1)[0] : ''
    throw fault('parcel.damaged', { problem: problem ?? '' }, error)
  }
}

/** The place that it had below its home folder, or one of its name in an allowed folder; never one that somebody has. */
async function folderFor(
  deps: ResidenceDeps,
  part: AgentPart,
  { parts, workingCopy }: { parts: string; workingCopy: 'bundle' | 'none' },
): Promise<{ folder: string; made: boolean }> {
  const roots = await deps.roots()
  const [root] = roots
  if (root === undefined) throw fault('folder.outside', { path: part.folder, roots: 'none' })
  const isBundled = part.workingCopy !== null && workingCopy === 'bundle'
  const folder = await freeFolder(root, basename(part.folder) || part.agent.name)
  if (isBundled && part.workingCopy)
    await unbundle(deps.git, join(parts, 'work.bundle'), { folder, copy: part.workingCopy })
  else await mkdir(folder, { mode: 0o700 })
  return { folder, made: true }
}

const FOLDERS_MOST = 1000

async function freeFolder(root: string, name: string): Promise<string> {
  const plain = name.replaceAll(/[^A-Za-z0-9._-]/g, '-').replace(/^[.-]+/, '') || 'agent'
  for (let n = 1; n <= FOLDERS_MOST; n++) {
    const folder = join(root, n === 1 ? plain : `${plain}-${n}`)
    if (!(await isThere(folder))) return folder
  }
  throw fault('folder.exists', { path: join(root, plain) })
}

async function placeConversation(
  { home, dataFolder }: ResidenceDeps,
  { conversation, agent }: AgentPart,
  { parts, folder }: { parts: string; folder: string },
): Promise<void> {
  if (conversation === null) return
  const place = conversationPlace(conversation, { home, folder })
  // One that no program here finds by its place is kept for reading.
  const target = place ?? join(dataFolder, 'conversations', `${agent.id}.jsonl`)
  await mkdir(dirname(target), { recursive: true, mode: 0o700 })
  await copyFile(join(parts, 'conversation'), `${target}.new`)
  await rename(`${target}.new`, target)
}

function install(deps: ResidenceDeps, parts: string, folder: string): Changes {
  const { store, vault, roster, mail } = deps
  const part = parseAgentPart(readFileSync(join(parts, 'agent.json')))
  const before = roster.find(part.agent.id)
  const agent = arriving(deps, part, { parts, folder, before })
  const { id, name } = agent
  const sealed = vault.seal(part.privateKey, keyPlace(id))
  const files = createFilesPart({ store, folder: join(deps.dataFolder, 'attachments') })
  const own: Statement[] = before
    ? [updateAgent(agent, before), { sql: 'UPDATE agents SET private_key = ? WHERE id = ?', values: [sealed, id] }]
    : [insertAgent(agent, { privateKey: sealed, adopted: null })]
  const statements = [
    ...own,
    { sql: 'DELETE FROM agent_env WHERE agent_id = ?', values: [id] },
    ...Object.entries(part.env).map(([key, value]) => setEnv(id, key, vault.seal(value, envPlace(id, key)))),
    ...conversationRow(deps, part, folder),
    ...files.arrive(files.parse(allLines(join(parts, 'files.jsonl')))),
    ...mail().arrive(allLines(join(parts, 'mail.jsonl')), { agent: id, name, label: deps.label() }),
    { sql: 'DELETE FROM mail_forwards WHERE agent = ?', values: [id] },
  ]
  const type = before ? ('agent.undeleted' as const) : ('agent.created' as const)
  return { statements, events: [{ type, subject: id, data: agent }] }
}

function conversationRow({ home }: ResidenceDeps, { conversation, agent }: AgentPart, folder: string): Statement[] {
  const place = conversation && conversationPlace(conversation, { home, folder })
  if (!conversation || place === null) return []
  const { kit, session, version } = conversation
  return [putVendorSession(agent.id, { kit, session, version, transcript: place })]
}

function arriving(
  deps: ResidenceDeps,
  part: AgentPart,
  { parts, folder, before }: { parts: string; folder: string; before: Agent | undefined },
): Agent {
  const now = deps.now()
  const { name, ...fields } = part.agent
  return {
    ...fields,
    name: freeName(deps.roster, part.agent.id, name),
    folder,
    envNames: Object.keys(part.env).sort(),
    kit: null,
    avatar: placeAvatar(deps, part, parts),
    status: { state: 'hibernated', why: `It came from ${part.from} and was not started yet`, since: now },
    session: null,
    recording: null,
    updatedAt: now,
    deletedAt: null,
    version: Math.max(part.agent.version, before?.version ?? 0) + 1,
  }
}

/** Somebody here may have taken the name meanwhile; it is the agent that must not be lost. */
function freeName({ byName }: Roster, id: AgentId, name: string): string {
  const isFree = (one: string) => (byName(one)?.id ?? id) === id
  for (let n = 2, one = name; ; n++) {
    if (isFree(one)) return one
    one = `${name.slice(0, 56)}-${n}`
  }
}

function placeAvatar({ dataFolder }: ResidenceDeps, { agent }: AgentPart, parts: string): string | null {
  if (agent.avatar === null) return null
  try {
    const bytes = readFileSync(join(parts, 'avatar'))
    const hash = createHash('sha256').update(bytes).digest('hex')
    if (hash !== agent.avatar || !readPicture(bytes)) return null
    mkdirSync(join(dataFolder, 'avatars'), { recursive: true, mode: 0o700 })
    writeFileSync(join(dataFolder, 'avatars', hash), bytes, { mode: 0o600 })
    return hash
  } catch {
    return null // without one it has the picture that is made of its name
  }
}

function letGo(deps: ResidenceDeps, agent: Agent, { node, mailSeq }: { node: string; mailSeq: number }): Changes {
  const address = deps.addressAt(node, agent.name)
  const now = deps.now()
  const status = { state: 'hibernated' as const, why: 'It lives on another machine now', since: now }
  const gone = edited(agent, now, { status, session: null, deletedAt: now })
  const mail = deps.mail().onward(agent.id, { after: mailSeq, address })
  return {
    statements: [
      updateAgent(gone, agent),
      {
        sql: `INSERT INTO mail_forwards (agent, name, node, at) VALUES (?, ?, ?, ?)
          ON CONFLICT (agent) DO UPDATE SET name = excluded.name, node = excluded.node, at = excluded.at`,
        values: [agent.id, agent.name, node, now],
      },
      ...mail.statements,
    ],
    events: [{ type: 'agent.deleted', subject: agent.id, data: gone }, ...mail.events],
  }
}

function comeBack(deps: ResidenceDeps, id: AgentId): Changes {
  const agent = deps.roster.get(id)
  const forward = deps.store.get<{ node: string }>('SELECT node FROM mail_forwards WHERE agent = ?', id)
  const now = deps.now()
  const status = { state: 'hibernated' as const, why: 'Its new home is not of the room any more', since: now }
  const back = edited(agent, now, { status, deletedAt: null })
  const address = deps.addressAt(forward?.node ?? '', agent.name)
  const mail = deps.mail().back(id, { name: agent.name, address })
  return {
    statements: [
      updateAgent(back, agent),
      { sql: 'DELETE FROM mail_forwards WHERE agent = ?', values: [id] },
      ...mail.statements,
    ],
    events: [{ type: 'agent.undeleted', subject: id, data: back }, ...mail.events],
  }
}
