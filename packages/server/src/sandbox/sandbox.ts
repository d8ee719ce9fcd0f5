// Level L2 of isolation: makes a sandboxed launch of a launch, and keeps each sandboxed agent's two sockets while its session lives.
import { mkdir, writeFile } from 'node:fs/promises'
import type { Socket } from 'node:net'
import { dirname } from 'node:path'
import type { KitPlace } from '@tutti/agents'
import { fault, loopbackPorts, type Agent, type AgentId, type Clock, type LoggedEvent } from '@tutti/core'
import type { Isolated, Sandboxing } from '../agents/launch.ts'
import type { Store } from '../db/store.ts'
import type { Log } from '../handler.ts'
import type { ConnectOutbound } from '../outbound.ts'
import { quietWork } from '../quiet-work.ts'
import { createAvailability } from './availability.ts'
import { createEgress } from './egress.ts'
import { HUB_URL, insideEnvironment } from './environment.ts'
import { repositoryPlaces } from './repository-places.ts'
import { withoutLinks } from './link-guard.ts'
import { createAgentSockets } from './sockets.ts'
import { maskedPlaces, programFolders, systemPlaces } from './surroundings.ts'
import { createVisitLog } from './visit-log.ts'
import { isWithin, sandboxArgv, type SandboxPlace } from './wrap.ts'

export interface SandboxDeps {
  store: Pick<Store, 'onEvents' | 'audit'>
  clock: Clock
  log: Log
  /** Holds a 0700 folder with two sockets for each agent. */
  socketFolder: string
  shortFolder: string
  /** Tutti's own folders, which no sandbox shows. */
  hidden: readonly string[]
  /** Of whoever started Tutti. */
  home: string
  /** The folders of Tutti's own programs, which run inside too. */
  programs: readonly string[]
  forwarder: readonly [string, string]
  /** What of Tutti's folders belongs to the agent. */
  ownPlaces(id: AgentId): readonly SandboxPlace[]
  find(program: string): Promise<string | null>
  platform: string
  uid: number
  connect: ConnectOutbound
  /** Ports of Tutti itself. */
  ownPorts(): readonly number[]
  take(id: AgentId, socket: Socket): void
  agents(): readonly Agent[]
  agent(id: AgentId): Agent | undefined
  /** The hosts that the agent's kit names. */
  kitHosts(agent: Agent): readonly string[]
}

export type Sandbox = ReturnType<typeof createSandbox>

export function createSandbox(deps: SandboxDeps) {
  const { store } = deps
  const availability = createAvailability(deps)
  const visits = createVisitLog(deps)
  const rules = (id: AgentId): readonly string[] => {
    const agent = deps.agent(id)
    return agent ? [...deps.kitHosts(agent), ...agent.egress] : []
  }
  const sockets = createAgentSockets({
    folder: deps.socketFolder,
    shortFolder: deps.shortFolder,
    take: deps.take,
    proxyOf: (id) =>
      createEgress({ ...deps, rules: () => rules(id), told: (visit) => visits.told(id, visit) }),
  })
  const lived = new Set<AgentId>()
  const quietly = quietWork(deps.log, 'sandbox.sockets-left')

  /** Whoever ends a session needs to know nothing of sockets. */
  const follow = (event: LoggedEvent): void => {
    if (!isAgentEvent(event)) return
    const { id, session, status } = event.data
    if (session !== null || status.state === 'starting') lived.add(id)
    // Made ready for a start that is still to come, they stay.
    else if (lived.has(id)) quietly(forget(id), { id })
  }
  const forget = async (id: AgentId): Promise<void> => {
    lived.delete(id)
    visits.forget(id)
    if (sockets.isOpen(id)) await sockets.remove(id)
  }
  const unsubscribe = store.onEvents((events) => events.forEach(follow))

  const sandboxing: Sandboxing = {
    url: HUB_URL,
    async refuse(folder) {
      const found = await availability()
      if (!('bwrap' in found)) throw fault('isolation.unavailable', { ...found })
      const holds = heldBy(folder, deps)
      if (holds !== undefined) throw fault('isolation.folder', { path: folder, holds })
    },
    async wrap(start) {
      const found = await availability()
      if (!('bwrap' in found)) throw fault('isolation.unavailable', { ...found })
      await makePlaces(start.needs.places)
      const own = deps.ownPlaces(start.agent.id)
      await Promise.all(own.map(({ path }) => mkdir(path, { recursive: true, mode: 0o700 })))
      const socketFolder = await sockets.open(start.agent.id)
      const spec = {
        ...(await surroundings(deps, start)),
        bwrap: found.bwrap,
        socketFolder,
        own,
        loopbackPorts: loopbackPorts(start.agent.egress).filter((port) => !deps.ownPorts().includes(port)),
      }
      return { argv: sandboxArgv(spec, start.argv), env: insideEnvironment(start.env) }
    },
  }

  return {
    sandboxing,
    availability,

    /** Opens the sockets of sandboxes that outlived the daemon. */
    async recover(): Promise<void> {
      const living = deps.agents().filter(({ session }) => session !== null && !session.adopted)
      await Promise.all(
        living.map(async ({ id }) => {
          if (sockets.isOpen(id) || !(await sockets.wasOpen(id))) return
          lived.add(id)
          await sockets.open(id)
        }),
      )
    },

    async close(): Promise<void> {
      unsubscribe()
      await sockets.closeAll()
    },
  }
}

async function surroundings(deps: SandboxDeps, start: Isolated) {
  const { agent, env, folder, program, argv, needs } = start
  const home = env['HOME'] ?? '/root'
  const [first] = argv
  const files = [program, ...(first.startsWith('/') ? [first] : []), ...deps.forwarder]
  const searchPath = env['PATH'] ?? ''
  const programs = await programFolders({ files, folders: deps.programs, searchPath, home })
  return {
    folder,
    home,
    system: await systemPlaces(),
    masked: await maskedPlaces(deps.uid),
    places: [
      ...programs.map((path) => ({ path, access: 'read' as const })),
      ...(await withoutLinks(needs.places, {
        others: deps.ownPlaces(agent.id),
        left: (path) => deps.log.warn('sandbox.link-left-out', { id: agent.id, path }),
      })),
    ],
    repository: await repositoryPlaces(folder),
    hidden: deps.hidden,
    forwarder: deps.forwarder,
    nests: needs.nests,
    uid: deps.uid,
  }
}

// A working folder that holds one of these would show what the sandbox is to hide; one inside Tutti's own would too.
const PROTECTED = ['/', '/etc', '/home', '/proc', '/root', '/run', '/tmp', '/usr', '/var']

const heldBy = (folder: string, { hidden, home }: SandboxDeps): string | undefined =>
  hidden.find((path) => isWithin(path, folder) || isWithin(folder, path)) ??
  [home, ...PROTECTED].find((path) => isWithin(path, folder))

async function makePlaces(places: readonly KitPlace[]): Promise<void> {
  for (const { path: inside, from: path = inside, make } of places) {
    if (make === 'folder') await mkdir(path, { recursive: true, mode: 0o700 })
    else if (make) {
      await mkdir(dirname(path), { recursive: true })
      await writeFile(path, make.text, { mode: 0o600, flag: 'wx' }).catch(unlessThere)
    }
  }
}

function unlessThere(error: unknown): void {
  if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
}

type AgentEvent = Extract<LoggedEvent, { data: Agent }>

const isAgentEvent = (event: LoggedEvent): event is AgentEvent =>
  event.type.startsWith('agent.') && event.type !== 'agent.purged'
