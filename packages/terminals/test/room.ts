// A room of real sessions in a folder of its own, and viewers with a real terminal emulator; closes without a trace.
import type { ChildProcess } from 'node:child_process'
import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Clock } from '@tutti/core'
import type { OpenRequest } from '@tutti/protocol'
import { Unicode11Addon } from '@xterm/addon-unicode11'
import headless from '@xterm/headless'
import type { OutFrame, TerminalLimits, Terminals, Viewer } from '../src/index.ts'
import { createTerminals } from '../src/index.ts'

export const systemClock: Clock = {
  now: () => performance.timeOrigin + performance.now(),
  after: (ms, run) => {
    const timer = setTimeout(run, ms)
    return () => clearTimeout(timer)
  },
}

export interface Room {
  dir: string
  terminals: Terminals
  start(agentId: string, argv: string[], size?: { cols: number; rows: number }): Promise<void>
  view(agentId: string, request?: Partial<OpenRequest>): TestViewer
  /** A new daemon on the same folder; the old one is forgotten as if it had been killed. */
  reborn(): Promise<Terminals>
  tmux(agentId: string, ...argv: string[]): string
  close(): Promise<void>
}

export async function aRoom(limits: Partial<TerminalLimits> = {}, below = ''): Promise<Room> {
  const root = await mkdtemp(join(tmpdir(), 'tutti-'))
  const dir = join(root, below)
  const make = () =>
    createTerminals({
      dir,
      shortDir: join(root, 's'),
      clock: systemClock,
      log: () => {},
      env: {
        PATH: process.env['PATH'],
        HOME: dir,
        LANG: 'C.UTF-8',
        SHELL: '/bin/sh',
        TMUX_TMPDIR: join(root, 'user'),
      },
      word: () => crypto.randomUUID(),
      limits: { lingerMs: 200, aliveMs: 100, ...limits },
    })
  const viewers: TestViewer[] = []
  const room: Room = {
    dir,
    terminals: await make(),
    start: (agentId, argv, size = { cols: 80, rows: 24 }) =>
      room.terminals.start({ agentId, cwd: dir, argv, env: {}, ...size }),
    view: (agentId, request = {}) => {
      const viewer = new TestViewer(room.terminals, agentId, request)
      viewers.push(viewer)
      return viewer
    },
    reborn: async () => {
      room.terminals.close()
      room.terminals = await make()
      return room.terminals
    },
    tmux: (agentId, ...argv) =>
      execFileSync('tmux', ['-u', '-S', join(dir, `${agentId}.sock`), ...argv], { encoding: 'utf8' }),
    close: async () => {
      for (const viewer of viewers) viewer.close()
      room.terminals.close()
      for (const socket of sockets(root, dir)) killServer(socket)
      await rm(root, { recursive: true, force: true, maxRetries: 5 })
    },
  }
  return room
}

function sockets(root: string, dir: string): string[] {
  const found = (folder: string) =>
    existsSync(folder)
      ? readdirSync(folder, { withFileTypes: true })
          .filter((entry) => entry.isSocket())
          .map((entry) => join(folder, entry.name))
      : []
  const user = join(root, 'user', `tmux-${process.getuid?.() ?? 0}`)
  return [...found(dir), ...found(join(root, 's')), ...found(user)]
}

function killServer(socket: string): void {
  try {
    execFileSync('tmux', ['-S', socket, 'kill-server'], { stdio: 'ignore' })
  } catch {
    // The server had ended; only its socket was left.
  }
}

/** Reads the frames into a terminal as a browser does, and gives credit for what it has read. */
export class TestViewer {
  frames: OutFrame[] = []
  terminal: InstanceType<typeof headless.Terminal>
  epoch = ''
  offset = 0
  bytes = 0
  /** Set to false to stop reading. */
  isReading = true
  /** Set to keep what comes for `replay`, instead of drawing it at once. */
  kept: { bytes: Uint8Array; size?: { cols: number; rows: number } }[] | undefined
  onData: (bytes: Uint8Array, kind: 'data' | 'snapshot') => void = () => {}
  readonly #viewer: Viewer

  constructor(terminals: Terminals, agentId: string, request: Partial<OpenRequest>) {
    const { cols = 80, rows = 24 } = request
    this.terminal = anEmulator(cols, rows)
    this.#viewer = terminals.open(
      agentId,
      { agentId, cols, rows, access: 'write', kind: 'terminal', ...request },
      (frame) => this.#take(frame),
    )
  }

  #take(frame: OutFrame): void {
    if (frame.type === 'opened') this.epoch = frame.epoch
    if (frame.type === 'data') {
      if (this.offset !== frame.offset) throw new Error(`expected offset ${this.offset}, got ${frame.offset}`)
      this.offset += frame.bytes.byteLength
      this.#read(frame.bytes.slice())
    } else if (frame.type === 'snapshot') {
      this.offset = frame.offset
      this.#read(frame.bytes.slice(), { cols: frame.cols, rows: frame.rows })
      this.frames.push({ ...frame, bytes: new Uint8Array() })
    } else {
      this.frames.push(frame)
    }
  }

  #read(bytes: Uint8Array, size?: { cols: number; rows: number }): void {
    this.bytes += bytes.byteLength
    this.onData(bytes, size ? 'snapshot' : 'data')
    if (this.kept) {
      this.kept.push(size ? { bytes, size } : { bytes })
      this.grant(bytes.byteLength)
    } else if (this.isReading) {
      this.#draw(bytes, size, () => this.grant(bytes.byteLength))
    }
  }

  // The emulator draws what was written before a reset only if the reset waits for it.
  #draw(bytes: Uint8Array, size: { cols: number; rows: number } | undefined, drawn: () => void): void {
    const { terminal } = this
    if (!size) {
      terminal.write(bytes, drawn)
      return
    }
    terminal.write('', () => {
      terminal.reset()
      terminal.resize(size.cols, size.rows)
    })
    terminal.write(bytes, drawn)
  }

  /** What was kept, as text. */
  text(): string {
    return Buffer.concat((this.kept ?? []).map(({ bytes }) => bytes)).toString()
  }

  /** Draws what was kept. */
  replay(): Promise<void> {
    const kept = this.kept ?? []
    this.kept = undefined
    for (const { bytes, size } of kept) this.#draw(bytes, size, () => {})
    return this.drawn()
  }

  /** Waits until the emulator has read all it was given. */
  drawn(): Promise<void> {
    return new Promise((resolve) => {
      this.terminal.write('', resolve)
    })
  }

  grant(bytes: number): void {
    this.#viewer.receive({ type: 'credit', channel: 1, bytes })
  }

  type(text: string): void {
    this.#viewer.receive({ type: 'input', channel: 1, bytes: new TextEncoder().encode(text) })
  }

  paste(text: string): void {
    this.#viewer.receive({ type: 'paste', channel: 1, text })
  }

  resize(cols: number, rows: number): void {
    this.#viewer.receive({ type: 'resize', channel: 1, cols, rows })
  }

  take(): void {
    this.#viewer.receive({ type: 'take', channel: 1 })
  }

  close(): void {
    this.#viewer.close()
  }

  last<T extends OutFrame['type']>(type: T): Extract<OutFrame, { type: T }> | undefined {
    return this.frames.findLast((frame): frame is Extract<OutFrame, { type: T }> => frame.type === type)
  }

  count(type: OutFrame['type']): number {
    return this.frames.filter((frame) => frame.type === type).length
  }

  screen(): string {
    return screenOf(this.terminal)
  }
}

export function anEmulator(cols: number, rows: number): InstanceType<typeof headless.Terminal> {
  const terminal = new headless.Terminal({ cols, rows, allowProposedApi: true, scrollback: 200_000 })
  terminal.loadAddon(new Unicode11Addon())
  terminal.unicode.activeVersion = '11'
  return terminal
}

/** The visible screen as text, without blanks at line ends and blank lines at the end. */
export const screenOf = (terminal: InstanceType<typeof headless.Terminal>): string =>
  linesOf(terminal, terminal.buffer.active.baseY, terminal.buffer.active.baseY + terminal.rows)

export const everythingOf = (terminal: InstanceType<typeof headless.Terminal>): string =>
  linesOf(terminal, 0, terminal.buffer.active.length)

function linesOf(terminal: InstanceType<typeof headless.Terminal>, from: number, to: number): string {
  const lines: string[] = []
  for (let row = from; row < to; row++)
    lines.push(terminal.buffer.active.getLine(row)?.translateToString(true) ?? '')
  return lines
    .map((line) => line.trimEnd())
    .join('\n')
    .trimEnd()
}

/** For expect.poll: what must become so soon, even on a machine with other work. */
export const SOON = { timeout: 18_000, interval: 10 }

export interface UserSession {
  socketPath: string
  sessionId: string
  /** Everything about its server that we must not change. */
  facts(): string
}

/** A session on a tmux server such as a user starts, with `cat` in it. */
export function aUserSession(room: Room, name: string): UserSession {
  const socketPath = join(room.dir, 'user', `tmux-${process.getuid?.() ?? 0}`, 'default')
  mkdirSync(dirname(socketPath), { recursive: true, mode: 0o700 })
  const tmux = (...argv: string[]) =>
    execFileSync('tmux', ['-u', '-S', socketPath, '-f', '/dev/null', ...argv], {
      encoding: 'utf8',
      cwd: room.dir,
    })
  const size = ['-x', '100', '-y', '30']
  const sessionId = tmux(
    'new-session',
    '-d',
    '-P',
    '-F',
    '#{session_id}',
    ...size,
    '-s',
    name,
    '--',
    'env',
    'cat',
  ).trim()
  const facts = () =>
    [
      tmux('list-windows', '-a', '-F', '#{session_name} #{window_id} #{window_width}x#{window_height}'),
      tmux('show-options', '-g'),
      tmux('show-options', '-s'),
      tmux('show-options', '-wg'),
      tmux('show-options', '-w', '-t', sessionId),
      tmux('show-options', '-t', sessionId),
    ].join('\n')
  return { socketPath, sessionId, facts }
}

/** Waits until it is so, where there is no test to expect it. */
export async function until(isSo: () => boolean): Promise<void> {
  const end = Date.now() + SOON.timeout
  while (!isSo()) {
    if (Date.now() > end) throw new Error(`this did not become so: ${isSo.toString()}`)
    await new Promise((resolve) => {
      setTimeout(resolve, SOON.interval)
    })
  }
}

/** Runs the command in a terminal of that size, as a person does. */
export function aPlainTerminal(argv: string[], { cols, rows }: { cols: number; rows: number }): ChildProcess {
  const command = `stty cols ${cols} rows ${rows}; exec ${argv.map((word) => `'${word}'`).join(' ')}`
  const env = { PATH: process.env['PATH'], TERM: 'xterm-256color', LANG: 'C.UTF-8' }
  return spawn('script', ['-q', '-e', '-c', command, '/dev/null'], {
    env,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
}
