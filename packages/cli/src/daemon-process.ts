// Starting and stopping the daemon of this machine, and asking its entry while it is down.
import { ClientFault, createClient } from '@tutti/client'
import { routes } from '@tutti/core'
import { join } from 'node:path'
import type { z } from 'zod'
import { DAEMON_ENV, DAEMON_NODE_ARGS, ErrorLine, type Daemon } from './daemon-contract.ts'
import type { Io } from './io.ts'
import { daemonOf, type Place } from './place.ts'
import type { Env, Started } from './spawn.ts'

const START_MS = 30_000 // a slow disk recovers a large log first
const STOP_MS = 15_000
const LOOK_MS = 40

export interface UpOptions {
  port?: string | undefined
  host?: string | undefined
  tlsCert?: string | undefined
  tlsKey?: string | undefined
}

/** The argument list that runs the daemon's entry with this Node. */
const entry = (io: Io, ...args: string[]): string[] => [
  process.execPath,
  ...DAEMON_NODE_ARGS,
  io.layout.daemon,
  ...args,
]

function environment(io: Io, place: Place, options: UpOptions = {}): Env {
  const { port, host, tlsCert, tlsKey } = options
  const given = { TUTTI_PORT: port, TUTTI_HOST: host, TUTTI_TLS_CERT: tlsCert, TUTTI_TLS_KEY: tlsKey }
  const set = Object.entries(given).filter(([, value]) => value !== undefined)
  const ours = { TUTTI_DATA: place.dataFolder, TUTTI_LOGS: place.logFolder }
  return { ...DAEMON_ENV, TUTTI_WEB: io.layout.web, ...io.env, ...Object.fromEntries(set), ...ours }
}

// What the daemon says before its own log is open, and after it is closed.
const logPath = (place: Place): string => join(place.logFolder, 'daemon.out')

/** Starts it in the background; it outlives us. */
export const startDaemon = (io: Io, place: Place, options: UpOptions): Started =>
  withLog(place, () => io.processes.detach(entry(io, 'run'), environment(io, place, options), logPath(place)))

/** Starts it as our child; its log lines go to the file on a terminal and to our output elsewhere. */
export const attendDaemon = (io: Io, place: Place, options: UpOptions): Started =>
  withLog(place, () =>
    io.processes.attend(entry(io, 'run'), environment(io, place, options), io.outTty ? logPath(place) : null),
  )

/** Starts it; a folder that takes no log is named with what to do. */
function withLog(place: Place, start: () => Started): Started {
  try {
    return start()
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error
    const message = `The log folder ${place.logFolder} cannot be written (${String(error.code)}). Make it writable, or name another one with TUTTI_LOGS.`
    throw new ClientFault(500, { code: 'daemon.start-failed', message, details: { path: place.logFolder } })
  }
}

/** The daemon that answers by now; null when none does. */
export async function answering(io: Io, place: Place): Promise<Daemon | null> {
  const daemon = daemonOf(io, place)
  if (!daemon || !io.processes.isAlive(daemon.pid)) return null
  return (await isHealthy(io, daemon.url)) ? daemon : null
}

async function isHealthy(io: Io, url: string): Promise<boolean> {
  try {
    await createClient({ routes: routes(), fetch: io.fetch, baseUrl: url }).getHealth()
    return true
  } catch (error) {
    if (error instanceof ClientFault)
      return error.code !== 'network.unreachable' && error.code !== 'answer.foreign'
    throw error
  }
}

/** Waits until the started process answers. Throws the fault that it gave when it ended instead. */
export async function untilAnswering(io: Io, place: Place, started: Started): Promise<Daemon> {
  const before = io.readFile(logPath(place))?.length ?? 0
  let code: number | null = null
  const ended = (told: number): void => {
    code = told
  }
  started.ended.then(ended, () => ended(1))
  const deadline = io.clock.now() + START_MS
  while (io.clock.now() < deadline && !io.signal.aborted) {
    const daemon = await answering(io, place)
    if (daemon?.pid === started.pid) return daemon
    if (code !== null) throw startFault(io, place, before)
    await pause(io)
  }
  // Ctrl-C, or too late: nothing that was never announced stays behind.
  if (code === null) started.kill('SIGTERM')
  throw startFault(io, place, before)
}

function startFault(io: Io, place: Place, logBefore: number): ClientFault {
  const log = (io.readFile(logPath(place)) ?? '').slice(logBefore)
  const told = lastError(log)
  if (told) return told
  const [words = 'it neither answered nor said why'] = log
    .split('\n')
    .filter((line) => line.includes('Error'))
    .slice(-1)
  const message = `The daemon did not start: ${words.trim()}. More is in ${logPath(place)}; \`tutti doctor\` checks the machine.`
  return new ClientFault(500, { code: 'daemon.start-failed', message, details: { path: logPath(place) } })
}

function lastError(log: string): ClientFault | null {
  for (const line of log.trimEnd().split('\n').toReversed()) {
    const parsed = ErrorLine.safeParse(jsonOf(line))
    if (parsed.success)
      return new ClientFault(500, { ...parsed.data.error, details: parsed.data.error.details ?? {} })
  }
  return null
}

/** Stops it and waits until it has gone; false when it does not go. */
export async function stopDaemon(io: Io, pid: number): Promise<boolean> {
  io.processes.kill(pid, 'SIGTERM')
  const deadline = io.clock.now() + STOP_MS
  while (io.clock.now() < deadline) {
    if (!io.processes.isAlive(pid)) return true
    await pause(io)
  }
  return false
}

/** Runs the entry with a subcommand and reads the document that it prints. */
export async function askEntry<T extends z.ZodType>(
  { io, place }: { io: Io; place: Place },
  args: string[],
  answer: T,
): Promise<z.output<T>> {
  const { code, stdout, stderr } = await io.processes.collect(entry(io, ...args), environment(io, place))
  if (code !== 0) throw lastError(stderr) ?? entryFault(args, stderr)
  return answer.parse(jsonOf(stdout))
}

const entryFault = (args: readonly string[], stderr: string): ClientFault =>
  new ClientFault(500, {
    code: 'daemon.failed',
    message: `\`${args.join(' ')}\` failed: ${stderr.trim().split('\n').at(-1)?.slice(0, 300) || 'it said nothing'}.`,
  })

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null // the schema that reads it refuses null
  }
}

const pause = (io: Io): Promise<void> => new Promise((resolve) => io.clock.after(LOOK_MS, resolve))
