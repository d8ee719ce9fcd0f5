// Which kit knows the program of a session that somebody else started: told by its processes, without starting one.
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import type { AgentKit } from '@tutti/agents'
import type { Agent } from '@tutti/core'
import type { Environment } from '../agents/environment.ts'
import type { Met } from '../agents/status-source.ts'
import type { Store } from '../db/store.ts'
import type { TerminalHost } from '../terminals/host.ts'
import { processesBelow, processesIn, processStart, workingFolder, type Process } from './processes.ts'
import { putVendorSession, vendorSession } from './store.ts'
import type { Versions } from './versions.ts'

export interface MeetingDeps {
  kits: readonly AgentKit[]
  store: Store
  versions: Versions
  host: Pick<TerminalHost, 'programPid'>
  envOf(agent: Agent): Environment
}

export async function meetProgram(deps: MeetingDeps, agent: Agent): Promise<Met | null> {
  const processes = await processesBelow(deps.host.programPid(agent.id))
  const found = knownProgram(deps.kits, processes)
  if (!found) return null
  const { kit, pid, argv } = found
  const env = { ...deps.envOf(agent), ...environmentOf(pid) }
  const known = vendorSession(deps.store, agent.id)
  const isSame = kit.name === agent.kit && known?.kit === kit.name
  const session = await onlySession(agent, { ...found, env, processes })
  // Nothing new: the same program, and no other conversation than is known.
  if (isSame && (session === null || session === known.session)) return { kit: kit.name, env, statements: [] }
  const version = isSame ? known.version : await deps.versions.of(kit, argv[0] ?? '', env)
  const next = { kit: kit.name, session: session ?? '', transcript: null, version }
  return { kit: kit.name, env, statements: [putVendorSession(agent.id, next)] }
}

type Place = Known & { env: Environment; processes: readonly Process[] }

/** The conversation that went on since the program began in the agent's folder; null unless it can only be this one's. */
async function onlySession(agent: Agent, { kit, pid, env, processes }: Place): Promise<string | null> {
  const since = processStart(pid)
  if (!kit.sessionsSince || since === null || workingFolder(pid) !== agent.folder) return null
  const home = env['HOME'] ?? ''
  const sessions = await kit.sessionsSince({ home, env, folder: agent.folder, since })
  const [only] = sessions
  if (only === undefined || sessions.length > 1) return null
  const own = new Set(processes.map((process) => process.pid))
  const others = processesIn(agent.folder).filter((one) => !own.has(one.pid))
  return knownProgram([kit], others) === null ? only : null
}

interface Known {
  kit: AgentKit
  pid: number
  /** As the program would have been called by itself. */
  argv: readonly string[]
}

/** The first process that a kit of its own knows; else the kit of every other program. */
export function knownProgram(kits: readonly AgentKit[], processes: readonly Process[]): Known | null {
  const own = kits.filter(({ commands }) => commands.length > 0)
  for (const { pid, argv } of processes) {
    for (const called of readings(argv)) {
      const kit = own.find((one) => one.fits(called))
      if (kit) return { kit, pid, argv: called }
    }
  }
  const [root] = processes
  const any = kits.find(({ commands }) => commands.length === 0)
  return root && any ? { kit: any, pid: root.pid, argv: root.argv } : null
}

const RUNTIMES = new Set(['node', 'bun', 'deno'])

/** A command line, and that of the script where a runtime runs one. */
function readings(argv: readonly string[]): (readonly string[])[] {
  if (!RUNTIMES.has(basename(argv[0] ?? ''))) return [argv]
  const script = argv.findIndex((word, index) => index > 0 && !word.startsWith('-'))
  return script === -1 ? [argv] : [argv, argv.slice(script)]
}

/** What the process was started with, where the system tells and the process is ours. */
function environmentOf(pid: number): Record<string, string> {
  const pairs = environText(pid)
    .split('\0')
    .flatMap((pair) => {
      const at = pair.indexOf('=')
      return at > 0 ? [[pair.slice(0, at), pair.slice(at + 1)] as const] : []
    })
  return Object.fromEntries(pairs)
}

function environText(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8')
  } catch {
    return '' // it has ended, or the system has no such file: the agent's own environment has to do
  }
}
