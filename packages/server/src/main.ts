// The daemon of one machine, wired: every part gets what it needs from here and from nowhere else.
import { mkdirSync } from 'node:fs'
import type { Socket } from 'node:net'
import { join } from 'node:path'
import { newId, type AgentId, type Clock, type RandomBytes, type SystemStatus } from '@tutti/core'
import type { z } from 'zod'
import { createAccounts, type AccountHandlers, type Accounts } from './accounts/accounts.ts'
import { createAgentTokens, type AgentTokens } from './accounts/agent-tokens.ts'
import { writeLocalToken } from './accounts/local-token.ts'
import { createAudit, type AuditService } from './audit/audit.ts'
import { closeInOrder } from './closing.ts'
import { ConfigProblems, type Config } from './config.ts'
import { openStore } from './db/open.ts'
import type { Store } from './db/store.ts'
import { exposureProblems } from './exposure.ts'
import type { BinaryChannels, Handlers, Log, SocketDoor } from './handler.ts'
import { maySee } from './http/audience.ts'
import type { LimitRates } from './http/limits.ts'
import { loadPages } from './http/pages.ts'
import { OPEN_GATE, type Gate } from './gate.ts'
import { createHttpServer, type HttpServer } from './http/server.ts'
import { listen, readTls, urlOf } from './listening.ts'
import { isHolder, takeLock, type Lock } from './lock.ts'
import { createLog, openLogFile } from './log.ts'
import { repeat } from './repeat.ts'
import { mcpHandlers } from './mcp/mcp.ts'
import { createSettings, type SettingsService } from './settings/settings.ts'
import { eventHandlers } from './system/events.ts'
import { systemHandlers } from './system/handlers.ts'
import { keyPath, openKeys, type Keys } from './vault/keys.ts'
import { createVault, proveVault, type Vault } from './vault/vault.ts'

type Status = z.infer<typeof SystemStatus>

/** What every feature may use. */
export interface Room {
  config: Config
  store: Store
  databasePath: string
  clock: Clock
  random: RandomBytes
  log: Log
  vault: Vault
  keys: Keys
  settings: SettingsService
  agentTokens: AgentTokens
  /** Where programs on this machine reach the API. */
  url(): string
  /** Serves a connection that came by an agent's own socket. */
  take(id: AgentId, socket: Socket): void
  version: string
  /** What reaches out, or takes from outside, waits for it. */
  gate: Gate
}

type OwnHandlers = AccountHandlers &
  Pick<
    Handlers,
    | 'mcp'
    | 'getHealth'
    | 'getStatus'
    | 'listEvents'
    | 'listAudit'
    | 'verifyAudit'
    | 'getSettings'
    | 'updateSettings'
  >

/** The features beside accounts and the machine itself: agents, terminals, folders, recordings, backups, doctor. */
export interface Features {
  handlers: Omit<Handlers, keyof OwnHandlers>
  channels: BinaryChannels
  /** The same handlers, and what is about another machine is done there. */
  reaching?(handlers: Handlers): Handlers
  /** Machines of the room, this one among them. */
  machines?(): number
  /** Of the machines that were linked when the daemon before this one ended: how many this one could link to. */
  links?(): Promise<Pick<Tried, 'linkedBefore' | 'reached'>>
  status(): Pick<Status, 'agents' | 'viewers' | 'tmux'>
  /** Ends what they do by themselves: nobody is woken, dialled or typed to. What people ask for is still done until `close`. */
  rest?(): Promise<void>
  /** WebSockets besides the stream, by their path. */
  sockets?: Readonly<Record<string, SocketDoor>>
  /** Callers that are neither people nor agents of this machine: programs with a mailbox here. */
  callers?: Pick<Accounts['identities'], 'byToken' | 'current'>
  close(): Promise<void>
}

export interface DaemonDeps {
  config: Config
  openFeatures: (room: Room) => Features | Promise<Features>
  clock: Clock
  /** ms that never go back, for durations. */
  nowMs: () => number
  random: RandomBytes
  machine: { name: string; home: string; pid: number; node: string }
  version: string
  /** Closed for a version that is being tried; left out, it is open. */
  gate?: Gate
  /** Makes something of an upgrade that was cut off, before the database is opened. */
  settle?: () => void
  rates?: LimitRates
  checkOutputs?: boolean
  writeStderr: (line: string) => void
}

export interface Daemon {
  url: string
  /** The one-time link that creates the owner; null once there is one. */
  setupUrl: string | null
  log: Log
  /** Whether a dashboard or a terminal is open. */
  isWatched(): boolean
  /** What a supervisor wants to know of a version that is being tried. */
  tried(): Promise<Tried>
  close(): Promise<void>
}

export interface Tried {
  port: number
  ranBefore: number
  running: number
  linkedBefore: number
  reached: number
}

/** Starts everything; rejects with ConfigProblems or a fault that says why not, and then nothing is left running. */
export async function startDaemon(deps: DaemonDeps): Promise<Daemon> {
  const closers: Closers = []
  let closing: Promise<void> | null = null
  const close = () => (closing ??= closeInOrder(closers.toReversed()))
  try {
    return { ...(await assembled(deps, closers)), close }
  } catch (error) {
    await close()
    throw error
  }
}

type Closers = (() => void | Promise<void>)[]

// The audit log is pruned soon, though a start has better things to do than to tidy up, and then once a day.
const PRUNE_FIRST_MS = 60_000
const PRUNE_EVERY_MS = 24 * 3600 * 1000

async function assembled(deps: DaemonDeps, closers: Closers): Promise<Omit<Daemon, 'close'>> {
  const { config, clock, random } = deps
  const lock = ownFolders(config, deps.machine.pid)
  closers.push(() => lock.release())
  deps.settle?.()
  const log = ownLog(deps, closers)
  const urls: string[] = []
  const early = createLateDoor()
  const room = await openRoom(deps, closers, {
    log,
    url: () => urls[0] ?? urlOf(config, config.port),
    take: early.take,
  })
  const opened: { features?: Features } = {} // accounts are there first
  const localToken = writeLocalToken(config.dataFolder, random)
  closers.push(() => localToken.remove())
  const accounts = createAccounts({
    ...room,
    localToken: localToken.hash,
    machine: () => room.settings.current().machine,
    machines: () => opened.features?.machines?.() ?? 1,
  })
  const audit = createAudit({
    store: room.store,
    auditKey: room.keys.audit,
    clock,
    auditDays: () => room.settings.current().auditDays,
  })
  const tls = readTls(config)
  const problems = exposureProblems({ host: config.host, tls: tls !== null, owned: accounts.owned() })
  if (problems.length > 0) throw new ConfigProblems(problems)
  closers.push(() =>
    accounts.identities.writeSeen().catch((error: unknown) => log.warn('accounts.seen-failed', { error })),
  )
  const ranBefore = runningIn(room.store)
  const features = await deps.openFeatures(room)
  opened.features = features
  closers.push(() => features.close())
  const http: HttpServer = createHttpServer({
    ...deps,
    ...room,
    handlers: allHandlers({
      deps,
      room,
      accounts,
      audit,
      features,
      streams: () => http.streams(),
      urls: () => urls,
    }),
    channels: features.channels,
    sockets: features.sockets ?? {},
    identities: identitiesOf(accounts, features),
    redeem: (ticket, path, caller) => accounts.tickets.redeem(ticket, path, caller),
    page: loadPages(config.webFolder),
    requestId: () => newId('request', clock.now(), random),
    tls,
    names: config.names,
  })
  closers.push(() => http.close())
  closers.push(async () => features.rest?.())
  await room.gate.passed(() => early.open(http.take))
  closers.push(accounts.run())
  closers.push(pruning(room, audit))
  const port = await listen(http, config)
  const url = urlOf(config, port)
  urls.push(url)
  lock.announce(url)
  log.info('daemon.started', { port, version: deps.version })
  const setupUrl = accounts.owned() ? null : `${url}/#setup=${accounts.newSetupCode()}`
  const tried = async (): Promise<Tried> => ({
    port,
    ranBefore,
    running: features.status().agents.running,
    ...((await features.links?.()) ?? { linkedBefore: 0, reached: 0 }),
  })
  return { url, setupUrl, log, isWatched: () => http.streams() > 0, tried }
}

const pruning = ({ clock, log }: Room, audit: AuditService): (() => Promise<void>) =>
  repeat(
    clock,
    {
      firstMs: PRUNE_FIRST_MS,
      everyMs: PRUNE_EVERY_MS,
      failed: (error) => log.warn('audit.not-pruned', { problem: String(error) }),
    },
    audit.prune,
  )

/** Agents that had a terminal when the daemon before this one ended. */
const runningIn = (store: Store): number =>
  store.get<{ n: number }>(
    'SELECT count(*) AS n FROM agents WHERE session_started_at IS NOT NULL AND deleted_at IS NULL',
  )?.n ?? 0

/** A sandboxed program that outlived the daemon may call before this one serves: it waits a moment. */
function createLateDoor(): { take: Room['take']; open(take: Room['take']): void } {
  const waiting: Parameters<Room['take']>[] = []
  let through: Room['take'] = (...call) => waiting.push(call)
  return {
    take: (...call) => through(...call),
    open(take) {
      through = take
      for (const call of waiting.splice(0)) take(...call)
    },
  }
}

/** Accounts first: a program's key is never one of theirs. */
const identitiesOf = ({ identities }: Accounts, { callers }: Features): Accounts['identities'] => ({
  ...identities,
  byToken: (secret) => identities.byToken(secret) ?? callers?.byToken(secret) ?? null,
  current: (actor) =>
    actor.programId === undefined ? identities.current(actor) : (callers?.current(actor) ?? null),
})

function ownFolders(config: Config, pid: number): Lock {
  for (const folder of [config.dataFolder, config.runtimeFolder, config.logFolder]) {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
  }
  const lock = takeLock(config.dataFolder, pid)
  if (!isHolder(lock)) return lock
  const where = lock.url === null ? '' : ` at ${lock.url}`
  throw new ConfigProblems([
    `Tutti runs already${where} (pid ${lock.pid}) with the data folder ${config.dataFolder}. Stop it with \`tutti down\`, or choose another folder with --data.`,
  ])
}

function ownLog({ config, clock, writeStderr }: DaemonDeps, closers: Closers): Log {
  const file = openLogFile(config.logFolder, clock)
  closers.push(() => file.flush())
  return createLog({
    clock,
    write(line) {
      file.write(line)
      if (config.logToStderr) writeStderr(line)
    },
  })
}

async function openRoom(
  deps: DaemonDeps,
  closers: Closers,
  { log, url, take }: Pick<Room, 'log' | 'url' | 'take'>,
): Promise<Room> {
  const { config, clock, random, version } = deps
  const databasePath = join(config.dataFolder, 'tutti.db')
  const keys = openKeys({ dataFolder: config.dataFolder, databasePath, random })
  const store = await openStore({ path: databasePath, clock, log, auditKey: keys.audit })
  closers.push(() => store.close()) // at once: its thread would keep a refused start from ending
  const vault = createVault({ key: keys.vault, keyPath: keyPath(config.dataFolder, 'vault'), random })
  await proveVault(vault, store)
  const settings = createSettings({ store, machine: deps.machine.name, home: deps.machine.home })
  const agentTokens = createAgentTokens(store, random)
  const kept = { config, store, databasePath, keys, vault, settings, agentTokens }
  return { ...kept, clock, random, log, url, take, version, gate: deps.gate ?? OPEN_GATE }
}

interface HandlerParts {
  deps: DaemonDeps
  room: Room
  accounts: Accounts
  audit: AuditService
  features: Features
  streams: () => number
  urls: () => string[]
}

function allHandlers({ deps, room, accounts, audit, features, streams, urls }: HandlerParts): Handlers {
  const { config, store, clock, settings, log } = room
  const own: Handlers = {
    ...features.handlers,
    ...mcpHandlers({ handlers: () => handlers, store, log, version: deps.version }),
    ...accounts.handlers,
    ...settings.handlers,
    ...audit.handlers,
    ...eventHandlers({ store, maySee }),
    ...systemHandlers({
      version: deps.version,
      writable: () => store.writable(),
      owned: accounts.owned,
      clock,
      residentBytes: () => process.memoryUsage.rss(),
      fixed: {
        pid: deps.machine.pid,
        startedAt: clock.now(),
        dataFolder: config.dataFolder,
        node: deps.machine.node,
      },
      status: () => ({
        ...features.status(),
        streams: streams(),
        lastSeq: store.lastSeq(),
        urls: urls(),
        machine: settings.current().machine,
      }),
    }),
  }
  const handlers: Handlers = features.reaching?.(own) ?? own
  return handlers
}
