// The sockets: HTTP or HTTPS servers whose every request and upgrade passes the guard's door before anything else sees it.
import { getRequestListener } from '@hono/node-server'
import { fault, type AgentId, type Fault } from '@tutti/core'
import { createServer, type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { Duplex } from 'node:stream'
import type { Log } from '../handler.ts'
import { quietWork } from '../quiet-work.ts'
import { asFault, faultBody, faultHeaders } from './answer.ts'
import type { Call, Calls } from './call.ts'
import { factsOf } from './facts.ts'
import type { Guard } from './guard.ts'
import type { Scheme } from './host.ts'
import { securityHeaders, STRICT_TRANSPORT } from './headers.ts'

export interface Tls {
  cert: string
  key: string
}

export interface Upgrade {
  message: IncomingMessage
  socket: Duplex
  head: Buffer
  call: Call
}

export interface ListenerDeps {
  guard: Guard
  calls: Calls
  log: Log
  fetch: Parameters<typeof getRequestListener>[0]
  /** Takes an upgrade that passed the door, or throws the fault that refuses it. */
  upgrade: (upgrade: Upgrade) => void
  tls: Tls | null
  /** The scheme by which a browser reaches this Host, in lower case. */
  schemeOf: (host: string) => Scheme
  /** Whose own socket a connection came by; left out for one from the network. */
  ownSocketOf?: (socket: Duplex) => AgentId
  nowMs: () => number
}

// A slow sender is cut off with 408.
const LIMITS = { headersTimeout: 10_000, requestTimeout: 30_000, keepAliveTimeout: 65_000 } as const

// What the parser gives up on, by its error code; anything else is no HTTP.
const UNREADABLE = new Map<unknown, number>([
  ['ERR_HTTP_REQUEST_TIMEOUT', 408],
  ['HPE_HEADER_OVERFLOW', 431],
])

/** A server that is not listening yet. */
export function createListener(deps: ListenerDeps): Server {
  const quietly = quietWork(deps.log, 'http.unanswered')
  const answer = getRequestListener(deps.fetch, { errorHandler: notUnderstood })
  const options = { ...LIMITS, requireHostHeader: false, maxHeaderSize: 16 * 1024, noDelay: true }
  const server =
    deps.tls === null
      ? createServer(options)
      : createTlsServer({ ...options, ...deps.tls, minVersion: 'TLSv1.2' })
  server.on('request', (message, response) => {
    const call = begin(deps, message)
    prepare(deps, response, call)
    response.once('close', () => logCall(deps, call, response.statusCode))
    const refusal = deps.guard.door(call.facts)
    if (refusal === null) quietly(() => answer(message, response), { id: call.id })
    else refuse(message, response, { call, refusal })
  })
  server.on('upgrade', (message, socket, head) => upgrade(deps, { message, socket, head }))
  server.on('clientError', (error, socket) => {
    const status = UNREADABLE.get('code' in error ? error.code : '') ?? 400
    if (socket.writable) socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\n\r\n`)
    else socket.destroy()
  })
  return server
}

const begin = (deps: ListenerDeps, message: IncomingMessage): Call =>
  deps.calls.begin(
    message,
    factsOf(message, {
      schemeOf: deps.schemeOf,
      ownSocketOf: deps.ownSocketOf?.(message.socket) ?? null,
    }),
  )

function prepare(deps: ListenerDeps, response: ServerResponse, call: Call): void {
  for (const [name, value] of securityHeaders(call.facts.path)) response.setHeader(name, value)
  if (deps.tls !== null) response.setHeader(...STRICT_TRANSPORT)
  response.setHeader('X-Request-Id', call.id)
}

function refuse(
  message: IncomingMessage,
  response: ServerResponse,
  { call, refusal }: { call: Call; refusal: Fault },
): void {
  call.fault = refusal.code
  message.resume()
  response.writeHead(refusal.status, faultHeaders(refusal)).end(faultBody(refusal))
}

function upgrade(deps: ListenerDeps, asked: Omit<Upgrade, 'call'>): void {
  const call = begin(deps, asked.message)
  call.operation = 'upgrade'
  // Node gives the bare socket away here: without a listener its error would end the process.
  asked.socket.on('error', () => asked.socket.destroy())
  try {
    const refusal = deps.guard.door(call.facts)
    if (refusal !== null) throw refusal
    deps.upgrade({ ...asked, call })
    logCall(deps, call, 101)
  } catch (error) {
    const refusal = asFault(error, { call, log: deps.log })
    call.fault = refusal.code
    refuseUpgrade(asked.socket, call, refusal)
    logCall(deps, call, refusal.status)
  }
}

function refuseUpgrade(socket: Duplex, call: Call, refusal: Fault): void {
  const body = faultBody(refusal)
  const headers = [
    ...Object.entries(faultHeaders(refusal)),
    ...securityHeaders(call.facts.path),
    ['X-Request-Id', call.id],
    ['Content-Length', String(Buffer.byteLength(body))],
    ['Connection', 'close'],
  ]
  const lines = headers.map(([name, value]) => `${name}: ${value}`)
  const status = `HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status] ?? 'Refused'}`
  socket.end([status, ...lines, '', body].join('\r\n'), () => socket.destroy())
}

/** The adapter could not make a request of it: a malformed target or header. */
function notUnderstood(): Response {
  const refusal = fault('input.malformed', { problem: 'the request itself is malformed' })
  return new Response(faultBody(refusal), { status: refusal.status, headers: faultHeaders(refusal) })
}

/** One line a request: no path, no query, nothing that a caller chose. */
function logCall(deps: ListenerDeps, call: Call, status: number): void {
  const ms = Math.round((deps.nowMs() - call.startedMs) * 10) / 10
  const { id, operation, actor, facts } = call
  const line = { id, operation, actor, address: facts.address, method: facts.method, status, ms }
  deps.log.info('request', call.fault === null ? line : { ...line, fault: call.fault })
}
