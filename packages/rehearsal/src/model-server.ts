// A model service with no model: programs that speak a vendor's API are played from the script in their own prompt.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { isIPv6 } from 'node:net'
import { anthropic } from './apis/anthropic.ts'
import type { Frame, ModelApi, ModelRequest, Reply, Usage } from './apis/api.ts'
import { chat } from './apis/chat.ts'
import { gemini } from './apis/gemini.ts'
import { responses } from './apis/responses.ts'
import { systemClock, type Clock } from './clock.ts'
import { locate } from './conversation.ts'
import { createDirector, type Direction } from './director.ts'
import { isObject, type JsonObject } from './json.ts'
import { createLedger, type Ledger, type LedgerEntry, type LedgerReport } from './ledger.ts'

export type ModelServerOptions = {
  /** 0, the default, takes a free one. */
  port?: number
  /** A loopback address; any other is refused. */
  host?: string
  clock?: Clock
  /** One line per request. */
  log?: (line: { event: string; [field: string]: unknown }) => void
}

export type ModelServer = {
  /** Base address without a slash at the end: `${url}/v1` for OpenAI clients. */
  url: string
  ledger(): LedgerReport
  /** Ends all connections, also the streaming ones, and frees the port. */
  close(): Promise<void>
}

type Route = { api: ModelApi; counts: boolean }
type Deps = { clock: Clock; log: NonNullable<ModelServerOptions['log']>; ledger: Ledger; stop: AbortSignal }
type Exchange = { response: ServerResponse; route: Route; requestId: string; gone: AbortSignal }

// Conversations with pasted images stay below this; a loop that feeds a program its own output does not.
const LARGEST_BODY_BYTES = 64 * 1024 * 1024

const ROUTES: { path: RegExp; api: ModelApi; counts?: true }[] = [
  { path: /^\/v1\/messages$/, api: anthropic },
  { path: /^\/v1\/messages\/count_tokens$/, api: anthropic, counts: true },
  { path: /^(?:\/v1)?\/responses$/, api: responses },
  { path: /^(?:\/v1)?\/chat\/completions$/, api: chat },
  { path: /^\/v1(?:beta|alpha)?\/models\/[^/:]+:(?:generateContent|streamGenerateContent)$/, api: gemini },
  { path: /^\/v1(?:beta|alpha)?\/models\/[^/:]+:countTokens$/, api: gemini, counts: true },
]

/**
 * Starts the server. It asks for no key, reaches no network, and plays the script in the prompt (see parseScript). `GET /ledger`
 * gives the same as `ledger()`. Throws when the host is not loopback or the port is taken.
 */
export async function createModelServer(options: ModelServerOptions = {}): Promise<ModelServer> {
  const { port = 0, host = '127.0.0.1', clock = systemClock, log = () => {} } = options
  if (!/^(?:127\.\d+\.\d+\.\d+|::1|localhost)$/.test(host))
    throw new Error(`The model server expected a loopback address and got "${host}". Use 127.0.0.1.`)
  const stopping = new AbortController()
  const ledger = createLedger()
  const server = createServer(listener({ clock, log, ledger, stop: stopping.signal }))
  const url = await listen(server, port, host)
  return {
    url,
    ledger: () => ledger.report(),
    close: () => {
      stopping.abort()
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeAllConnections()
      return closed
    },
  }
}

function listen(server: Server, port: number, host: string): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      const address = server.address()
      const bound = typeof address === 'object' && address !== null ? address.port : port
      resolve(`http://${isIPv6(host) ? `[${host}]` : host}:${bound}`)
    })
  })
}

function listener(deps: Deps): (request: IncomingMessage, response: ServerResponse) => void {
  // Two runs of a server must not repeat an id: clients keep transcripts and count a repeated one once.
  const run = deps.clock.now().toString(36)
  let requests = 0
  let calls = 0
  const direct = createDirector({ clock: deps.clock, callId: () => `toolu_${run}_${++calls}` })

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? '/').replace(/\?.*$/, '')
    const route = request.method === 'POST' ? routeFor(path) : undefined
    if (!route) return serveOther(request, response, { path, deps })
    const gone = new AbortController()
    response.once('close', () => gone.abort())
    const exchange = { response, route, requestId: `req_${run}_${++requests}`, gone: gone.signal }
    const body = await readBody(request)
    if (typeof body === 'string') return refuse(exchange, body)
    const read = route.api.read(body, request.url ?? '')
    if (route.counts)
      return sendJson(response, { status: 200, body: route.api.count?.(locate(read).inputTokens) ?? {} })
    await answer(exchange, { read, direction: direct(read) }, deps)
  }

  return (request, response) => {
    serve(request, response).catch((error: unknown) => {
      deps.log({ event: 'model.failed', path: request.url, error: String(error) })
      response.destroy()
    })
  }
}

function routeFor(path: string): Route | undefined {
  const found = ROUTES.find((route) => route.path.test(path))
  return found && { api: found.api, counts: found.counts === true }
}

function serveOther(
  request: IncomingMessage,
  response: ServerResponse,
  { path, deps }: { path: string; deps: Deps },
): void {
  request.resume()
  const isRead = request.method === 'GET' || request.method === 'HEAD'
  if (isRead && path === '/')
    return sendJson(response, { status: 200, body: { service: 'rehearsal model server' } })
  if (isRead && path === '/ledger') return sendJson(response, { status: 200, body: deps.ledger.report() })
  if (isRead && path === '/v1/models') {
    const models = [{ id: 'scripted-1', object: 'model', created: 0, owned_by: 'rehearsal' }]
    return sendJson(response, { status: 200, body: { object: 'list', data: models } })
  }
  deps.log({ event: 'model.unknown-path', method: request.method, path })
  const message = `Nothing is served at ${request.method} ${path}.`
  return sendJson(response, { status: 404, body: { error: { message } } })
}

/** The body as an object, or the sentence that says why it is none. */
async function readBody(request: IncomingMessage): Promise<JsonObject | string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request) {
    if (!Buffer.isBuffer(chunk)) continue
    size += chunk.length
    if (size <= LARGEST_BODY_BYTES) chunks.push(chunk)
  }
  if (size > LARGEST_BODY_BYTES) return `The body has ${size} bytes; at most ${LARGEST_BODY_BYTES} are read.`
  try {
    const body: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'))
    return isObject(body) ? body : 'The body is JSON, but not an object.'
  } catch {
    // The client's mistake, told to the client.
    return 'The body is not JSON.'
  }
}

function refuse({ response, route, requestId }: Exchange, message: string): void {
  const code = message.startsWith('The body has') ? 413 : 400
  const { body, headers } = route.api.failure({ code, message, retryAfterS: 0, requestId })
  sendJson(response, { status: code, body, headers })
}

type Told = { read: ModelRequest; direction: Direction }

async function answer(exchange: Exchange, { read, direction }: Told, deps: Deps): Promise<void> {
  const { response, route, requestId, gone } = exchange
  const messageId = requestId.replace('req_', 'msg_')
  const record = (outcome: LedgerEntry['outcome'], status: number) => {
    const { model, stream } = read
    const { usage, prompt } = direction
    const at = deps.clock.now()
    const facts = { at, api: route.api.name, model, stream, status, outcome, requestId, messageId, prompt }
    const entry = deps.ledger.record(facts, usage)
    deps.log({ event: `model.${outcome}`, id: requestId, api: entry.api, status, ...usageFields(usage) })
  }
  if ('fails' in direction) {
    const { code, retryAfterS } = direction.fails
    const message = `The script asked for this ${code}.`
    const { body, headers } = route.api.failure({ code, message, retryAfterS, requestId })
    record('refused', code)
    return sendJson(response, { status: code, body, headers })
  }
  const { parts, usage } = direction
  const reply = { id: messageId, model: read.model, createdMs: deps.clock.now(), parts, usage }
  const whole = await deliver(
    exchange,
    { reply, read },
    { ...deps, stop: AbortSignal.any([deps.stop, gone]) },
  )
  record(whole ? 'complete' : 'cut', 200)
  response.end()
}

function usageFields({ input, output }: Usage): JsonObject {
  return { inputTokens: input, outputTokens: output }
}

/** Sends an answer and tells whether the client stayed to its end. Nothing is awaited after the last frame but by a pause. */
async function deliver(
  { response, route, requestId }: Exchange,
  { reply, read }: { reply: Reply; read: ModelRequest },
  { clock, stop }: Pick<Deps, 'clock' | 'stop'>,
): Promise<boolean> {
  const headers = { 'request-id': requestId, 'x-request-id': requestId }
  if (!read.stream) {
    for (const part of reply.parts)
      if (part.is === 'pause' && !(await pause(part.ms, clock, stop))) return false
    response.writeHead(200, { ...headers, 'content-type': 'application/json' })
    response.write(JSON.stringify(route.api.whole(reply)))
    return true
  }
  response.writeHead(200, { ...headers, 'content-type': 'text/event-stream', 'cache-control': 'no-cache' })
  for (const frame of route.api.stream(reply, read)) {
    if (!('pauseMs' in frame)) response.write(framed(frame))
    else if (!(await pause(frame.pauseMs, clock, stop))) return false
  }
  return true
}

async function pause(ms: number, clock: Clock, signal: AbortSignal): Promise<boolean> {
  try {
    await clock.sleep(ms, signal)
  } catch (error) {
    if (!signal.aborted) throw error
  }
  return !signal.aborted
}

function framed({ event, data }: Exclude<Frame, { pauseMs: number }>): string {
  return event === undefined ? `data: ${data}\n\n` : `event: ${event}\ndata: ${data}\n\n`
}

type Sent = { status: number; body: object; headers?: Record<string, string> }

function sendJson(response: ServerResponse, { status, body, headers }: Sent): void {
  response.writeHead(status, { ...headers, 'content-type': 'application/json' })
  response.end(JSON.stringify(body))
}
