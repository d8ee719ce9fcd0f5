// Puts what a parcel holds in its places on this machine: files beforehand, rows in one transaction.
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { mkdir, readFile, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { Fault, fault, type Agent, type AgentId } from '@tutti/core'
import { envPlace, keyPlace } from '../agents/launch.ts'
import { readPicture } from '../agents/picture.ts'
import type { Roster } from '../agents/roster.ts'
import { insertAgent, setEnv, updateAgent } from '../agents/store.ts'
import { parseAgentPart, type AgentPart } from '../archive/agent-part.ts'
import { createFilesPart } from '../archive/files-part.ts'
import { allLines, linesOf } from '../archive/lines.ts'
import { openParcel } from '../archive/parcel.ts'
import { unbundle } from '../archive/working-copy.ts'
import type { Statement } from '../db/store.ts'
import type { Changes } from '../moving/book.ts'
import type { Installing, Unpacking } from '../moving/residence.ts'
import { placeTalk, talkRow } from './residence-conversation.ts'
import { isThere } from './residence-packing.ts'
import type { ResidenceDeps } from './residence.ts'

/** What an agent has; a part of any other name is none of ours. */
const PART_NAMES =
  /^(?:agent\.json|mail\.jsonl|files\.jsonl|files\/[0-9a-f]{64}|avatar|conversation|work\.bundle)$/

export async function unpack(deps: ResidenceDeps, path: string, { parts, admit, workingCopy }: Unpacking) {
  await rm(parts, { recursive: true, force: true })
  const manifest = await openParcel(path, parts, deps.crypto)
  try {
    const stranger = manifest.parts.find(({ name }) => !PART_NAMES.test(name))
    if (stranger) throw new Error(`${stranger.name} is nothing that an agent has`)
    const part = parseAgentPart(await readFile(join(parts, 'agent.json')))
    if (manifest.agent !== part.agent.id) throw new Error('it holds another agent than it says')
    admit(part.agent.id)
    for await (const line of linesOf(join(parts, 'mail.jsonl'))) deps.mail().check(line)
    const files = createFilesPart({ store: deps.store, folder: join(deps.dataFolder, 'attachments') })
    await files.place(files.parse(allLines(join(parts, 'files.jsonl'))), parts)
    const place = await folderFor(deps, part, { parts, workingCopy })
    await placeTalk(deps, part, { parts, folder: place.folder })
    return { ...place, by: manifest.by }
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

interface Arrival {
  parts: string
  folder: string
  how: Installing
}

export function install(deps: ResidenceDeps, arrival: Arrival): Changes & { agent: Agent } {
  const { parts } = arrival
  const { store, vault, roster, mail } = deps
  const part = parseAgentPart(readFileSync(join(parts, 'agent.json')))
  const before = roster.find(part.agent.id)
  const agent = arriving(deps, part, { ...arrival, before })
  const { id, name } = agent
  const sealed = vault.seal(part.privateKey, keyPlace(id))
  const files = createFilesPart({ store, folder: join(deps.dataFolder, 'attachments') })
  const own: Statement[] = before
    ? [
        updateAgent(agent, before),
        { sql: 'UPDATE agents SET private_key = ? WHERE id = ?', values: [sealed, id] },
      ]
    : [insertAgent(agent, { privateKey: sealed, adopted: null })]
  const statements = [
    ...own,
    { sql: 'DELETE FROM agent_env WHERE agent_id = ?', values: [id] },
    ...Object.entries(part.env).map(([key, value]) => setEnv(id, key, vault.seal(value, envPlace(id, key)))),
    ...talkRow(part, parts),
    ...files.arrive(files.parse(allLines(join(parts, 'files.jsonl')))),
    ...mail().arrive(allLines(join(parts, 'mail.jsonl')), { agent: id, name, label: deps.label() }),
    { sql: 'DELETE FROM mail_forwards WHERE agent = ?', values: [id] },
    // Out of an archive it did not come by a move: that it once moved away from here is over.
    ...(arrival.how.stranger ? [{ sql: 'DELETE FROM agent_moves WHERE agent = ?', values: [id] }] : []),
  ]
  const type = before ? ('agent.undeleted' as const) : ('agent.created' as const)
  return { agent, statements, events: [{ type, subject: id, data: agent }] }
}

function arriving(
  deps: ResidenceDeps,
  part: AgentPart,
  { parts, folder, how, before }: Arrival & { before: Agent | undefined },
): Agent {
  const now = deps.now()
  const { name, ...fields } = part.agent
  return {
    ...fields,
    name: freeName(deps.roster, part.agent.id, how.name ?? name),
    trust: how.stranger ? null : part.agent.trust,
    // It may be held more closely here than where it comes from, never less.
    isolation: deps.isolation() === 'sandbox' ? 'sandbox' : part.agent.isolation,
    egress: how.stranger ? [] : part.agent.egress,
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
