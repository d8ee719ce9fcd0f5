// A real daemon for one test file: its own folders and port, agents in real tmux, and gone with all of it afterwards.
import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, realpathSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient, type Client } from '@tutti/client'
import { routes, type Agent, type InputOf } from '@tutti/core'

const DAEMON = join(import.meta.dirname, '../../../../dist/release/daemon.js')
const START_MS = 20_000 // two busy cores; a quiet machine needs half a second

export interface House {
  url: string
  port: number
  /** Where agents work: an allowed folder. */
  work: string
  /** Holds data, logs and sockets. */
  folder: string
  client: Client
  /** The owner's, for whoever sits at this machine. */
  token(): string
  /** Ends the daemon without warning and starts it again on the same port; sessions live on. */
  restart(): Promise<void>
  /** Ends the daemon and leaves it so, until `restart`. */
  stop(): Promise<void>
  /** An agent that runs a program, by default a shell without a prompt of its own. */
  agent(name: string, given?: Partial<InputOf<'createAgent'>>): Promise<Agent>
  /** Everything that was written to the log. */
  logs(): string
  close(): Promise<void>
}

export interface HouseOptions {
  /** Its name in a room of several. */
  machine?: string
}

export async function openHouse({ machine }: HouseOptions = {}): Promise<House> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'tutti-web-')))
  const work = join(folder, 'work')
  mkdirSync(work)
  const port = await freePort()
  const peerPort = await freePort()
  const url = `http://127.0.0.1:${port}`
  let child = launch(folder, { port, peerPort })
  await answered(url, child)
  // A new one comes with every start.
  const token = () => readFileSync(join(folder, 'data/keys/local.token'), 'utf8').trim()
  const headers = () => ({ authorization: `Bearer ${token()}` })
  const client = createClient({ routes: routes(), fetch, baseUrl: url, headers })
  const { version } = await client.getSettings({})
  const named = machine === undefined ? {} : { machine }
  await client.updateSettings({ allowedFolders: [work], ...named }, { version })
  const stop = () => ended(child, 'SIGKILL')
  return {
    url,
    port,
    work,
    folder,
    client,
    token,
    stop,
    restart: async () => {
      await stop()
      child = launch(folder, { port, peerPort })
      await answered(url, child)
    },
    agent: (name, given = {}) =>
      client.createAgent({ name, folder: work, program: '/bin/sh', ...shellEnv, ...given }),
    logs: () => textsBelow(join(folder, 'state')),
    close: async () => {
      try {
        await removeAgents(client)
      } finally {
        await ended(child, 'SIGTERM')
        rmSync(folder, { recursive: true, force: true })
      }
    },
  }
}

// A prompt that is the same on every machine.
const shellEnv = { env: { PS1: '$ ', ENV: '', HISTFILE: '/dev/null' } }

function launch(folder: string, { port, peerPort }: { port: number; peerPort: number }): ChildProcess {
  return spawn(process.execPath, ['--disable-warning=ExperimentalWarning', DAEMON, 'run'], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      ...process.env,
      TUTTI_DATA: join(folder, 'data'),
      TUTTI_RUNTIME: join(folder, 'run'),
      TUTTI_LOGS: join(folder, 'state'),
      TUTTI_PORT: String(port),
      TUTTI_PEER_PORT: String(peerPort),
      // Found sessions are those of this house, not of whoever runs the tests.
      TMUX_TMPDIR: folder,
    },
  })
}

async function answered(url: string, child: ChildProcess): Promise<void> {
  const end = performance.now() + START_MS
  while (performance.now() < end) {
    if (child.exitCode !== null) throw new Error(`the daemon ended with ${child.exitCode}`)
    const reply = await fetch(`${url}/v1/health`).catch(() => null) // refused until it listens
    if (reply?.ok) return
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  throw new Error(`the daemon did not answer within ${START_MS} ms`)
}

async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = new Promise((resolve) => child.once('exit', resolve))
  child.kill(signal)
  await gone
}

/** Deleting an agent ends its session, and with it what a test started. */
async function removeAgents(client: Client): Promise<void> {
  const ids = (await client.listAgents({})).map(({ id }) => id)
  if (ids.length > 0) await client.changeAgents({ ids, action: 'delete' })
}

function textsBelow(folder: string): string {
  if (!existsSync(folder)) return ''
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile())
  return files.map((file) => readFileSync(join(file.parentPath, file.name), 'utf8')).join('\n')
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}
