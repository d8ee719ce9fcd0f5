// A room for one program: a fresh home, a scripted model, hooks, the real program in a real terminal, and its kit beside it.
import { createHash, randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { Fault, newId } from '@tutti/core'
import { createModelServer, type LedgerEntry, type LedgerReport, type ModelServer } from '@tutti/rehearsal'
import type { LaunchRequest, RunningKit } from '../../src/kit.ts'
import { until } from '../deadline.ts'
import { startHookServer, type HookServer } from '../hook-server.ts'
import { startMachine, type TestMachine } from '../machine.ts'
import type { Driver, Place } from './driver.ts'
import { endAll, kill } from './processes.ts'
import { createSignals, PATIENCE_MS, type Signals } from './signals.ts'

const TOKEN = 'conformance-token'
const PRESSES = 4
const PRESS_MS = 3000
const KEY_MS = 400
// OpenCode takes half a minute on a machine that does other things.
const START_MS = 120_000

export interface Installed {
  /** The program's own file. */
  program: string
  /** Folders with what it needs to run. */
  path: string
  version: string
  /** Holds the rooms; removed with them. */
  folder: string
}

/** Makes the room and starts the program in it; rejects with the screen where it does not come to rest. */
export async function openRoom(
  driver: Driver,
  installed: Installed,
  more: (place: Parts['place']) => Partial<LaunchRequest> = () => ({}),
): Promise<Room> {
  const model = await createModelServer()
  const place = furnish(driver, installed, model.url)
  const running: Running = { kit: null, machine: null }
  const hooks = await startHookServer(TOKEN, () => running.kit)
  const parts = { driver, installed, model, hooks, place, running, isGuest: false, more: more(place) }
  const room = new Room(parts)
  await begin(room)
  return room
}

/** A second program of the same kind with the same home and working folder. */
export async function openBeside(host: Room): Promise<Room> {
  const { driver, installed, model, place } = host.parts
  const running: Running = { kit: null, machine: null }
  const hooks = await startHookServer(TOKEN, () => running.kit)
  const run = `${place.run}-beside`
  mkdirSync(run, { mode: 0o700 })
  const parts = { driver, installed, model, hooks, place: { ...place, run }, running, more: {} }
  const room = new Room({ ...parts, isGuest: true })
  await begin(room)
  return room
}

const begin = (room: Room): Promise<void> =>
  room.start(null).catch(async (error: unknown) => {
    await room.close()
    throw error
  })

interface Running {
  kit: RunningKit | null
  machine: TestMachine | null
}

interface Parts {
  driver: Driver
  installed: Installed
  model: ModelServer
  hooks: HookServer
  place: Place & { folder: string; run: string }
  running: Running
  /** Its home and model are another room's. */
  isGuest: boolean
  /** What its start has that others have not. */
  more: Partial<LaunchRequest>
}

/** The program with its surroundings; what it does is told by `signals`. */
export class Room {
  readonly signals: Signals = createSignals()
  readonly driver: Driver
  readonly parts: Parts
  /** A fingerprint of the user's own settings before the start. */
  readonly settingsBefore: string
  /** The vendor's session as the start has named it, where it could. */
  private planned: string | null = null
  private readonly agentId = newId('agent', Date.now(), (length) =>
    crypto.getRandomValues(new Uint8Array(length)),
  )

  constructor(parts: Parts) {
    this.parts = parts
    this.driver = parts.driver
    this.settingsBefore = this.settings()
  }

  get work(): string {
    return this.parts.place.work
  }

  get kit(): RunningKit {
    return present(this.parts.running.kit)
  }

  get machine(): TestMachine {
    return present(this.parts.running.machine)
  }

  /** The vendor's session, as the kit has told it last. */
  get session(): string | null {
    const last = this.signals.all().findLast(({ signal }) => signal.type === 'session')?.signal
    return last?.type === 'session' ? last.session : null
  }

  get ledger(): LedgerReport {
    return this.parts.model.ledger()
  }

  /** The requests that the model has answered or refused since a moment, but for those that the program makes for itself. */
  requests(since: number): LedgerEntry[] {
    return this.ledger.entries.filter((entry) => entry.at >= since && !this.isAside(entry))
  }

  /** Whether the program made this call for itself. */
  isAside(entry: LedgerEntry): boolean {
    return this.driver.isAside?.(entry) === true
  }

  /** When the model has answered or refused its request number `count` since a moment; waits for it. */
  answered(since: number, count = 1): Promise<number> {
    return until(
      () => this.requests(since)[count - 1]?.at ?? null,
      () => `The model was asked ${this.requests(since).length} times`,
      PATIENCE_MS,
    )
  }

  /** Sends a prompt, again where the program cannot take it yet, as the daemon does; resolves with the moment before. */
  async prompt(text: string): Promise<number> {
    const since = Date.now()
    await until(
      () => this.kit.prompt(text).then(() => true, unlessBusy),
      () => 'The program takes no words',
      PATIENCE_MS,
    )
    return since
  }

  /** Resolves with the moment at which the screen showed it. */
  shows(pattern: RegExp, withinMs = PATIENCE_MS): Promise<number> {
    return until(
      async () => (pattern.test(await this.machine.screen()) ? Date.now() : null),
      async () => `The screen does not show ${String(pattern)}:\n${await this.machine.screen()}`,
      withinMs,
    )
  }

  /** Whether a file is in the working folder. */
  has(file: string): boolean {
    return existsSync(join(this.work, file))
  }

  /** Resolves with the moment at which a file was there in the working folder. */
  makes(file: string): Promise<number> {
    return until(
      () => (this.has(file) ? Date.now() : null),
      async () => `There is no ${file}:\n${await this.machine.screen()}`,
      PATIENCE_MS,
    )
  }

  /**
   * Presses keys in a dialog as a person does, who presses again where nothing happened: a dialog takes no key in its first
   * moment. Resolves with the moment of the last press.
   */
  async pressIn(dialog: RegExp, keys: readonly string[]): Promise<number> {
    for (let tries = 0; tries < PRESSES; tries++) {
      const pressed = await this.press(keys)
      const isGone = async () => (dialog.test(await this.machine.screen()) ? null : pressed)
      const gone = await until(isGone, () => '', PRESS_MS).catch(() => null)
      if (gone !== null) return gone
    }
    throw new Error(`The dialog does not take ${keys.join(' ')}:\n${await this.machine.screen()}`)
  }

  /** Presses one key after the other; resolves with the moment of the last. */
  async press(keys: readonly string[]): Promise<number> {
    let pressed = Date.now()
    for (const [index, key] of keys.entries()) {
      // Two keys at once are one sequence to a program that waits for the rest of an Escape.
      if (index > 0) await pause(KEY_MS)
      pressed = Date.now()
      await this.machine.press(key)
    }
    return pressed
  }

  /** Starts the program, going on with a session where one is given, and waits until it is idle. */
  async start(resume: string | null): Promise<void> {
    const { driver, place, running } = this.parts
    const plan = driver.kit.launch(this.request(resume))
    for (const { path, content } of plan.files) put(join(place.run, path), content)
    this.signals.forget()
    this.planned = plan.session
    const env = { ...this.env(), ...plan.env }
    running.machine = await startMachine({ argv: plan.argv, env, cwd: place.work })
    const since = Date.now()
    this.open()
    await this.signals.reaches(['idle'], since, START_MS)
    // A person waits for it before the first word, too.
    await this.shows(driver.ready, START_MS)
  }

  /** The daemon is gone: no kit, and hooks that wait are cut off. */
  leave(): void {
    this.parts.running.kit?.close()
    this.parts.running.kit = null
    this.parts.hooks.cut()
  }

  /** A new daemon finds the session. */
  comeBack(): void {
    this.signals.forget()
    this.open()
  }

  /** The program is killed, as by the kernel. */
  async crash(): Promise<void> {
    for (const pid of this.machine.pids().toReversed()) kill(pid)
    await this.stop()
  }

  /** A fingerprint of the user's own settings as they are. */
  settings(): string {
    const { driver, place } = this.parts
    return driver.settings.map((path) => `${path} ${hashOf(join(place.home, path))}`).join('\n')
  }

  async close(): Promise<void> {
    const { hooks, model, place, isGuest } = this.parts
    await this.stop()
    await hooks.close()
    if (isGuest) return
    await model.close()
    // What was killed may write for a moment yet.
    rmSync(place.folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
  }

  /** The program is put to sleep as the daemon does it: hung up on. Resolves with how many processes had to be killed. */
  hibernate(): Promise<number> {
    return this.stop()
  }

  private async stop(): Promise<number> {
    const { running } = this.parts
    const pids = running.machine?.pids() ?? []
    running.kit?.close()
    running.kit = null
    await running.machine?.close()
    running.machine = null
    return endAll(pids)
  }

  private open(): void {
    const { driver, place, running, installed } = this.parts
    running.kit = driver.kit.open({
      agentId: this.agentId,
      folder: place.work,
      home: place.home,
      runFolder: place.run,
      env: this.env(),
      startedAt: Date.now(),
      version: installed.version,
      session: this.session ?? this.planned,
      machine: this.machine.machine,
      report: (signal) => this.signals.hear(signal),
    })
  }

  private request(resume: string | null): LaunchRequest {
    const { driver, place, hooks, installed, more } = this.parts
    return {
      agentId: this.agentId,
      argv: [installed.program, ...driver.args],
      folder: place.work,
      home: place.home,
      runFolder: place.run,
      persona: { role: 'tester', personality: '', instructions: 'Do as the script says.' },
      trust: 'supervised',
      resume,
      newSession: randomUUID(),
      version: installed.version,
      hooks: { url: hooks.url, token: TOKEN },
      mcp: null,
      ...more,
    }
  }

  private env(): Record<string, string> {
    const { driver, place, installed } = this.parts
    const own = { HOME: place.home, PATH: installed.path, TERM: 'xterm-256color', LANG: 'C.UTF-8' }
    return { ...own, ...driver.env(place) }
  }
}

function unlessBusy(error: unknown): null {
  if (error instanceof Fault && error.code === 'agent.busy') return null
  throw error
}

function furnish(driver: Driver, installed: Installed, model: string): Parts['place'] {
  const folder = mkdtempSync(join(installed.folder, `${driver.kit.name}-`))
  const place = {
    folder,
    home: join(folder, 'home'),
    work: join(folder, 'work'),
    run: join(folder, 'run'),
    model,
  }
  for (const one of [place.home, place.work, place.run]) mkdirSync(one, { mode: 0o700 })
  for (const [path, content] of Object.entries(driver.seed(place))) put(join(place.home, path), content)
  return place
}

function put(path: string, content: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  writeFileSync(path, content, { mode: 0o600 })
}

const hashOf = (path: string): string =>
  createHash('sha256').update(readFileSync(path)).digest('hex').slice(0, 16)

function present<T>(value: T | null): T {
  if (value === null) throw new Error('The program does not run, or nobody watches it.')
  return value
}
