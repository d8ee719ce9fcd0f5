// A whole daemon on a random loopback port, with real store, accounts and guard, and doubles only for the features behind.
import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  hasBody,
  operation,
  operationNames,
  pathHoles,
  type Clock,
  type OperationName,
  type Permission,
} from '@tutti/core'
import { localTokenPath } from '../src/accounts/local-token.ts'
import type { Config } from '../src/config.ts'
import type { BinaryChannels, Handlers } from '../src/handler.ts'
import type { LimitRates } from '../src/http/limits.ts'
import type { Gate } from '../src/gate.ts'
import { startDaemon, type Features, type Room } from '../src/main.ts'
import { sampleOf } from './sample.ts'

export const PASSWORD = 'correct horse battery'

/** Rates that no test reaches by accident; a test of limits takes the real ones. */
const GENEROUS: LimitRates = {
  calls: { burst: 1e6, perSecond: 1e6 },
  publicCalls: { burst: 1e6, perSecond: 1e6 },
  wrongTokens: { burst: 1e6, perSecond: 1e6 },
  guesses: { burst: 1e6, perSecond: 1e6 },
  guessesOfAddress: { burst: 1e6, perSecond: 1e6 },
  failures: { burst: 1e6, perSecond: 1e6 },
}

export interface Answer {
  status: number
  headers: IncomingHttpHeaders
  text: string
  /** The body as JSON; undefined when it is none. */
  json: unknown
  /** The code of its fault, or ''. */
  fault: string
}

export interface Ask {
  method?: string
  headers?: Record<string, string | string[]>
  body?: string | Buffer
  /** Send the body in chunks without a length. */
  chunked?: boolean
}

export interface TestClock extends Clock {
  advance(ms: number): void
}

/** The real time, plus what a test adds. */
export function testClock(): TestClock {
  let added = 0
  return {
    now: () => Date.now() + added,
    after(ms, run) {
      const timer = setTimeout(run, ms)
      return () => clearTimeout(timer)
    },
    advance(ms) {
      added += ms
    },
  }
}

export interface RoomOptions {
  config?: Partial<Config>
  rates?: LimitRates
  /** Closed for a version that is being tried. */
  gate?: Gate
  handlers?: Partial<Handlers>
  channels?: BinaryChannels
  folder?: string
  stderr?: (line: string) => void
  /** Called with what features get, before the server listens. */
  opened?: (
    room: Room,
  ) => Promise<(Partial<Omit<Features, 'handlers'>> & { handlers?: Partial<Handlers> }) | void>
}

export type TestRoom = Awaited<ReturnType<typeof aRoom>>

/** Starts a daemon in a folder of its own; `close` ends it and removes the folder. */
export async function aRoom(options: RoomOptions = {}) {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'tutti-guard-'))
  const web = join(folder, 'web')
  mkdirSync(join(web, 'assets'), { recursive: true })
  writeFileSync(join(web, 'index.html'), '<!doctype html><title>Tutti</title><div id="root"></div>')
  writeFileSync(join(web, 'assets', 'main-4f3a.js'), 'export {}')
  const config: Config = {
    host: '127.0.0.1',
    port: 0,
    names: [],
    tlsCert: null,
    tlsKey: null,
    dataFolder: join(folder, 'data'),
    runtimeFolder: join(folder, 'run'),
    logFolder: join(folder, 'logs'),
    webFolder: web,
    logToStderr: false,
    restoreAfterReboot: false,
    peerHost: '127.0.0.1',
    peerPort: 0,
    peerNames: [],
    ...options.config,
  }
  const clock = testClock()
  const daemon = await startDaemon({
    config,
    async openFeatures(opened) {
      const own = (await options.opened?.(opened)) ?? {}
      const fake = fakeFeatures(options)
      return { ...fake, ...own, handlers: { ...fake.handlers, ...own.handlers } }
    },
    clock,
    nowMs: () => performance.now(),
    random: (length) => new Uint8Array(randomBytes(length)),
    machine: { name: 'testbed', home: folder, pid: process.pid, node: process.version },
    version: '0.0.0-test',
    rates: options.rates ?? GENEROUS,
    ...(options.gate ? { gate: options.gate } : {}),
    checkOutputs: true,
    writeStderr: options.stderr ?? (() => undefined),
  })
  const port = Number(new URL(daemon.url).port)
  return {
    daemon,
    config,
    clock,
    port,
    folder,
    host: `localhost:${port}`,
    origin: `http://localhost:${port}`,
    localToken: readFileSync(localTokenPath(config.dataFolder), 'utf8').trim(),
    logs: () => readFileSync(join(config.logFolder, 'daemon.log'), { encoding: 'utf8', flag: 'a+' }),
    ask: (path: string, ask?: Ask) => askAt(port, path, ask),
    async close() {
      await daemon.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function fakeFeatures(options: RoomOptions): Features {
  const entries = operationNames().map((name) => [name, () => fakeOutput(name)])
  return {
    // The cast is sound for a test: every operation has an answer that fits its schema.
    handlers: { ...(Object.fromEntries(entries) as unknown as Handlers), ...options.handlers },
    channels: options.channels ?? { connect: () => ({ receive: () => undefined, close: () => undefined }) },
    status: () => ({ agents: { total: 0, running: 0, deleted: 0 }, viewers: 0, tmux: '3.5' }),
    close: () => Promise.resolve(),
  }
}

function fakeOutput(name: OperationName): unknown {
  const row = operation(name)
  if (row.bytes)
    return { body: new Uint8Array([1, 2, 3]), name: 'file.bin', type: 'application/octet-stream' }
  return sampleOf(row.output)
}

export async function askAt(port: number, path: string, ask: Ask = {}): Promise<Answer> {
  const { method = 'GET', headers = {}, body, chunked = false } = ask
  return new Promise((resolve, reject) => {
    const length = body !== undefined && !chunked ? { 'Content-Length': String(Buffer.byteLength(body)) } : {}
    const request = httpRequest(
      {
        host: '127.0.0.1',
        port,
        path,
        method,
        agent: false,
        setHost: false,
        headers: { Host: `localhost:${port}`, ...length, ...headers },
      },
      (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8')
          resolve(answerOf(response.statusCode ?? 0, response.headers, text))
        })
        response.on('error', reject)
      },
    )
    request.on('error', reject)
    if (body === undefined) request.end()
    else request.end(body)
  })
}

function answerOf(status: number, headers: IncomingHttpHeaders, text: string): Answer {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    json = undefined
  }
  const error = (json as { error?: { code?: string } | string } | undefined)?.error
  const fault = (typeof error === 'string' ? error : error?.code) ?? ''
  return { status, headers, text, json, fault }
}

export const statusOf = (response: string): number => Number(/^HTTP\/1\.1 (\d{3})/.exec(response)?.[1] ?? 0)

export const JSON_TYPE = { 'Content-Type': 'application/json' }
export const bearer = (token: string) => ({ Authorization: `Bearer ${token}` })

/** What a page of our own sends with a login. */
export const browser = (room: { origin: string }, cookie: string) => ({
  Cookie: cookie,
  Origin: room.origin,
  'Sec-Fetch-Site': 'same-origin',
  'X-Tutti': '1',
})

export const cookieOf = (answer: Answer): string =>
  (answer.headers['set-cookie'] ?? [])[0]?.split(';')[0] ?? ''

interface Person {
  cookie: string
  user: { id: string; name: string; version: number }
}

/** Calls an operation by its name and answers with what came. */
export function callOperation(
  room: Pick<TestRoom, 'ask'>,
  name: OperationName,
  { input = {}, headers = {} }: { input?: Record<string, unknown>; headers?: Record<string, string> } = {},
): Promise<Answer> {
  const row = operation(name)
  const holes = pathHoles(row.path)
  const path = row.path.replaceAll(/\{(\w+)\}/g, (_hole, field: string) =>
    encodeURIComponent(String(input[field])),
  )
  const rest = Object.entries(input).filter(([field]) => !holes.includes(field))
  if (hasBody(row)) {
    const body = JSON.stringify(Object.fromEntries(rest))
    return room.ask(path, { method: row.method, headers: { ...JSON_TYPE, ...headers }, body })
  }
  const query = new URLSearchParams(
    rest.map(([field, value]): [string, string] => [field, String(value)]),
  ).toString()
  return room.ask(query === '' ? path : `${path}?${query}`, { method: row.method, headers })
}

/** Creates the owner `ada` with the room's one-time link. */
export async function anOwner(room: TestRoom): Promise<Person> {
  const code = room.daemon.setupUrl?.split('#setup=')[1] ?? ''
  const answer = await callOperation(room, 'createOwner', {
    input: { code, name: 'ada', password: PASSWORD },
  })
  if (answer.status !== 200) throw new Error(answer.text)
  return personOf(answer)
}

export async function aUser(
  room: TestRoom,
  owner: Person,
  who: { name: string; role: string },
): Promise<Person> {
  const made = await callOperation(room, 'createUser', { input: who, headers: browser(room, owner.cookie) })
  const { invite } = made.json as { invite: string }
  const answer = await callOperation(room, 'acceptInvite', { input: { code: invite, password: PASSWORD } })
  if (answer.status !== 200) throw new Error(answer.text)
  return personOf(answer)
}

const personOf = (answer: Answer): Person => ({
  cookie: cookieOf(answer),
  user: (answer.json as { user: Person['user'] }).user,
})

export async function logIn(room: TestRoom, name: string, password = PASSWORD): Promise<Answer> {
  return callOperation(room, 'login', { input: { name, password } })
}

/** An API token of that person. */
export async function aToken(
  room: TestRoom,
  person: Person,
  scopes: readonly Permission[],
): Promise<{ id: string; secret: string }> {
  const answer = await callOperation(room, 'createToken', {
    input: { label: 'test', scopes },
    headers: browser(room, person.cookie),
  })
  if (answer.status !== 200) throw new Error(answer.text)
  const { token, secret } = answer.json as { token: { id: string }; secret: string }
  return { id: token.id, secret }
}

export async function aTicket(room: TestRoom, headers: Record<string, string>): Promise<string> {
  const answer = await callOperation(room, 'createTicket', { input: { path: '/v1/stream' }, headers })
  return (answer.json as { ticket: string }).ticket
}

/** Waits for a condition with a deadline. */
export async function until(holds: () => boolean): Promise<void> {
  const end = performance.now() + 30_000
  while (!holds()) {
    if (performance.now() > end) throw new Error('it did not come to hold within 30 s')
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
