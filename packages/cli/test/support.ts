// What the tests of the CLI share: a server on loopback that answers by the operations table, and an Io that remembers.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fault, operation, operationNames, Fault, type Agent, type OperationName } from '@tutti/core'
import type { Io } from '../src/io.ts'
import { run } from '../src/run.ts'
import type { Processes } from '../src/spawn.ts'

export interface Asked {
  name: OperationName
  input: Record<string, unknown>
  headers: Record<string, unknown>
}

type Answers = Partial<Record<OperationName, (input: Record<string, unknown>) => unknown>>

const ended: (() => void)[] = []

/** Call it after each test. */
export const endAll = () => ended.splice(0).forEach((end) => end())

/** A server that answers these operations, and `route.unknown` for the others. */
export async function aServer(answers: Answers) {
  const asked: Asked[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const url = new URL(request.url ?? '', 'http://x')
      const found = matching(request.method ?? '', url.pathname)
      const answer = found && answers[found.name]
      try {
        if (!found || !answer)
          throw fault('route.unknown', { method: request.method ?? '', path: url.pathname })
        const body = chunks.length > 0 ? JSON.parse(Buffer.concat(chunks).toString()) : {}
        const input = { ...Object.fromEntries(url.searchParams), ...found.holes, ...body }
        asked.push({ name: found.name, input, headers: request.headers })
        const given = answer(input)
        response
          .setHeader('Content-Type', 'application/json')
          .end(given instanceof Buffer ? given : JSON.stringify(given))
      } catch (error) {
        const known = error instanceof Fault ? error : fault('server.bug', { reference: String(error) })
        response.statusCode = known.status
        response.end(
          JSON.stringify({ error: { code: known.code, message: known.message, details: known.details } }),
        )
      }
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  ended.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked }
}

function matching(method: string, path: string) {
  for (const name of operationNames()) {
    const row = operation(name)
    const shape = new RegExp(`^${row.path.replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`)
    const match = row.method === method ? shape.exec(path) : null
    if (match) return { name, holes: { ...match.groups } }
  }
  return null
}

export const noProcesses: Processes = {
  collect: async () => ({ code: 127, stdout: '', stderr: '' }),
  lend: async () => 127,
  detach: () => ({ pid: 0, ended: Promise.resolve(127), kill: () => undefined }),
  attend: () => ({ pid: 0, ended: Promise.resolve(127), kill: () => undefined }),
  isAlive: () => true,
  kill: () => undefined,
}

/** An Io whose machine runs a daemon at `url`, with the token `local`; null for none. */
export function anIo(url: string | null, more: Partial<Io> = {}) {
  const printed = { out: '', err: '' }
  const files = new Map<string, string>()
  if (url) files.set('/data/daemon.lock', JSON.stringify({ pid: 7, started: '', url }))
  files.set('/data/keys/local.token', 'local\n')
  const io: Io = {
    out: (text) => void (printed.out += text),
    outBytes: (bytes) => void (printed.out += new TextDecoder().decode(bytes)),
    err: (text) => void (printed.err += text),
    outTty: false,
    errTty: false,
    inTty: false,
    columns: 100,
    env: { TUTTI_DATA: '/data' },
    home: '/home/ada',
    cwd: '/home/ada/shop',
    clock: { now: () => NOW, after: (ms, done) => cancelling(setTimeout(done, ms)) },
    chance: () => 0.5,
    fetch: (address, init) => fetch(address, init),
    door: () => () => Promise.reject(new Error('no stream in this test')),
    readFile: (path) => files.get(path) ?? null,
    readBytes: (path) => (files.has(path) ? new TextEncoder().encode(files.get(path)) : null),
    writeFile: async (path, bytes) => {
      const chunks: Uint8Array[] = []
      if (bytes instanceof Uint8Array) chunks.push(bytes)
      else for await (const chunk of bytes) chunks.push(chunk)
      files.set(path, Buffer.concat(chunks).toString())
    },
    readInput: async () => '',
    inputLines: async function* () {},
    makeFolder: () => undefined,
    processes: noProcesses,
    layout: {
      root: '/tutti',
      daemon: '/tutti/daemon.js',
      map: '/tutti/map-once.js',
      web: '/tutti/web',
    },
    version: '1.2.3',
    signal: new AbortController().signal,
    confirm: async () => false,
    ...more,
  }
  return { io, printed, files, run: (...argv: string[]) => run(argv, io) }
}

const cancelling = (timer: NodeJS.Timeout) => () => clearTimeout(timer)

export const NOW = 1_800_000_000_000

/** An agent with any fields set. */
export function anAgent(fields: Partial<Agent> & { name: string }): Agent {
  const digits = fields.name.replaceAll(/[^0-9]/g, (letter) => String(letter.charCodeAt(0) % 10))
  return {
    id: `agt_${digits.padEnd(22, '0').slice(0, 22)}`,
    label: '',
    tags: [],
    folder: '/home/ada/shop',
    program: '/usr/bin/claude',
    args: [],
    envNames: [],
    trust: null,
    isolation: 'none',
    egress: [],
    kit: null,
    persona: { role: '', personality: '', instructions: '' },
    avatar: null,
    publicKey: 'k',
    status: { state: 'idle', why: 'at its prompt', since: NOW - 180_000 },
    session: null,
    recording: null,
    createdAt: NOW,
    updatedAt: NOW,
    deletedAt: null,
    version: 4,
    ...fields,
  }
}
