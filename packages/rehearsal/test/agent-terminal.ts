// A real terminal for tests: one tmux server on a private socket, with an agent in it and its state file beside it.
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
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
  states(): StateLine[]
  /** Resolves once the agent reports a state; rejects with the screen when it does not in time. */
  reaches(state: AgentState): Promise<StateLine>
  /** Resolves with the screen once it matches; rejects with the screen when it does not in time. */
  shows(pattern: RegExp): Promise<string>
  pid(): number
  close(): Promise<void>
}

const DEADLINE_MS = 8000
const POLL_MS = 20
// Saves each start the work of the one before.
const COMPILE_CACHE = join(tmpdir(), 'rehearsal-compile-cache')

/** Starts an agent in a terminal of 90 by 30. */
export async function startAgent(scenario: string, given: RehearsalOptions = {}): Promise<TestTerminal> {
  const folder = mkdtempSync(join(tmpdir(), 'rehearsal-'))
  const stateFile = join(folder, 'state.jsonl')
  const { program, args } = rehearsalArgv(scenario, 7, { speed: 20, ...given })
  const tmux = async (...argv: string[]) => {
    const { stdout } = await run('tmux', ['-S', join(folder, 'tmux'), '-f', '/dev/null', ...argv])
    return stdout
  }
  const environment = [`TUTTI_REHEARSAL_STATE=${stateFile}`, `NODE_COMPILE_CACHE=${COMPILE_CACHE}`]
  // The pane stays after the program, so that its last screen can be read.
  const options = ['start-server', ';', 'set-option', '-g', 'remain-on-exit', 'on', ';']
  await tmux(...options, 'new-session', '-d', '-x', '90', '-y', '30', 'env', ...environment, program, ...args)

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
    states,
    pid: () => states().at(-1)?.pid ?? 0,
    close: async () => {
      await tmux('kill-server')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function readStates(path: string): StateLine[] {
  try {
    const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1)
    // The agent under test wrote these lines; a test that reads them states what it expects.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    return lines.map((line) => JSON.parse(line) as StateLine)
  } catch (error) {
    // Not there yet: nothing was reported so far.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
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
