// A real program in a real tmux for the tests of its kit: the machine as a kit sees it, and the keys of a person.
import { execFile } from 'node:child_process'
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import type { KitMachine, LaunchPlan, Signal } from '../src/kit.ts'

const run = promisify(execFile)
// Often enough to measure a second, seldom enough to leave two cores to the program.
const LOOK_MS = 100

export interface RealTerminal {
  machine: KitMachine
  signals: Signal[]
  /** Types as a person does: text, then Enter after the program has had time to take a paste for one. */
  type(text: string): Promise<void>
  key(name: string): Promise<void>
  /** Types without sending. */
  draft(text: string): Promise<void>
  /** Waits until the condition holds; rejects with the screen after so many ms. */
  until<T>(what: string, look: () => T | undefined | false, withinMs?: number): Promise<T>
  /** Waits until the text stands on the screen. */
  drawn(text: string, withinMs?: number): Promise<void>
  /** A file of the run folder. */
  file(name: string): Promise<string>
  log: string[]
  /** Ends the session and leaves its files. */
  end(): Promise<void>
  close(): Promise<void>
}

export interface Start {
  /** A fresh folder of the test: its tmux socket, home and run folder are below it. */
  root: string
  folder: string
  env: Readonly<Record<string, string>>
  plan: LaunchPlan
  runFolder: string
}

export async function startReal({ root, folder, env, plan, runFolder }: Start): Promise<RealTerminal> {
  for (const { path, content } of plan.files) {
    await mkdir(dirname(join(runFolder, path)), { recursive: true })
    await writeFile(join(runFolder, path), content, { mode: 0o600 })
  }
  const socket = join(root, 'tmux.sock')
  const tmux = async (...args: string[]): Promise<string> =>
    (await run('tmux', ['-S', socket, '-f', '/dev/null', ...args], { env, cwd: folder })).stdout
  const flags = Object.entries({ ...env, ...plan.env }).flatMap(([name, value]) => ['-e', `${name}=${value}`])
  await tmux(
    'new-session',
    '-d',
    '-s',
    'real',
    '-x',
    '120',
    '-y',
    '45',
    ...flags,
    '-c',
    folder,
    '--',
    ...plan.argv,
  )
  const timers = new Set<NodeJS.Timeout>()
  const every = (look: () => Promise<void>): (() => void) => {
    const timer = setInterval(() => void look().catch(() => {}), LOOK_MS)
    timers.add(timer)
    return () => clearInterval(timer)
  }
  const log: string[] = []
  const signals: Signal[] = []
  const screen = (): Promise<string> => tmux('capture-pane', '-p', '-t', 'real')
  const key = async (name: string): Promise<void> => void (await tmux('send-keys', '-t', 'real', name))
  const paste = async (text: string): Promise<void> =>
    void (await tmux('send-keys', '-t', 'real', '-l', text))
  const titles = watchTitle(() => tmux('display-message', '-p', '-t', 'real', '#{pane_title}'), every)
  const machine: KitMachine = {
    clock: {
      now: () => Date.now(),
      after(ms, action) {
        const timer = setTimeout(action, ms)
        return () => clearTimeout(timer)
      },
    },
    processes: async () =>
      processesBelow(Number(await tmux('display-message', '-p', '-t', 'real', '#{pane_pid}'))),
    terminal: {
      screen,
      ...titles,
      async paste(text, submit) {
        await paste(text)
        await pause(300)
        if (submit) await key('Enter')
      },
      press: key,
    },
    watch: (path, changed) => watchFile(path, changed, every),
    log: (event, fields) => log.push(`${event} ${JSON.stringify(fields)}`),
  }
  const end = async (): Promise<void> => {
    for (const timer of timers) clearInterval(timer)
    const running = await machine.processes().catch(() => [])
    await tmux('kill-server').catch(() => {})
    // A program that starts itself anew, such as Gemini CLI, may not hear that its terminal has gone.
    await endAll(running.map(({ pid }) => pid))
  }
  return {
    machine,
    signals,
    log,
    async key(name) {
      await key(name)
      // Two keys of a person are two keys: an Escape and what follows at once is one sequence.
      await pause(400)
    },
    async draft(text) {
      await paste(text)
      await pause(500)
    },
    async type(text) {
      await paste(text)
      await pause(600)
      await key('Enter')
    },
    async until(what, look, withinMs = 60_000) {
      const deadline = Date.now() + withinMs
      for (;;) {
        const found = look()
        if (found !== undefined && found !== false) return found
        if (Date.now() > deadline)
          throw new Error(
            `${what} did not happen.\n${log.join('\n')}\n${(await screen()).replaceAll(/\n\s*\n/g, '\n')}\n${brief(signals)}`,
          )
        await pause(20)
      }
    },
    async drawn(text, withinMs = 30_000) {
      const deadline = Date.now() + withinMs
      while (!(await screen()).includes(text)) {
        if (Date.now() > deadline) throw new Error(`"${text}" was not drawn.\n${await screen()}`)
        await pause(LOOK_MS)
      }
    },
    file: (name) => readFile(join(runFolder, name), 'utf8'),
    end,
    async close() {
      await end()
      await rm(root, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
    },
  }
}

const brief = (signals: readonly Signal[]): string =>
  signals
    .slice(-15)
    .map((signal) => JSON.stringify(signal).slice(0, 300))
    .join('\n')

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

type Every = (look: () => Promise<void>) => () => void

function watchTitle(
  read: () => Promise<string>,
  every: Every,
): Pick<KitMachine['terminal'], 'title' | 'onTitle'> {
  const listeners = new Set<(title: string) => void>()
  let title = ''
  every(async () => {
    const next = (await read()).replace(/\n$/, '')
    if (next === title) return
    title = next
    for (const listener of listeners) listener(title)
  })
  return {
    title: () => title,
    onTitle(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

function watchFile(path: string, changed: () => void, every: Every): () => void {
  let last = ''
  changed()
  return every(async () => {
    const next = await stat(path).then(
      ({ ino, size, mtimeMs }) => `${ino} ${size} ${mtimeMs}`,
      () => '',
    )
    if (next === last) return
    last = next
    changed()
  })
}

const GRACE_MS = 5000

/** Waits for processes to go, and ends those that do not. */
async function endAll(pids: readonly number[]): Promise<void> {
  const deadline = Date.now() + GRACE_MS
  const living = (): number[] => pids.filter((pid) => signalled(pid, 0))
  while (living().length > 0 && Date.now() < deadline) await pause(LOOK_MS)
  for (const pid of living()) signalled(pid, 'SIGKILL')
}

function signalled(pid: number, signal: 0 | 'SIGKILL'): boolean {
  try {
    return process.kill(pid, signal)
  } catch {
    return false // it has gone
  }
}

async function processesBelow(root: number): Promise<{ pid: number; argv: string[] }[]> {
  const { stdout } = await run('ps', ['-eo', 'pid=,ppid=,args='])
  const all = stdout
    .trim()
    .split('\n')
    .map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [])
  const found = new Set([root])
  for (let size = 0; size !== found.size;) {
    size = found.size
    for (const [, pid, parent] of all) if (found.has(Number(parent))) found.add(Number(pid))
  }
  return all
    .filter(([, pid]) => found.has(Number(pid)))
    .map(([, pid, , args = '']) => ({ pid: Number(pid), argv: args.split(' ') }))
}
