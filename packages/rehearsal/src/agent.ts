// A program that looks and feels like a coding agent in a terminal and does nothing: for demos without a key, and for tests.
import type { ReadStream, WriteStream } from 'node:tty'
import { parseAgentOptions, type AgentOptions } from './agent-options.ts'
import { systemClock } from './clock.ts'
import { createPerformer } from './performer.ts'
import { createRandom } from './random.ts'
import { scenarioNamed } from './scenarios/scenarios.ts'
import { createSession } from './session.ts'
import { createStage, type Stage } from './stage/stage.ts'
import { openStateFile, type StateFile } from './state-file.ts'
import { createKeyDecoder } from './terminal/keys.ts'
import { createScreen, type Size } from './terminal/screen.ts'

type Terminal = { input: ReadStream; output: WriteStream }
type Running = { leaving: AbortController; interrupt: () => void }

// A lone escape is the Escape key when nothing follows for this long; over a slow line a sequence arrives in pieces.
const ESCAPE_MS = 40
const PASTE_ON = '\u001B[?2004h'
const PASTE_OFF = '\u001B[?2004l'
const NO_TITLE = '\u001B]2;\u0007'

async function main(): Promise<number> {
  const options = parseAgentOptions(process.argv.slice(2))
  const scenario = scenarioNamed(options.scenario)
  const { stdin: input, stdout: output } = process
  if (!input.isTTY || !output.isTTY)
    throw new Error('The rehearsal agent needs a terminal and got a pipe or a file.')
  const states = openStateFile(process.env['TUTTI_REHEARSAL_STATE'])
  const running: Running = { leaving: new AbortController(), interrupt: () => {} }
  const { leaving } = running
  const screen = createScreen({
    write: (text) => void output.write(text),
    size: sizeOf(output),
    alternate: options.alternate,
  })
  const stage = createStage({
    screen,
    size: sizeOf(output),
    name: options.name,
    cwd: scenario.cwd,
    now: () => systemClock.now(),
    every,
    signalTerminal: (text) => void output.write(text),
    report: (state, detail) => report(states, { state, detail, name: options.name }),
    interrupt: () => running.interrupt(),
    leave: () => leaving.abort(),
  })
  const session = createSession({
    scenario,
    name: options.name,
    stage,
    clock: systemClock,
    ...played(stage, options),
  })
  running.interrupt = () => session.interrupt()
  const disconnect = connect({ input, output }, stage, leaving)
  const code = await session.run(leaving.signal).finally(() => disconnect())
  stage.show({ is: 'exited', code })
  screen.close()
  states.close()
  return code
}

function played(stage: Stage, { seed, speed, trust }: AgentOptions) {
  const random = createRandom(seed)
  return { random, speed, perform: createPerformer({ stage, clock: systemClock, random, speed, trust }) }
}

function report(
  states: StateFile,
  change: Pick<Parameters<StateFile['write']>[0], 'state' | 'detail' | 'name'>,
): void {
  states.write({ at: systemClock.now(), ...change, pid: process.pid })
}

function every(ms: number, callback: () => void): () => void {
  const timer = setInterval(callback, ms)
  return () => clearInterval(timer)
}

function sizeOf(output: WriteStream): Size {
  return { columns: output.columns || 80, rows: output.rows || 24 }
}

/** Takes the keyboard and the signals, and returns what gives them back. */
function connect({ input, output }: Terminal, stage: Stage, leaving: AbortController): () => void {
  const decoder = createKeyDecoder()
  let escape: NodeJS.Timeout | undefined
  const leave = () => leaving.abort()
  const resized = () => stage.resize(sizeOf(output))
  input.setRawMode(true)
  input.setEncoding('utf8')
  output.write(PASTE_ON)
  input.on('data', (text: string | Buffer) => {
    clearTimeout(escape)
    for (const key of decoder.feed(String(text))) stage.key(key)
    if (decoder.waits())
      escape = setTimeout(() => decoder.flush().forEach((key) => stage.key(key)), ESCAPE_MS)
  })
  input.on('end', leave)
  // The terminal is gone; what follows is the end of input.
  input.on('error', leave)
  output.on('error', leave)
  output.on('resize', resized)
  for (const signal of ['SIGTERM', 'SIGHUP', 'SIGINT'] as const) process.once(signal, leave)
  return () => {
    clearTimeout(escape)
    output.off('resize', resized)
    output.write(PASTE_OFF + NO_TITLE)
    input.setRawMode(false)
    input.destroy()
  }
}

try {
  process.exitCode = await main()
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 2
}
