// The conversation of an agent that goes or comes: its kit packs it, and puts it where its program goes on with it.
import { readFileSync } from 'node:fs'
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { kitNamed, type LuggagePlace } from '@tutti/agents'
import type { Agent } from '@tutti/core'
import { run } from '@tutti/terminals'
import { belowHome, type AgentPart } from '../archive/agent-part.ts'
import type { Statement } from '../db/store.ts'
import { putVendorSession, vendorSession } from '../kits/store.ts'
import type { ResidenceDeps } from './residence.ts'

type Deps = Pick<ResidenceDeps, 'store' | 'home' | 'inherited' | 'dataFolder'>

export interface Talk {
  conversation: NonNullable<AgentPart['conversation']>
  /** The file that goes along. */
  copy: string
}

/** Null for an agent whose program has begun none, or keeps it where nobody can take it along. */
export async function packedTalk(
  { store, home, inherited }: Deps,
  agent: Agent,
  copy: string,
): Promise<Talk | null> {
  const known = vendorSession(store, agent.id)
  if (!known?.transcript || known.session === '') return null
  const { kit, session, version, transcript } = known
  const place = { home, env: inherited, folder: agent.folder, session, transcript }
  const isPacked = await kitNamed(kit)?.luggage?.pack(place, copy)
  return isPacked
    ? { conversation: { kit, session, version, path: belowHome(transcript, home) }, copy }
    : null
}

/** What lies in the folder of a parcel's parts beside them, where nothing of a parcel can lie. */
const PLACED = 'conversation-place'

/** Puts the conversation of an unpacked parcel in its place, and notes which that is. */
export async function placeTalk(
  deps: Deps,
  { conversation, agent, env }: AgentPart,
  { parts, folder }: { parts: string; folder: string },
): Promise<void> {
  await rm(join(parts, PLACED), { force: true })
  if (conversation === null) return
  const { kit, session, path } = conversation
  const luggage = kitNamed(kit)?.luggage
  const isElsewhere = luggage?.variables.some((name) => name in env) ?? true
  const place = {
    home: deps.home,
    env: deps.inherited,
    folder,
    session,
    origin: path,
    isOwn: vendorSession(deps.store, agent.id)?.session === session,
  }
  const file = join(parts, 'conversation')
  if (!isElsewhere) await begun(deps, kit, place)
  const placed = isElsewhere ? null : await luggage?.unpack(file, place)
  if (placed) {
    await writeFile(join(parts, PLACED), placed, { mode: 0o600 })
    return
  }
  // One with which no program here could go on is kept for reading.
  const kept = join(deps.dataFolder, 'conversations')
  await mkdir(kept, { recursive: true, mode: 0o700 })
  await copyFile(file, join(kept, `${agent.id}.jsonl`))
}

// A program that is slow to start has begun by then, also beside others.
const BEGINNING_MS = 60_000

/** Lets a program that has never run here make its own files. One that does not is as good as not there. */
async function begun({ inherited }: Deps, kit: string, place: LuggagePlace): Promise<void> {
  const known = kitNamed(kit)
  const [program] = known?.commands ?? []
  const beginning = known?.luggage?.beginning
  if (!beginning || program === undefined || !(await beginning.isNeeded(place))) return
  const folder = await mkdtemp(join(tmpdir(), 'tutti-beginning-'))
  try {
    await run(program, beginning.args, { cwd: folder, env: inherited, timeoutMs: BEGINNING_MS })
  } catch {
    // It is not installed, or too slow: its conversation is kept for reading.
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** What lets the next start go on with the conversation that was put in its place. */
export function talkRow({ conversation, agent }: AgentPart, parts: string): Statement[] {
  const transcript = placedIn(parts)
  if (!conversation || transcript === null) return []
  const { kit, session, version } = conversation
  return [putVendorSession(agent.id, { kit, session, version, transcript })]
}

function placedIn(parts: string): string | null {
  try {
    return readFileSync(join(parts, PLACED), 'utf8')
  } catch {
    return null // it was put nowhere
  }
}
