// The process of `tutti`: gives run() the terminal, the environment and the network of this machine.
import { webSocketDoor, streamUrl } from '@tutti/client'
import { mkdirSync, readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { WebSocket } from 'ws'
import { z } from 'zod'
import type { Io } from './io.ts'
import { layoutOf } from './layout.ts'
import { run } from './run.ts'
import { processes } from './spawn.ts'
import { fetchAnywhere } from './near-fetch.ts'

const layout = layoutOf(fileURLToPath(import.meta.url))

function readFile(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null // missing or not ours to read: the caller says what that means
  }
}

function readBytes(path: string): Uint8Array | null {
  try {
    return readFileSync(path)
  } catch {
    return null // as above
  }
}

function versionOfPackage(): string {
  const content = readFile(join(layout.root, 'package.json')) ?? '{"version":"unknown"}'
  return z.object({ version: z.string() }).parse(JSON.parse(content)).version
}

async function readInput(): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks).toString('utf8')
}

async function confirm(question: string): Promise<boolean> {
  const prompts = await import('@clack/prompts') // only where somebody is asked: it costs every start otherwise
  return (await prompts.confirm({ message: question, initialValue: false })) === true
}

/** Ends the run at the first Ctrl-C; the second one ends the process as usual. */
function interrupted(): AbortSignal {
  const controller = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => controller.abort())
  return controller.signal
}

const io: Io = {
  out: (text) => void process.stdout.write(text),
  outBytes: (bytes) => void process.stdout.write(bytes),
  err: (text) => void process.stderr.write(text),
  outTty: process.stdout.isTTY,
  errTty: process.stderr.isTTY,
  inTty: process.stdin.isTTY,
  columns: process.stdout.columns ?? 0,
  env: process.env,
  home: homedir(),
  cwd: process.cwd(),
  clock: {
    now: Date.now,
    after: (ms, done) => {
      const timer = setTimeout(done, ms)
      return () => clearTimeout(timer)
    },
  },
  chance: Math.random,
  fetch: fetchAnywhere((url, init) => fetch(url, init)),
  door: (url, token) =>
    webSocketDoor(
      (query) => new WebSocket(streamUrl(url, query), { headers: { Authorization: `Bearer ${token}` } }),
    ),
  readFile,
  readBytes,
  writeFile: (path, bytes) => writeFile(path, bytes, { mode: 0o600 }),
  readInput,
  inputLines: () => createInterface({ input: process.stdin, crlfDelay: Infinity }),
  makeFolder: (path) => void mkdirSync(path, { recursive: true, mode: 0o700 }),
  processes,
  layout,
  version: versionOfPackage(),
  signal: interrupted(),
  confirm,
}

// A reader that has enough, such as head, ends us silently.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0)
  throw error
})

process.exitCode = await run(process.argv.slice(2), io)
