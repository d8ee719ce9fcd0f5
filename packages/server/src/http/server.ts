// The HTTP side as one thing: guard, routes, stream and sockets, from the parts that main.ts passes.
import type { Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { fault, must, type AgentId, type Clock } from '@tutti/core'
import type { Duplex } from 'node:stream'
import type { Store } from '../db/store.ts'
import type { Actor, BinaryChannels, Handlers, Log, SocketDoor } from '../handler.ts'
import { createApp, type AppDeps } from './app.ts'
import type { Gate } from '../gate.ts'
import { createCalls } from './call.ts'
import { createFirstFrameSockets } from './first-frame.ts'
import { createGuard, type Guard, type Identities } from './guard.ts'
import { allowedHosts, type Scheme } from './host.ts'
import { createLimits, RATES, type LimitRates } from './limits.ts'
import { createListener, type Tls } from './listener.ts'
import { createStreams } from './stream.ts'

export interface HttpDeps {
  store: Store
  clock: Clock
  log: Log
  handlers: Handlers
  channels: BinaryChannels
  /** WebSockets besides the stream, by their path. */
  sockets: Readonly<Record<string, SocketDoor>>
  identities: Identities & { current(actor: Actor): Actor | null }
  redeem: (ticket: string, path: string, caller: Actor | null) => Actor
  page: AppDeps['page']
  requestId: () => string
  nowMs: () => number
  version: string
  tls: Tls | null
  names: readonly string[]
  gate: Gate
  rates?: LimitRates
  checkOutputs?: boolean
}

export interface HttpServer {
  /** Resolves with the port once it listens; on loopback for both families where the machine has both. */
  listen(host: string, port: number): Promise<number>
  /** Serves a connection that came by the agent's own socket. */
  take(id: AgentId, socket: Socket): void
  streams(): number
  close(): Promise<void>
}

// Requests under way get this long to end.
const GRACE_MS = 3000

export function createHttpServer(deps: HttpDeps): HttpServer {
  const { clock, log, store } = deps
  const limits = createLimits(clock, deps.rates ?? RATES)
  const scheme: Scheme = deps.tls === null ? 'http' : 'https'
  let hosts: ReadonlyMap<string, Scheme> = new Map()
  const guard = behind(deps.gate, createGuard({ hosts: () => hosts, identities: deps.identities, limits }))
  const calls = createCalls(deps)
  const app = createApp({ ...deps, guard, limits, calls, checkOutputs: deps.checkOutputs ?? false })
  const streams = createStreams({ ...deps, guard, limits, current: deps.identities.current })
  const sockets = createFirstFrameSockets({ ...deps, limits })
  const servers: Server[] = []
  const shared = { guard, calls, log, fetch: app.fetch, nowMs: deps.nowMs }
  const owners = new WeakMap<Duplex, AgentId>()
  // It listens nowhere: its connections are handed to it.
  const ownSockets = createListener({
    ...shared,
    upgrade: streams.upgrade,
    tls: null,
    schemeOf: () => 'http',
    ownSocketOf: (socket) => must(owners.get(socket), 'the agent whose socket this is'),
  })

  const open = async (host: string, port: number): Promise<number> => {
    const server = createListener({
      ...shared,
      upgrade(upgrade) {
        const { path } = upgrade.call.facts
        const door = Object.hasOwn(deps.sockets, path) ? deps.sockets[path] : undefined
        if (door) sockets.upgrade(upgrade, door)
        else streams.upgrade(upgrade)
      },
      tls: deps.tls,
      schemeOf: (name) => hosts.get(name) ?? scheme,
    })
    const address = await listening(server, host, port)
    servers.push(server)
    return address.port
  }

  return {
    async listen(host, port) {
      const taken = await open(host, port)
      const own = /^0\.0\.0\.0$|^::$/.test(host) ? [] : [host.includes(':') ? `[${host}]` : host]
      hosts = allowedHosts({ scheme, port: taken, names: [...own, ...deps.names] })
      if (host === '127.0.0.1') await open('::1', taken).catch(withoutSixthVersion)
      return taken
    },
    take(id, socket) {
      owners.set(socket, id)
      ownSockets.emit('connection', socket)
    },
    streams: streams.size,
    async close() {
      streams.close()
      sockets.close()
      await Promise.all(servers.map((server) => closed(server, clock)))
      log.info('http.closed', { lastSeq: store.lastSeq() })
    },
  }
}

/** A version that is being tried says how it is, and takes nothing. */
const behind = (gate: Gate, guard: Guard): Guard => ({
  ...guard,
  door: (facts) =>
    guard.door(facts) ?? (gate.isOpen() || facts.path === '/v1/health' ? null : fault('server.trial')),
})

function listening(server: Server, host: string, port: number): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host, port }, () => {
      server.off('error', reject)
      const address = server.address()
      if (address === null || typeof address === 'string') reject(new Error('expected an IP address'))
      else resolve(address)
    })
  })
}

/** A machine without IPv6 is served on IPv4 alone; a port that somebody else holds there is their name for us, so refuse. */
function withoutSixthVersion(error: unknown): void {
  const code = error instanceof Error && 'code' in error ? error.code : null
  if (code !== 'EADDRNOTAVAIL' && code !== 'EAFNOSUPPORT') throw error
}

function closed(server: Server, clock: Clock): Promise<void> {
  return new Promise((resolve) => {
    const cancel = clock.after(GRACE_MS, () => {
      server.closeAllConnections()
      // A handshake that nobody ends, or a WebSocket whose other end has gone, is known to nobody here: it ends with the process.
      resolve()
    })
    server.close(() => {
      cancel()
      resolve()
    })
    server.closeIdleConnections()
  })
}
