// The only way out of a sandbox: an HTTP proxy that knows the agent's allow-list and leaves by the one outbound door.
import {
  createServer,
  request as sendRequest,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http'
import type { Duplex } from 'node:stream'
import { mayReach } from '@tutti/core'
import type { Log } from '../handler.ts'
import { OutboundRefusal, type ConnectOutbound } from '../outbound.ts'
import { quietWork } from '../quiet-work.ts'

export interface EgressDeps {
  log: Pick<Log, 'warn'>
  connect: ConnectOutbound
  /** What this agent may reach now. */
  rules(): readonly string[]
  /** Ports of Tutti itself, which no rule opens: an agent speaks to it by its own socket. */
  ownPorts(): readonly number[]
  told(visit: Visit): void
}

/** A connection that was made, or refused. */
export interface Visit {
  host: string
  port: number
  isAllowed: boolean
  /** Why not; '' where it was. */
  why: string
}

interface End {
  host: string
  port: number
}

/** A server that does not listen yet. */
export function createEgress(deps: EgressDeps): Server {
  const quietly = quietWork(deps.log, 'sandbox.not-led-on')
  const server = createServer({ requireHostHeader: false })
  server.on('connect', (message, socket, head) => {
    quietly(tunnel(deps, { target: message.url ?? '', socket, head }))
  })
  server.on('request', (message, response) => quietly(forward(deps, message, response)))
  server.on('clientError', (_error, socket) => socket.destroy())
  return server
}

async function tunnel(
  deps: EgressDeps,
  { target, socket, head }: { target: string; socket: Duplex; head: Buffer },
): Promise<void> {
  // Node gives the bare socket away here: without a listener its error would end the process.
  socket.on('error', () => socket.destroy())
  try {
    const there = await reached(deps, endOf(target))
    // Whoever asked may have gone while it was reached.
    if (socket.destroyed) {
      there.destroy()
      return
    }
    there.on('error', () => socket.destroy())
    socket.on('close', () => there.destroy())
    there.on('close', () => socket.destroy())
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
    if (head.byteLength > 0) there.write(head)
    socket.pipe(there)
    there.pipe(socket)
  } catch (error) {
    const { status, text } = refusalOf(error)
    socket.end(
      `HTTP/1.1 ${status}\r\nContent-Type: text/plain\r\nContent-Length: ${Buffer.byteLength(text)}\r\nConnection: close\r\n\r\n${text}`,
    )
  }
}

/** A request for http, whose address stands whole in its first line. */
async function forward(deps: EgressDeps, message: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const url = URL.parse(message.url ?? '')
    if (url === null || url.protocol !== 'http:') throw new Refused('it is no address of the web')
    const there = await reached(deps, { host: url.hostname, port: Number(url.port || HTTP_PORT) })
    if (response.destroyed) {
      there.destroy()
      return
    }
    const sent = sendRequest(
      {
        createConnection: () => there,
        method: message.method,
        path: `${url.pathname}${url.search}`,
        headers: { ...withoutHops(message.headers), host: url.host },
      },
      (answer) => {
        // What Node itself would not send on, such as 099, is no answer: it would throw, and nobody stands above here.
        const status = answer.statusCode ?? 0
        if (status < LEAST_STATUS) {
          sent.destroy()
          refuse(response, answer)
          return
        }
        response.writeHead(status, withoutHops(answer.headers))
        answer.pipe(response)
        answer.on('error', () => response.destroy())
      },
    )
    sent.on('error', () => response.destroy())
    response.on('close', () => there.destroy())
    message.pipe(sent)
  } catch (error) {
    refuse(response, error)
  }
}

function refuse(response: ServerResponse, why: unknown): void {
  const { status, text } = refusalOf(why)
  response.writeHead(Number(status.slice(0, 3)), { 'Content-Type': 'text/plain' }).end(text)
}

const HTTP_PORT = 80
const LEAST_STATUS = 100

/** Why the proxy itself says no. */
class Refused extends Error {}

async function reached({ connect, rules, ownPorts, told }: EgressDeps, end: End | null) {
  if (end === null) throw new Refused('it is no host and port')
  const refuse = (why: string): Refused => {
    told({ ...end, isAllowed: false, why })
    return new Refused(`${end.host}:${end.port}: ${why}`)
  }
  const answer = mayReach(rules(), end)
  if (answer === 'no') throw refuse('it is not on the list of this agent')
  const isTrusted = answer === 'exact'
  if (isTrusted && ownPorts().includes(end.port)) throw refuse('Tutti itself is reached by its socket only')
  try {
    const there = await connect({ ...end, isTrusted })
    told({ ...end, isAllowed: true, why: '' })
    return there
  } catch (error) {
    throw error instanceof OutboundRefusal ? refuse(error.message) : error
  }
}

function endOf(target: string): End | null {
  const [, host, port] = /^(\[[0-9a-fA-F:.]+\]|[^:/@\s]+):(\d{1,5})$/.exec(target) ?? []
  return host === undefined ? null : { host, port: Number(port) }
}

function refusalOf(error: unknown): { status: string; text: string } {
  if (error instanceof Refused) {
    const text = `Tutti's sandbox does not let this agent go there: ${error.message}. Add the host to the agent (--egress).\n`
    return { status: '403 Forbidden', text }
  }
  return { status: '502 Bad Gateway', text: 'The host could not be reached.\n' }
}

// RFC 9110, 7.6.1: of this connection only, and what is meant for a proxy.
const HOPS = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

function withoutHops(headers: IncomingMessage['headers']): IncomingMessage['headers'] {
  const named = new Set((headers.connection ?? '').toLowerCase().split(/\s*,\s*/))
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !HOPS.has(name) && !named.has(name)))
}
