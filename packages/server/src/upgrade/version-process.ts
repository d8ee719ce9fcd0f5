// Starts versions of the daemon as processes: for the supervisor, and the supervisor itself.
// oxlint-disable-next-line no-restricted-imports -- it starts this program's own entry by a list of arguments, and nothing else
import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process'
import { closeSync, mkdirSync, openSync } from 'node:fs'
import { request } from 'node:http'
import { request as secureRequest } from 'node:https'
import { join } from 'node:path'
import { z } from 'zod'
import type { Former } from './places.ts'
import type { Trial } from './supervisor.ts'
import { TRIAL_PASSED, TrialOpen, TrialReady, TrialUnfit, type TrialFacts } from './trial-word.ts'

type Env = Readonly<Record<string, string | undefined>>

export interface ProcessDeps {
  env: Env
  /** The root of the former version: what the environment says of its parts is said of the new one's instead. */
  root: string
  logFolder: string
}

const CHECK_MS = 60_000
const SAID_MOST = 64 * 1024
const HEALTH_MS = 5000
const OPEN_MS = 30_000

export function createVersionProcesses({ env, root, logFolder }: ProcessDeps) {
  const begin = (of: Former, command: string, stdio: StdioOptions): ChildProcess => {
    // The supervisor outlives whoever started it, and so does what it starts.
    const given = [...of.nodeArgs, of.entry, command, ...of.flags]
    return spawn(of.node, given, { env: environmentOf(of, env, root), stdio, detached: true, shell: false })
  }
  return {
    /** What it says; rejects with its last words where it fails. */
    check(of: Former, folder: string): Promise<string> {
      const child = begin({ ...of, flags: [folder] }, 'check', ['ignore', 'pipe', 'pipe'])
      return saidBy(child)
    },
    tryOut: (of: Former): Trial =>
      withLog(logFolder, (log) => trialOf(begin(of, 'trial', ['ignore', log, log, 'ipc']))),
    start: (of: Former): void => withLog(logFolder, (log) => begin(of, 'run', ['ignore', log, log]).unref()),
    /** The supervisor is another face of the same entry. */
    supervise: (of: Former): Promise<unknown> =>
      withLog(logFolder, (log) => {
        const child = begin(of, 'supervise', ['ignore', log, log])
        child.unref()
        return codeOf(child)
      }),
  }
}

/** The dashboard is that of the version that serves it, unless somebody has chosen another one. */
function environmentOf(of: Former, env: Env, root: string): Env {
  const web = env['TUTTI_WEB']
  if (web === undefined || !web.startsWith(root)) return env
  const { TUTTI_WEB: _former, ...rest } = env
  return of.entry.startsWith(root) ? env : rest
}

function withLog<T>(folder: string, run: (log: number) => T): T {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const log = openSync(join(folder, 'daemon.out'), 'a', 0o600)
  try {
    return run(log)
  } finally {
    closeSync(log) // the child has its own copy
  }
}

async function saidBy(child: ChildProcess): Promise<string> {
  const timer = setTimeout(() => child.kill('SIGKILL'), CHECK_MS)
  try {
    const [said, complaint, code] = await Promise.all([
      textOf(child.stdout),
      textOf(child.stderr),
      codeOf(child),
    ])
    if (code !== 0) throw new Error(`it does not start: ${lastWords(complaint)}`)
    return said
  } finally {
    clearTimeout(timer)
  }
}

async function textOf(stream: NodeJS.ReadableStream | null): Promise<string> {
  let text = ''
  for await (const chunk of stream ?? []) text = (text + String(chunk)).slice(-SAID_MOST)
  return text
}

const codeOf = (child: ChildProcess): Promise<number | null> =>
  new Promise((resolve) => {
    child.once('error', () => resolve(null))
    child.once('exit', resolve)
  })

const Complaint = z.object({ error: z.object({ message: z.string() }) })

/** The sentence of a fault where it gave one, else its last line. */
function lastWords(text: string): string {
  const last = text.trimEnd().split('\n').at(-1) ?? ''
  try {
    return Complaint.parse(JSON.parse(last)).error.message.split('\n')[0] ?? ''
  } catch {
    return last.slice(0, 200) || 'it said nothing'
  }
}

function trialOf(child: ChildProcess): Trial {
  const ready = Promise.withResolvers<TrialFacts>()
  const open = Promise.withResolvers<boolean>()
  ready.promise.catch(() => undefined) // heard by whoever waits for it; nobody may, once it is given up
  child.on('message', (word) => {
    const facts = TrialReady.safeParse(word)
    if (facts.success) ready.resolve(facts.data.ready)
    const unfit = TrialUnfit.safeParse(word)
    if (unfit.success) ready.reject(new Error(`it does not start: ${unfit.data.unfit.slice(0, 250)}`))
    if (TrialOpen.safeParse(word).success) open.resolve(true)
  })
  const ended = codeOf(child)
  const over = (code: number | null): void => {
    ready.reject(new Error(`it ended by itself (${code ?? 'a signal'})`))
    open.resolve(false)
  }
  child.on('error', () => over(null))
  child.once('exit', over)
  return {
    pid: child.pid ?? 0,
    ready: ready.promise,
    ended,
    async pass() {
      child.send(TRIAL_PASSED)
      const timer = setTimeout(() => open.resolve(true), OPEN_MS)
      const isOpen = await open.promise
      clearTimeout(timer)
      if (child.connected) child.disconnect()
      child.unref()
      return isOpen
    },
  }
}

const Health = z.object({ ok: z.boolean(), version: z.string() })

/** Asks on this very machine; its certificate may be for a name that leads elsewhere from here. */
export function healthAt({ host, port, name, isTls }: TrialFacts): Promise<z.infer<typeof Health>> {
  const { promise, resolve, reject } = Promise.withResolvers<z.infer<typeof Health>>()
  const ask = isTls ? secureRequest : request
  const asked = ask(
    {
      host,
      port,
      path: '/v1/health',
      headers: { Host: name },
      timeout: HEALTH_MS,
      agent: false,
      ...(isTls ? { rejectUnauthorized: false } : {}),
    },
    (answer) => {
      let text = ''
      answer.on('data', (chunk: Buffer) => (text = (text + chunk.toString('utf8')).slice(0, SAID_MOST)))
      answer.on('error', reject)
      answer.on('end', () => {
        try {
          resolve(Health.parse(JSON.parse(text)))
        } catch {
          reject(new Error(`its health cannot be read (HTTP ${answer.statusCode ?? 0})`))
        }
      })
    },
  )
  asked.on('timeout', () => asked.destroy(new Error('it did not answer in time')))
  asked.on('error', reject)
  asked.end()
  return promise
}
