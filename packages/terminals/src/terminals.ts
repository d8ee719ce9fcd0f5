// The sessions of all agents of this machine: started, found again, looked at, written to and ended.
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '@tutti/core'
import { fault } from '@tutti/core'
import type { OpenRequest } from '@tutti/protocol'
import type { ExitWatch } from './exit-watch.ts'
import { createExitWatch } from './exit-watch.ts'
import type { Bucket } from './flood-gate.ts'
import { createBucket } from './flood-gate.ts'
import type { FloodShare } from './flood-share.ts'
import { createFloodShare } from './flood-share.ts'
import type { FoundSession } from './found.ts'
import { foundSessions } from './found.ts'
import type { TerminalLimits } from './limits.ts'
import { DEFAULT_LIMITS } from './limits.ts'
import { isAlive, isGroupAlive, signalGroup, signalProcess } from './process-id.ts'
import { programArgv } from './program.ts'
import { toPtyText } from './pty-text.ts'
import type { Recording, RecordingOptions } from './recording.ts'
import { startRecording } from './recording.ts'
import type { Death, PaneInfo } from './session-facts.ts'
import { IDS, deathOf, endOrphans, infoOf, isKnown, lastLines, recordOf, serverOf } from './session-facts.ts'
import type { SessionRecord, SessionRecords } from './session-records.ts'
import { createSessionRecords, privateFolder } from './session-records.ts'
import type { Viewer } from './session-view.ts'
import { SessionView } from './session-view.ts'
import type { Environment } from './spawn.ts'
import type { Tmux } from './tmux.ts'
import { createTmux, tmuxVersion } from './tmux.ts'
import { pasteText, sendBytes } from './tmux-command.ts'
import { SERVER_CONFIG } from './tmux-config.ts'
import { titleMark, titleMarksIn } from './title-mark.ts'
import type { Send } from './viewer.ts'

export interface TerminalsOptions {
  /** Holds sockets, records and tmux's configuration; made with mode 0700. */
  dir: string
  /** For sockets whose path in `dir` would be too long. */
  shortDir: string
  clock: Clock
  log: (line: { event: string } & Record<string, unknown>) => void
  /** What programs inherit. Nothing else of the daemon's own environment reaches them. */
  env: Environment
  /** A word that nobody can guess, of letters, digits and hyphens. */
  word: () => string
  limits?: Partial<TerminalLimits>
}

export interface StartRequest {
  agentId: string
  cwd: string
  argv: readonly string[]
  /** Added to the inherited environment. */
  env: Environment
  cols: number
  rows: number
}

export interface Exit {
  agentId: string
  /** Null where a signal ended it, or nobody knows. */
  code: number | null
  signal: number | null
  lastLines: string[]
}

/** What a daemon finds of the sessions that it, or the one before it, knew. */
export type Recovered = { agentId: string; isAdopted: boolean } & (
  | { state: 'running' }
  | { state: 'exited'; code: number | null }
  | { state: 'gone' }
)

export type SessionInfo = PaneInfo & { viewers: number }

/** `failed` is called once if the file cannot be written any more. */
export type RecordRequest = Pick<RecordingOptions, 'path' | 'title' | 'failed'>

export interface StopRequest {
  /** Time between the hang-up and the kill. */
  graceMs: number
}

/** Opens the folder of sessions; makes it where there is none. */
export async function createTerminals(options: TerminalsOptions): Promise<Terminals> {
  await privateFolder(options.dir)
  const terminals = new Terminals(options)
  await terminals.prepare()
  return terminals
}

/** What a session costs to attach to at once would starve the rest on a small machine. */
const PARALLEL = 8
const STOP_POLL_MS = 20
const DEAD_POLL_MS = 20
const DEAD_POLLS = 50
const LAST_LINES = 50

export class Terminals {
  readonly #options: TerminalsOptions
  readonly #limits: TerminalLimits
  readonly #tmux: Tmux
  readonly #records: SessionRecords
  readonly #watch: ExitWatch
  readonly #total: Bucket
  readonly #share: FloodShare
  readonly #sessions = new Map<string, { record: SessionRecord; view: SessionView }>()
  readonly #exitListeners = new Set<(exit: Exit) => void>()
  readonly #config: string

  constructor(options: TerminalsOptions) {
    this.#options = options
    this.#limits = { ...DEFAULT_LIMITS, ...options.limits }
    this.#tmux = createTmux(options.env)
    this.#records = createSessionRecords(options.dir, options.shortDir)
    this.#watch = createExitWatch(options.clock, options.dir, this.#limits.aliveMs)
    this.#total = createBucket(this.#limits.total, options.clock.now())
    this.#share = createFloodShare(options.clock, this.#limits.share)
    this.#config = join(options.dir, 'tmux.conf')
  }

  /** Writes tmux's configuration for sessions to come. */
  async prepare(): Promise<void> {
    await privateFolder(titleMarksIn(this.#options.dir))
    await writeFile(this.#config, SERVER_CONFIG, { mode: 0o600 })
  }

  /** Faults with `tmux.missing` where there is no tmux, or too old a one. */
  version(): Promise<string> {
    return tmuxVersion(this.#tmux)
  }

  /** Starts the agent's program in a new session on a server of its own. Faults leave nothing behind. */
  async start({ agentId, cwd, argv, env, cols, rows }: StartRequest): Promise<void> {
    if (this.isRunning(agentId)) throw fault('agent.running', { name: agentId })
    await this.#forget(agentId)
    const merged = { ...this.#tmux.env, ...env }
    const program = await programArgv(argv, cwd, merged)
    const socketPath = await this.#records.socketPath(agentId)
    // The environment and the folder go by the process itself: arguments would show secrets in `ps`, and tmux would
    // expand `#(command)` in a folder's name.
    const size = ['-x', String(cols), '-y', String(rows)]
    const session = ['-f', this.#config, 'new-session', '-d', '-P', '-F', IDS, ...size, '--', ...program]
    const printed = await this.#tmux.run(socketPath, session, { cwd, env })
    const record = recordOf(printed, { agentId, socketPath, isAdopted: false })
    await this.#records.put(record)
    this.#know(record)
  }

  /** Takes in a session of the user's own tmux server. Nothing there changes. */
  async adopt(found: { agentId: string; socketPath: string; sessionId: string }): Promise<void> {
    const { agentId, socketPath, sessionId } = found
    if (!/^\$\d+$/.test(sessionId)) throw fault('found.unknown')
    if (this.isRunning(agentId)) throw fault('agent.running', { name: agentId })
    const printed = await this.#tmux
      .run(socketPath, ['display-message', '-p', '-t', sessionId, IDS])
      .catch(() => fault('found.unknown'))
    if (typeof printed !== 'string' || !printed.startsWith(`${sessionId}|`)) throw fault('found.unknown')
    await this.#forget(agentId)
    const record = recordOf(printed, { agentId, socketPath, isAdopted: true })
    await this.#records.put(record)
    this.#know(record)
  }

  /** Lets go of an adopted session, which goes on as if nothing had been. */
  release(agentId: string): Promise<void> {
    return this.#forget(agentId)
  }

  /** The sessions on the user's own tmux servers. */
  found(): Promise<FoundSession[]> {
    return foundSessions(this.#tmux)
  }

  /** Hangs up on the program, and kills what is left of it after the grace. Resolves when it is gone. */
  async stop(agentId: string, { graceMs }: StopRequest): Promise<void> {
    const { record, view } = this.#session(agentId)
    if (record.isAdopted) throw fault('agent.adopted', { name: agentId, what: 'stop' })
    this.#watch.remove(agentId)
    const { socketPath, sessionId, program } = record
    const server = await serverOf(this.#tmux, record)
    await this.#tmux.run(socketPath, ['kill-session', '-t', sessionId]).catch(() => '')
    const ended = await this.#until(() => !isGroupAlive(program) && !(server && isAlive(server)), graceMs)
    if (!ended) {
      signalGroup(program, 'SIGKILL')
      if (server) signalProcess(server, 'SIGKILL')
    }
    view.exited(null, 'stopped')
    await this.#forget(agentId)
  }

  /** Finds the sessions that outlived the daemon. Call once, before anything else. */
  async recover(): Promise<Recovered[]> {
    const records = await this.#records.all()
    const recovered: Recovered[] = []
    const next = async (): Promise<void> => {
      for (let record = records.pop(); record; record = records.pop())
        recovered.push(await this.#recoverOne(record))
    }
    await Promise.all(Array.from({ length: PARALLEL }, next))
    return recovered
  }

  /** True while the program runs; an ended one may still have its last screen. */
  isRunning(agentId: string): boolean {
    const session = this.#sessions.get(agentId)
    return session !== undefined && isAlive(session.record.program)
  }

  /** Opens a channel. Frames come by `send`; faults of the attachment come as FAULT frames. */
  open(agentId: string, request: OpenRequest, send: Send): Viewer {
    return this.#session(agentId).view.open(request, send)
  }

  /** Types exactly these bytes. */
  async sendKeys(agentId: string, bytes: Uint8Array): Promise<void> {
    const { record, view } = this.#session(agentId)
    for (const command of sendBytes(record.paneId, bytes)) await view.request([command])
  }

  /** Pastes text, cleaned by `toPtyText`; the program gets the marks of bracketed paste if it asked for them. */
  async paste(agentId: string, text: string): Promise<void> {
    const { record, view } = this.#session(agentId)
    const clean = toPtyText(text, 'return')
    for (const command of pasteText(record.paneId, `tutti-${this.#options.word()}`, clean)) {
      await view.request([command])
    }
  }

  /** The last lines as plain text, without the blank ones at the end. */
  async capture(agentId: string, { lines }: { lines: number }): Promise<string[]> {
    const { record } = this.#session(agentId)
    return lastLines(this.#tmux, record, lines)
  }

  async info(agentId: string): Promise<SessionInfo> {
    const { record, view } = this.#session(agentId)
    return { ...(await infoOf(this.#tmux, record)), viewers: view.viewers() }
  }

  /** The process of the session's program. */
  programPid(agentId: string): number {
    return this.#session(agentId).record.program.pid
  }

  /** The file whose time of change is that of the session's title; null for a session that was adopted. */
  titleMark(agentId: string): string | null {
    const { isAdopted, socketPath } = this.#session(agentId).record
    return isAdopted ? null : titleMark(socketPath)
  }

  /** How a person attaches from a plain terminal beside the viewers. */
  attachArgv(agentId: string): string[] {
    const { socketPath, sessionId } = this.#session(agentId).record
    return ['tmux', '-u', '-S', socketPath, 'attach-session', '-t', sessionId]
  }

  /** Records all that the session shows into a new file, until it is stopped or the disk fails. */
  record(agentId: string, { path, title, failed }: RecordRequest): Promise<Recording> {
    const { view } = this.#session(agentId)
    return startRecording({ path, title, failed, clock: this.#options.clock, tap: (send) => view.tap(send) })
  }

  /** Calls the listener when a program has ended by itself. */
  onExit(listener: (exit: Exit) => void): () => void {
    this.#exitListeners.add(listener)
    return () => this.#exitListeners.delete(listener)
  }

  /** Lets go of all sessions, which go on without us. */
  close(): void {
    this.#watch.close()
    for (const { view } of this.#sessions.values()) view.close()
    this.#sessions.clear()
  }

  #session(agentId: string): { record: SessionRecord; view: SessionView } {
    return this.#sessions.get(agentId) ?? notRunning(agentId)
  }

  #know(record: SessionRecord): void {
    const shared = { tmux: this.#tmux, limits: this.#limits, total: this.#total, share: this.#share }
    const deps = { ...this.#options, ...shared }
    const { agentId, program } = record
    this.#sessions.set(agentId, { record, view: new SessionView(record, deps) })
    this.#watch.add(agentId, program, () => {
      this.#exited(agentId).catch((error: unknown) => {
        this.#options.log({ event: 'terminal.exit-untold', agentId, problem: String(error) })
      })
    })
  }

  // A dead program's server is still there with its last screen; a new session needs its socket.
  async #forget(agentId: string): Promise<void> {
    const session = this.#sessions.get(agentId)
    this.#watch.remove(agentId)
    this.#sessions.delete(agentId)
    session?.view.close()
    await this.#records.remove(agentId)
    if (!session || session.record.isAdopted) return
    const { socketPath, sessionId } = session.record
    const server = await serverOf(this.#tmux, session.record)
    await this.#tmux.run(socketPath, ['kill-session', '-t', sessionId]).catch(() => '')
    await this.#until(() => !(server && isAlive(server)), STOP_POLL_MS * DEAD_POLLS)
    // tmux leaves its socket behind.
    await removeSocket(socketPath)
  }

  async #recoverOne(record: SessionRecord): Promise<Recovered> {
    const { agentId, isAdopted } = record
    const death = await deathOf(this.#tmux, record).catch(() => undefined)
    if (!death) {
      await this.#records.remove(agentId)
      if (!isAdopted) await removeSocket(record.socketPath)
      return { agentId, isAdopted, state: 'gone' }
    }
    await endOrphans(this.#tmux, record).catch(() => {
      // The session ended between two questions; the watch will tell.
    })
    this.#know(record)
    if (isAlive(record.program)) return { agentId, isAdopted, state: 'running' }
    this.#watch.remove(agentId)
    const known = (await this.#deathSoon(record)) ?? death
    return { agentId, isAdopted, state: 'exited', code: known.code }
  }

  async #exited(agentId: string): Promise<void> {
    const session = this.#sessions.get(agentId)
    if (!session) return
    const { record, view } = session
    const death = await this.#deathSoon(record)
    const shown = await lastLines(this.#tmux, record, LAST_LINES).catch(() => [])
    if (this.#sessions.get(agentId) !== session) return
    const { code, signal } = death ?? { code: null, signal: null }
    this.#options.log({ event: 'terminal.exited', agentId, code, signal })
    view.exited(code, death ? 'exited' : 'gone')
    for (const listener of this.#exitListeners) listener({ agentId, code, signal, lastLines: shown })
  }

  // The kernel tells us sooner than tmux that the program is gone, and tmux that the pane is dead sooner than how.
  async #deathSoon(record: SessionRecord): Promise<Death | undefined> {
    let death: Death | undefined
    for (let polls = 0; polls < DEAD_POLLS; polls++) {
      death = await deathOf(this.#tmux, record).catch(() => undefined)
      if (!death || isKnown(death)) return death
      await this.#pause(DEAD_POLL_MS)
    }
    return death
  }

  async #until(isSo: () => boolean, timeoutMs: number): Promise<boolean> {
    const end = this.#options.clock.now() + timeoutMs
    while (!isSo()) {
      if (this.#options.clock.now() >= end) return false
      await this.#pause(STOP_POLL_MS)
    }
    return true
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.#options.clock.after(ms, resolve)
    })
  }
}

async function removeSocket(path: string): Promise<void> {
  await rm(path, { force: true })
  await rm(titleMark(path), { force: true })
}

function notRunning(name: string): never {
  throw fault('agent.not-running', { name })
}
