// The one door of the CLI to other processes: arguments as a list, never a shell.
import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process'
import { closeSync, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'

export type Env = Readonly<Record<string, string | undefined>>

export interface Ended {
  code: number
  stdout: string
  stderr: string
}

/** A process that was started and goes on. */
export interface Started {
  pid: number
  /** Its exit code; 127 when it could not start. */
  ended: Promise<number>
  kill(signal: NodeJS.Signals): void
}

export interface Processes {
  /** Runs to its end and gives what it printed; `code` is 127 when it could not start. */
  collect(argv: readonly string[], env: Env): Promise<Ended>
  /** Lends it the terminal; gives its exit code. */
  lend(argv: readonly string[], env: Env): Promise<number>
  /** Starts it in a session of its own, its output appended to the file. */
  detach(argv: readonly string[], env: Env, logPath: string): Started
  /** Starts it as a child that ends with us unless it is stopped first; output to the file, or ours when that is null. */
  attend(argv: readonly string[], env: Env, logPath: string | null): Started
  isAlive(pid: number): boolean
  kill(pid: number, signal: NodeJS.Signals): void
}

const NOT_STARTED = 127
// A signal ends a process with 128 and its number, as shells count; only that it was one matters here.
const BY_SIGNAL = 130

function start(argv: readonly string[], options: { env: Env; stdio: StdioOptions; detached?: boolean }) {
  const [file, ...args] = argv
  if (file === undefined) throw new Error('expected a program to start')
  return spawn(file, args, { ...options, shell: false })
}

const endOf = (child: ChildProcess): Promise<number> =>
  new Promise((resolve) => {
    child.once('error', () => resolve(NOT_STARTED))
    child.once('exit', (code, signal) => resolve(code ?? (signal ? BY_SIGNAL : 1)))
  })

async function collect(argv: readonly string[], env: Env): Promise<Ended> {
  const child = start(argv, { env, stdio: ['ignore', 'pipe', 'pipe'] })
  const [code, stdout, stderr] = await Promise.all([endOf(child), all(child.stdout), all(child.stderr)])
  return { code, stdout, stderr }
}

async function all(stream: NodeJS.ReadableStream | null): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of stream ?? []) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks).toString('utf8')
}

const lend = (argv: readonly string[], env: Env): Promise<number> =>
  endOf(start(argv, { env, stdio: 'inherit' }))

function detach(argv: readonly string[], env: Env, logPath: string): Started {
  const child = logged(logPath, (log) => start(argv, { env, stdio: ['ignore', log, log], detached: true }))
  child.unref()
  return started(child)
}

function attend(argv: readonly string[], env: Env, logPath: string | null): Started {
  // Detached, so that Ctrl-C reaches only us and the daemon is stopped once and in order.
  if (logPath === null) return started(start(argv, { env, stdio: 'inherit', detached: true }))
  return started(logged(logPath, (log) => start(argv, { env, stdio: ['ignore', log, log], detached: true })))
}

function logged(path: string, run: (log: number) => ChildProcess): ChildProcess {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const log = openSync(path, 'a', 0o600)
  try {
    return run(log)
  } finally {
    closeSync(log) // the child has its own copy
  }
}

const started = (child: ChildProcess): Started => ({
  pid: child.pid ?? 0,
  ended: endOf(child),
  kill: (signal) => void child.kill(signal),
})

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // EPERM: it lives and belongs to somebody else.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

function kill(pid: number, signal: NodeJS.Signals): void {
  process.kill(pid, signal)
}

export const processes: Processes = { collect, lend, detach, attend, isAlive, kill }
