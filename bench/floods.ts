// Floods: does every line arrive, is the screen exact, how much slower is a watched terminal than an unwatched one.
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import headless from '@xterm/headless'
import type { AgentId } from '@tutti/core'
import { atMost, exactly, median, type Row } from './row.ts'
import { createAgents, pause, type Stage } from './stage.ts'
import { openViewer, read, until, type Viewer } from './viewer.ts'

const COLS = 120
const ROWS = 36
const LINES = 200_000
const CAT_MB = 50
const JOINS = 20
const RECONNECTS = 25

export async function sequence(stage: Stage, report: (row: Row) => void): Promise<void> {
  const id = await waiting(stage, 'sequence', `seq 1 ${LINES}; echo the-end`)
  const viewer = await openViewer(stage)
  const reading = read(viewer, 1, { keep: true })
  viewer.open(1, id)
  await until(() => reading.snapshots > 0, 'the first screen')
  viewer.type(1, '\r')
  await until(() => reading.text.includes('the-end\r'), 'the end of the sequence')
  report(exactly(`seq 1 ${LINES} watched: lines that arrive`, distinctLines(reading.text), [LINES, 'lines']))
  viewer.close()
}

/** The numbers that stand alone on a line. What a snapshot draws between two lines is escape sequences, not line ends. */
function distinctLines(text: string): number {
  const [first = '', ...sequences] = text.split('\u001b')
  const plain = [first, ...sequences.map((part) => part.replace(/^(?:\[[0-9;?]*[ -/]*[@-~]|[^[])/, ''))].join(
    '\n',
  )
  const numbers = plain.match(/^[1-9]\d*(?=\r?$)/gm) ?? []
  return new Set(numbers.map(Number).filter((n) => n <= LINES)).size
}

export async function catRatio(stage: Stage, report: (row: Row) => void): Promise<void> {
  const file = join(stage.folder, 'big.txt')
  writeFileSync(file, bigText(CAT_MB * 1_000_000))
  const unwatched: number[] = []
  const watched: number[] = []
  let exact = 0
  for (let i = 0; i < 5; i++) {
    unwatched.push(await catUnwatched(stage, file))
    const one = await catWatched(stage, { file, name: `cat-${i}` })
    watched.push(one.ms)
    console.error(
      `       cat of ${CAT_MB} MB: unwatched ${unwatched[i]?.toFixed(0)} ms, watched ${one.ms.toFixed(0)} ms`,
    )
    exact += one.exact ? 1 : 0
  }
  const ratio = median(watched) / median(unwatched)
  report(
    atMost(`cat of ${CAT_MB} MB watched (last line on the viewer's screen) / unwatched tmux`, ratio, [
      1.3,
      'x',
    ]),
  )
  report(exactly('screens equal to tmux afterwards, of 5', exact, [5, 'screens']))
}

function bigText(bytes: number): string {
  const lines: string[] = []
  for (let size = 0, n = 0; size < bytes; n++) {
    const line = `${n} the quick brown fox jumps over the lazy dog and goes on to the next field ${n}`
    lines.push(line)
    size += line.length + 1
  }
  return `${lines.join('\n')}\n`
}

/** The same in a plain tmux that nobody watches; ms until cat has handed everything over. */
async function catUnwatched(stage: Stage, file: string): Promise<number> {
  const socket = join(stage.folder, 'plain.sock')
  const done = join(stage.folder, 'done')
  rmSync(done, { force: true })
  const tmux = (...args: string[]) => execFileSync('tmux', ['-S', socket, '-f', '/dev/null', ...args])
  tmux(
    'new-session',
    '-d',
    '-x',
    String(COLS),
    '-y',
    String(ROWS),
    'sh',
    '-c',
    `read x; cat ${file}; touch ${done}; exec sleep 1000`,
  )
  await pause(300)
  const begun = performance.now()
  tmux('send-keys', 'Enter')
  await until(() => existsSync(done), 'the unwatched cat')
  const ms = performance.now() - begun
  tmux('kill-server')
  return ms
}

async function catWatched(
  stage: Stage,
  { file, name }: { file: string; name: string },
): Promise<{ ms: number; exact: boolean }> {
  const id = await waiting(stage, name, `cat ${file}; echo the-last-line`)
  const viewer = await openViewer(stage)
  const screen = drawn(viewer, 1)
  viewer.open(1, id, { cols: COLS, rows: ROWS })
  await until(() => screen.snapshots > 0, 'the first screen')
  await pause(300)
  const begun = performance.now()
  viewer.type(1, '\r')
  await until(() => screen.lines().includes('the-last-line'), 'the last line on the screen', 120_000)
  const ms = performance.now() - begun
  await screen.settled() // a resync with history follows; what counts is the screen that stays
  const { text } = await stage.client.getScreen({ id, lines: ROWS })
  const exact = lastLines(text) === lastLines(screen.lines().join('\n'))
  viewer.close()
  await stage.client.hibernateAgent({ id })
  return { ms, exact }
}

// The cursor waits on an empty line below, which one side counts and the other does not.
const lastLines = (text: string): string =>
  text
    .trimEnd()
    .split('\n')
    .slice(1 - ROWS)
    .join('\n')

/** A terminal emulator behind the channel, which gives credit when it has drawn, as a browser does. */
function drawn(viewer: Viewer, channel: number) {
  const terminal = new headless.Terminal({
    cols: COLS,
    rows: ROWS,
    scrollback: 200_000,
    allowProposedApi: true,
  })
  const screen = {
    snapshots: 0,
    frameMs: 0,
    /** Nothing has come for a second, and all is drawn. */
    settled: async () => {
      await until(() => performance.now() - screen.frameMs > 1000, 'the end of the stream')
      await new Promise<void>((resolve) => terminal.write('', resolve))
    },
    lines: () => screenLines(terminal, terminal.buffer.active.baseY),
    all: () => screenLines(terminal, 0),
  }
  viewer.onFrame(channel, (frame) => {
    if (frame.type === 'fault') throw new Error(frame.message)
    if (frame.type !== 'data' && frame.type !== 'snapshot') return
    screen.frameMs = performance.now()
    if (frame.type === 'snapshot') {
      terminal.reset()
      terminal.resize(frame.cols, frame.rows)
      screen.snapshots += 1
    }
    terminal.write(frame.bytes, () => viewer.credit(channel, frame.bytes.byteLength))
  })
  return screen
}

function screenLines(terminal: InstanceType<typeof headless.Terminal>, from: number): string[] {
  const { active } = terminal.buffer
  return Array.from(
    { length: active.length - from },
    (_, row) => active.getLine(from + row)?.translateToString(true) ?? '',
  )
}

export async function joins(stage: Stage, report: (row: Row) => void): Promise<void> {
  const script = join(stage.folder, 'flood.mjs')
  writeFileSync(script, PACED_FLOOD)
  const [id = ''] = await createAgents(stage, {
    count: 1,
    prefix: 'joins',
    program: process.execPath,
    args: [script],
  })
  await pause(1000)
  let lost = 0
  for (let i = 0; i < JOINS; i++) {
    const viewer = await openViewer(stage)
    const screen = drawn(viewer, 1)
    viewer.open(1, id, { cols: COLS, rows: ROWS, access: 'read' })
    await until(() => screen.snapshots > 0, 'the first screen')
    await pause(300)
    // The emulator here draws a long history in pieces, and the program may have only just begun.
    await until(() => numbersOf(screen.all()).length > ROWS, 'the first lines')
    lost += gaps(screen.all())
    viewer.socket.terminate()
  }
  report(exactly(`lines lost when joining during a flood, ${JOINS} joins`, lost, [0, 'lines']))
}

// About 30,000 numbered lines (1 MB) a second.
const PACED_FLOOD = `let n = 0
setInterval(() => {
  let text = ''
  for (let i = 0; i < 300; i++) text += 'line ' + ++n + ' of a long and even flood\\n'
  process.stdout.write(text)
}, 10)
`

/** Numbers missing between the first and the last full line. */
function gaps(lines: readonly string[]): number {
  const numbers = numbersOf(lines)
  let missing = 0
  for (let i = 1; i < numbers.length; i++) missing += Math.abs((numbers[i] ?? 0) - (numbers[i - 1] ?? 0) - 1)
  return missing
}

const numbersOf = (lines: readonly string[]): number[] =>
  lines.flatMap((line) => line.match(/^line (\d+) of a long and even flood$/)?.[1] ?? []).map(Number)

export async function reconnects(stage: Stage, report: (row: Row) => void): Promise<void> {
  const script = join(stage.folder, 'logged.mjs')
  const log = join(stage.folder, 'logged.txt')
  writeFileSync(script, LOGGED_FLOOD)
  const [id = ''] = await createAgents(stage, {
    count: 1,
    prefix: 'reconnects',
    program: process.execPath,
    args: [script, log],
  })
  let viewer = await openViewer(stage)
  const text: string[] = []
  let reading = read(viewer, 1, { keep: true })
  viewer.open(1, id)
  await until(() => reading.snapshots > 0, 'the first screen')
  await pause(500)
  reading.text = '' // what stood there before the flood
  viewer.type(1, '\r')
  let resyncs = 0
  for (let i = 0; i < RECONNECTS; i++) {
    await pause(200)
    viewer.socket.terminate()
    text.push(reading.text)
    const { epoch, offset } = reading
    viewer = await openViewer(stage)
    reading = Object.assign(read(viewer, 1, { keep: true }))
    viewer.open(1, id, { resume: { epoch, offset } })
    await until(() => reading.text.length > 0, 'bytes after a reconnect')
    resyncs += reading.snapshots
  }
  viewer.type(1, 'q')
  await until(() => reading.text.includes('the-end'), 'the end of the flood')
  text.push(reading.text)
  const received = text.join('').replaceAll('\r\n', '\n')
  const sent = readFileSync(log, 'utf8')
  const at = received.indexOf('line 1 ')
  const differing = difference(sent, received.slice(at, at + sent.length))
  report(
    exactly(`${RECONNECTS} forced reconnects during a flood: bytes lost or doubled`, differing, [0, 'bytes']),
  )
  report(exactly('of these, resynced by a snapshot instead', resyncs, [0, 'snapshots']))
  viewer.close()
}

// Raw mode, so that what the program writes is all that appears; everything is written to a file as well.
const LOGGED_FLOOD = `import { appendFileSync } from 'node:fs'
process.stdin.setRawMode(true)
let n = 0
let timer
process.stdin.on('data', (keys) => {
  if (timer === undefined) timer = setInterval(flood, 10)
  else if (String(keys).includes('q')) { clearInterval(timer); process.stdout.write('the-end\\n') }
})
function flood() {
  let text = ''
  for (let i = 0; i < 300; i++) text += 'line ' + ++n + ' of a long and even flood\\n'
  appendFileSync(process.argv[2], text)
  process.stdout.write(text)
}
`

function difference(wanted: string, got: string): number {
  if (wanted === got) return 0
  let same = 0
  while (same < wanted.length && wanted[same] === got[same]) same++
  return Math.max(wanted.length, got.length) - same
}

/** An agent that waits for Enter and then runs the script. */
async function waiting(stage: Stage, name: string, script: string): Promise<AgentId> {
  const agent = await stage.client.createAgent({
    name,
    folder: stage.folder,
    program: 'sh',
    args: ['-c', `stty -echo; read x; ${script}; exec sleep 1000`],
  })
  return agent.id
}
