// A real daemon for one measurement: own data folder, own port, started as its users start it, gone afterwards.
import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { routes, type AgentId } from '@tutti/core'
import { DAEMON_ENV, DAEMON_NODE_ARGS } from '@tutti/cli'
import { createClient, type Client } from '@tutti/client'
import type { Host } from './network.ts'

export const ROOT = join(import.meta.dirname, '..')
export const DAEMON = join(ROOT, 'dist/release/daemon.js')
/** Unbuilt sources run as well; what is shipped is the bundle. */
export const DAEMON_OR_SOURCE = existsSync(DAEMON) ? DAEMON : join(ROOT, 'packages/server/src/daemon.ts')

export interface Stage {
  url: string
  port: number
  folder: string
  client: Client
  /** The token of this start of the daemon. */
  token(): string
  pid(): number
  /** Ends the daemon with SIGKILL and waits until it is gone; sessions live on. */
  kill(): Promise<void>
  /** Starts it again on the same folder; resolves to the ms until the first API answer. */
  start(): Promise<number>
  /** Ends everything, sessions too, and removes the folder. */
  close(): Promise<void>
}

export interface StageOptions {
  /** Another bundle. */
  daemon?: string
  env?: Readonly<Record<string, string>>
  /** Another host of ours, in place of this one. */
  host?: Pick<Host, 'command' | 'expose'>
}

/** Starts a daemon. */
export async function openStage({
  daemon = DAEMON,
  env = {},
  host = HERE,
}: StageOptions = {}): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'tutti-bench-'))
  const port = await freePort()
  await host.expose(port)
  const url = `http://127.0.0.1:${port}`
  const launched = () => launch({ daemon, env, host, folder, port })
  let child = launched()
  await answered(url, child).catch(async (error: unknown) => {
    await ended(child, 'SIGKILL')
    throw error
  })
  const token = () => readFileSync(join(folder, 'data/keys/local.token'), 'utf8').trim()
  const client = createClient({
    routes: routes(),
    fetch,
    baseUrl: url,
    headers: () => ({ authorization: `Bearer ${token()}` }),
  })
  // The bench works in temporary folders, which nobody has allowed yet.
  const { version } = await client.getSettings({})
  await client.updateSettings({ allowedFolders: ['/'] }, { version })
  const kill = () => ended(child, 'SIGKILL')
  return {
    url,
    port,
    folder,
    client,
    token,
    pid: () => child.pid ?? 0,
    kill,
    start: () => {
      child = launched()
      return answered(url, child)
    },
    close: async () => {
      await removeAgents(client)
      await ended(child, 'SIGTERM')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

interface Launch extends Required<StageOptions> {
  folder: string
  port: number
}

const HERE: Pick<Host, 'command' | 'expose'> = { command: [], expose: () => Promise.resolve() }

function launch({ daemon, env, host, folder, port }: Launch): ChildProcess {
  const [program, ...args] = [...host.command, process.execPath, ...DAEMON_NODE_ARGS, daemon, 'run']
  return spawn(program, args, {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      ...DAEMON_ENV,
      ...process.env,
      ...env,
      TUTTI_DATA: join(folder, 'data'),
      TUTTI_RUNTIME: join(folder, 'run'),
      TUTTI_LOGS: join(folder, 'state'),
      TUTTI_PORT: String(port),
    },
  })
}

// Polls every 5 ms: the figure is good to that.
async function answered(url: string, child: ChildProcess): Promise<number> {
  const begun = performance.now()
  while (performance.now() - begun < 60_000) {
    if (child.exitCode !== null) throw new Error(`the daemon ended with ${child.exitCode}`)
    const reply = await fetch(`${url}/v1/health`).catch(() => null) // refused until it listens
    if (reply?.ok) return performance.now() - begun
    await pause(5)
  }
  throw new Error('the daemon did not answer within 60 s')
}

async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = new Promise((resolve) => child.once('exit', resolve))
  child.kill(signal)
  await gone
}

async function removeAgents(client: Client): Promise<void> {
  const ids = (await client.listAgents({})).map((agent) => agent.id)
  for (let at = 0; at < ids.length; at += 200) {
    await client.changeAgents({ ids: ids.slice(at, at + 200), action: 'delete' })
  }
}

/** A port that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}

export const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

/** Resident memory of a process in MB, from /proc. */
export function residentMB(pid: number): number {
  const line = readFileSync(`/proc/${pid}/status`, 'utf8').match(/VmRSS:\s+(\d+) kB/)
  return Number(line?.[1] ?? Number.NaN) / 1024
}

/** Creates agents named `prefix-N`, all running the program; resolves to their ids. */
export async function createAgents(
  stage: Stage,
  { count, prefix, program, args }: { count: number; prefix: string; program: string; args: string[] },
): Promise<AgentId[]> {
  const ids: AgentId[] = []
  const one = async (n: number) => {
    const agent = await stage.client.createAgent({
      name: `${prefix}-${n}`,
      folder: process.env['HOME'] ?? '/',
      program,
      args,
    })
    ids[n] = agent.id
  }
  for (let at = 0; at < count; at += 8) {
    await Promise.all(Array.from({ length: Math.min(8, count - at) }, (_, i) => one(at + i)))
  }
  return ids
}
