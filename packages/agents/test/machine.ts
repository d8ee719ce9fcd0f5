// A real machine for kits: one tmux server on a private socket with the program in it, as the daemon brings one in production.
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from '@tutti/terminals'
import type { KitMachine } from '../src/kit.ts'
import { watchPath } from '../src/watch-path.ts'

export interface TestMachine {
  machine: KitMachine
  /** Keys as a person at the keyboard presses them. */
  press(...keys: string[]): Promise<void>
  screen(): Promise<string>
  /** The pane's program and all below it. */
  pids(): number[]
  logged: { event: string; fields: Record<string, unknown> }[]
  close(): Promise<void>
}

export interface Program {
  argv: readonly [string, ...string[]]
  env: Readonly<Record<string, string>>
  cwd: string
}

const COLUMNS = '110'
const ROWS = '40'
const TMUX_TIMEOUT_MS = 20_000
const TITLE_MS = 100

/** Starts a program in a terminal of 110 by 40. */
export async function startMachine({ argv, env, cwd }: Program): Promise<TestMachine> {
  const folder = mkdtempSync(join(tmpdir(), 'kit-'))
  const tmux = async (args: string[], input?: string): Promise<string> => {
    const all = ['-S', join(folder, 'tmux'), '-f', '/dev/null', ...args]
    const ran = await run('tmux', all, {
      env,
      cwd,
      timeoutMs: TMUX_TIMEOUT_MS,
      ...(input !== undefined && { input }),
    })
    if (ran.code !== 0) throw new Error(`tmux ${args[0] ?? ''}: ${ran.stderr}`)
    return ran.stdout.toString()
  }
  await tmux(['new-session', '-d', '-x', COLUMNS, '-y', ROWS, '-c', cwd, ...argv])
  const pane = Number(await tmux(['display-message', '-p', '#{pane_pid}']))
  const screen = () => tmux(['capture-pane', '-p'])
  const press = async (...keys: string[]) => void (await tmux(['send-keys', ...keys]))
  const titles = followTitle(() => tmux(['display-message', '-p', '#{pane_title}']))
  const logged: TestMachine['logged'] = []
  const machine: KitMachine = {
    clock: { now: () => Date.now(), after },
    processes: () => Promise.resolve(below(pane).map((pid) => ({ pid, argv: argvOf(pid) }))),
    terminal: {
      screen,
      title: titles.title,
      onTitle: titles.listen,
      async paste(text, submit) {
        await tmux(['load-buffer', '-b', 'kit', '-'], text)
        await tmux(['paste-buffer', '-p', '-r', '-d', '-b', 'kit'])
        if (submit) await press('Enter')
      },
      press: (key) => press(key),
    },
    watch: watchPath,
    log: (event, fields = {}) => void logged.push({ event, fields }),
  }
  return {
    machine,
    press,
    screen,
    pids: () => below(pane),
    logged,
    async close() {
      titles.close()
      await tmux(['kill-server']).catch(ignoreGone)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

// The server ends by itself with its last program.
const ignoreGone = () => ''

function after(ms: number, what: () => void): () => void {
  const timer = setTimeout(what, ms)
  return () => clearTimeout(timer)
}

function followTitle(ask: () => Promise<string>) {
  let title = ''
  const listeners = new Set<(title: string) => void>()
  let timer: NodeJS.Timeout | undefined
  const look = async () => {
    const next = (await ask()).trim()
    if (next === title) return
    title = next
    for (const listener of listeners) listener(next)
  }
  return {
    title: () => title,
    listen(listener: (title: string) => void) {
      listeners.add(listener)
      // tmux tells the daemon of titles on its control channel; a test asks.
      timer ??= setInterval(() => void look().catch(ignoreGone), TITLE_MS)
      return () => void listeners.delete(listener)
    },
    close: () => clearInterval(timer),
  }
}

function below(pid: number): number[] {
  return [pid, ...childrenOf(pid).flatMap(below)]
}

function childrenOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((task) =>
      readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
    )
  } catch {
    // A process that ends while one looks has no children.
    return []
  }
}

function argvOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1)
  } catch {
    // It has ended meanwhile.
    return []
  }
}
