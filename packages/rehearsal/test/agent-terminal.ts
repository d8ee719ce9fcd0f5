// A real terminal for tests: one tmux server on a private socket, with an agent in it and its state file beside it.
import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'
import { rehearsalArgv, type RehearsalOptions } from '../src/rehearsal-argv.ts'
import type { AgentState } from '../src/stage/phase.ts'
import type { StateLine } from '../src/state-file.ts'

const run = promisify(execFile)

export type TestTerminal = {
  /** Keys by tmux's names, such as "Enter" or "C-c". */
  press(...keys: string[]): Promise<void>
  type(text: string): Promise<void>
  /** Bytes as they would come from a terminal. */
  send(bytes: string): Promise<void>
  screen(): Promise<string>
  /** The screen and all that scrolled away above it. */
  history(): Promise<string>
  /** A format of tmux for the pane, such as "#{pane_title}". */
  ask(format: string): Promise<string>
  resize(columns: number, rows: number): Promise<void>
  /** Begins to record what the agent writes, and returns how to read it. */
  record(): Promise<() => string>
  states(): StateLine[]
  /** Resolves once the agent reports a state; rejects with the screen when it does not in time. */
  reaches(state: AgentState): Promise<StateLine>
  /** Resolves with the screen once it matches; rejects with the screen when it does not in time. */
  shows(pattern: RegExp): Promise<string>
  pid(): number
  /** Resolves with the exit code of the agent. */
  exits(): Promise<number>
  close(): Promise<void>
}

const DEADLINE_MS = 8000
const POLL_MS = 20
// Saves each start the work of the one before.
const COMPILE_CACHE = join(import.meta.dirname, '../../../node_modules/.cache/rehearsal')

/** Starts an agent in a terminal of 90 by 30. */
export async function startAgent(scenario: string, given: RehearsalOptions = {}): Promise<TestTerminal> {
  const folder = mkdtempSync(join(tmpdir(), 'rehearsal-'))
  const stateFile = join(folder, 'state.jsonl')
  const { program, args } = rehearsalArgv(scenario, 7, { speed: 20, ...given })
  const tmux = async (...argv: string[]) => {
    const { stdout } = await run('tmux', ['-u', '-S', join(folder, 'tmux'), '-f', '/dev/null', ...argv])
    return stdout
  }
  const environment = [`TUTTI_REHEARSAL_STATE=${stateFile}`, `NODE_COMPILE_CACHE=${COMPILE_CACHE}`]
  // tmux 3.3a does not always learn how a pane's program ended, nor show its last words: a shell around it does both.
  const exitFile = join(folder, 'exit')
  const recorded = ['sh', '-c', 'file=$1; shift; "$@"; echo $? > "$file"; exec sleep 60', 'sh', exitFile]
  const agent = [...recorded, 'env', ...environment, program, ...args]
  await tmux('new-session', '-d', '-x', '90', '-y', '30', ...agent)

  const states = () => readStates(stateFile)
  const screen = () => tmux('capture-pane', '-p')
  return {
    press: async (...keys) => void (await tmux('send-keys', ...keys)),
    type: async (text) => void (await tmux('send-keys', '-l', text)),
    send: async (bytes) => {
      const hex = Array.from(Buffer.from(bytes), (byte) => byte.toString(16).padStart(2, '0'))
      await tmux('send-keys', '-H', ...hex)
    },
    screen,
    history: () => tmux('capture-pane', '-p', '-S', '-'),
    reaches: (state) =>
      until(
        async () => states().findLast((line, index, all) => index === all.length - 1 && line.state === state),
        async () => {
          return `The agent did not reach "${state}": ${JSON.stringify(states().at(-1))}\n${await screen()}`
        },
      ),
    shows: (pattern) =>
      until(
        async () => {
          const shown = await screen()
          return pattern.test(shown) ? shown : undefined
        },
        async () => `The screen does not show ${String(pattern)}:\n${await screen()}`,
      ),
    ask: async (format) => (await tmux('display-message', '-p', format)).trim(),
    resize: async (columns, rows) =>
      void (await tmux('resize-window', '-x', String(columns), '-y', String(rows))),
    record: async () => {
      const file = join(folder, 'output')
      await tmux('pipe-pane', '-o', `exec cat > ${file}`)
      return () => readIfThere(file)
    },
    states,
    pid: () => states().at(-1)?.pid ?? 0,
    exits: () =>
      until(
        async () => {
          const code = readIfThere(exitFile).trim()
          return code === '' ? undefined : Number(code)
        },
        async () => `The agent did not exit:\n${await screen()}`,
      ),
    close: async () => {
      await tmux('kill-server')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function readStates(path: string): StateLine[] {
  const lines = readIfThere(path).split('\n').slice(0, -1)
  // The agent under test wrote these lines; a test that reads them states what it expects.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return lines.map((line) => JSON.parse(line) as StateLine)
}

function readIfThere(path: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8') : ''
}

async function until<T>(look: () => Promise<T | undefined>, explain: () => Promise<string>): Promise<T> {
  const deadline = Date.now() + DEADLINE_MS
  for (;;) {
    const found = await look()
    if (found !== undefined) return found
    if (Date.now() > deadline) throw new Error(await explain())
    await wait(POLL_MS)
  }
}
