// What a kit adds to the start of a program: arguments, environment, files of its own, and the session to go on with.
import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join, relative } from 'node:path'
import type { AgentKit, LaunchPlan, SandboxNeeds, Teaching } from '@tutti/agents'
import { fault, type Agent, type AgentId } from '@tutti/core'
import { NO_NEEDS, type Needs, type Prepared, type Start } from '../agents/status-source.ts'
import type { Store } from '../db/store.ts'
import { isInside } from '../folders/allowed-folders.ts'
import { isRootsFolder } from './roots-folder.ts'
import { putVendorSession, vendorSession, type VendorSession } from './store.ts'
import { telemetryEnv } from './telemetry.ts'
import type { Versions } from './versions.ts'

export interface LaunchingDeps {
  store: Store
  versions: Versions
  /** Holds a 0700 folder for each agent. */
  runFolder: string
  /** Whether programs that nobody else counts send their metrics here. */
  telemetry(): boolean
  /** The command of Tutti's MCP server; null when there is none. */
  mcp: readonly [string, ...string[]] | null
  /** The SKILL.md that programs are given, in a folder of its name; null when there is none. */
  skill: string | null
}

/** The folder of an agent's kit. */
export const kitFolder = ({ runFolder }: Pick<LaunchingDeps, 'runFolder'>, id: AgentId): string =>
  join(runFolder, id)

export async function prepareKit(deps: LaunchingDeps, kit: AgentKit, start: Start): Promise<Prepared> {
  const { agent, argv, folder, env, token, url } = start
  const runFolder = kitFolder(deps, agent.id)
  await mkdir(runFolder, { recursive: true, mode: 0o700 })
  const version = await versionOf(deps, kit, start)
  const home = env['HOME'] ?? ''
  const known = await resumable(deps.store, kit, agent)
  const taught = await teachingOf(deps, env)
  const plan = kit.launch({
    agentId: agent.id,
    argv,
    folder,
    home,
    runFolder,
    persona: agent.persona,
    trust: agent.trust,
    resume: known?.session ?? null,
    newSession: randomUUID(),
    version,
    hooks: { url, token },
    mcp: deps.mcp,
    ...taught,
  })
  await writeFiles(runFolder, plan)
  const session = plan.session ?? known?.session ?? null
  const next = { kit: kit.name, session: session ?? '', transcript: known?.transcript ?? null, version }
  const isSending = deps.telemetry() && !kit.abilities.usage
  const sending = isSending ? telemetryEnv(env, { url, token }) : {}
  return {
    argv: plan.argv,
    env: { ...sending, ...plan.env },
    statements: [putVendorSession(agent.id, next)],
    kit: kit.name,
    needs: needsOf(kit, { home, folder, runFolder, env }),
  }
}

/** A program that its own agent can write is not run outside of its sandbox, not even to ask for its version. */
async function versionOf({ versions }: LaunchingDeps, kit: AgentKit, start: Start): Promise<string | null> {
  const { argv, folder, env, isSandboxed } = start
  const real = isSandboxed ? await realpath(argv[0]).catch(() => folder) : ''
  return isSandboxed && isInside(real, [folder]) ? null : versions.of(kit, argv[0], env)
}

function needsOf(kit: AgentKit, place: Parameters<SandboxNeeds['places']>[0]): Needs {
  if (!kit.sandbox) return NO_NEEDS
  return { places: kit.sandbox.places(place), nests: kit.sandbox.nests }
}

async function teachingOf({ skill }: LaunchingDeps, env: Start['env']): Promise<{ teaching?: Teaching }> {
  if (skill === null) return {}
  const text = await readFile(skill, 'utf8')
  const name = basename(dirname(skill))
  const isSet = (variable: string): boolean => env[variable] !== undefined
  return { teaching: { skill: { name, text }, isSet, exists: existsSync, isRoots: isRootsFolder } }
}

/** The conversation to go on with: only one that has begun, as programs refuse to resume what they never wrote down. */
async function resumable(store: Store, kit: AgentKit, agent: Agent): Promise<VendorSession | null> {
  if (!kit.abilities.resume) return null
  const known = vendorSession(store, agent.id)
  if (known === null || known.kit !== kit.name || known.session === '' || known.transcript === null)
    return null
  return (await stat(known.transcript).catch(() => null)) === null ? null : known
}

async function writeFiles(runFolder: string, { files }: LaunchPlan): Promise<void> {
  for (const { path, content } of files) {
    const target = join(runFolder, path)
    const inside = relative(runFolder, target)
    if (isAbsolute(path) || inside === '' || inside.startsWith('..')) {
      throw new Error(`a kit wants to write outside its folder: ${path}`)
    }
    await mkdir(dirname(target), { recursive: true, mode: 0o700 })
    // Removed first: a file that is there already would keep its mode.
    await rm(target, { force: true })
    await writeFile(target, content, { mode: 0o600, flag: 'wx' })
  }
}

/** The fault for what a program cannot be made to do. */
export const unable = (agent: Agent, what: string) => fault('agent.unable', { name: agent.name, what })
