// Sees an upgrade through from outside the daemon: checks the new version beside the one that runs, stops that, tries the new one
// behind a closed gate, and either makes it the one to run or puts everything back. Runs the code of the former version, which is
// known to work. Whatever is killed at whatever moment, the next start finds the journal and settles it (settling.ts).
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock, Upgrade } from '@tutti/core'
import { z } from 'zod'
import type { Log } from '../handler.ts'
import { jsonOf } from '../loose-json.ts'
import { lockHolder, startOf, type Holder } from '../lock.ts'
import type { Former, Journal, Places } from './places.ts'
import { restoreSnapshot, takeSnapshot } from './snapshot.ts'
import { trialProblem, type TrialFacts } from './trial-word.ts'

export interface Trial {
  pid: number
  /** Rejects with why it did not come so far. */
  ready: Promise<TrialFacts>
  ended: Promise<unknown>
  /** Opens its gate; resolves with whether it said that it is open before it ended. */
  pass(): Promise<boolean>
}

export interface SupervisorDeps {
  places: Places
  clock: Clock
  log: Log
  pid: number
  /** Copies the database beside the running daemon, for the check. */
  copyDatabase(to: string): void
  freeBytes(): number
  databaseBytes(): number
  /** Runs to its end; rejects with what it said where that is a failure. */
  check(former: Former, folder: string): Promise<string>
  tryOut(former: Former): Trial
  /** Starts the daemon that others reach. */
  start(former: Former): void
  health(facts: TrialFacts): Promise<{ ok: boolean; version: string }>
  isAlive(holder: Pick<Holder, 'pid' | 'started'>): boolean
  kill(pid: number, signal: NodeJS.Signals): void
}

/** Agents' terminals are let go and the database is emptied of its log within this. */
const STOP_MS = 20_000
const LOOK_MS = 50
/** A slow disk recovers a large log and migrates it within this; everybody waits meanwhile. */
const TRIAL_MS = 60_000
/** What a database grows by while it is migrated, at most, in this release. */
const SPARE_BYTES = 64 * 1024 * 1024

const Checked = z.object({ version: z.string() })

class Unfit extends Error {}

/** Resolves when the upgrade has ended, well or not; rejects only where the disk refuses even the journal. */
export async function superviseUpgrade(deps: SupervisorDeps): Promise<Upgrade> {
  const { places, pid, log } = deps
  const begun = places.journal()
  if (!begun || begun.upgrade.phase !== 'checking') throw new Error('no upgrade waits for a supervisor')
  const state = createState(deps, { ...begun, supervisor: { pid, started: startOf(pid) } })
  try {
    await checked(deps, state.journal())
  } catch (error) {
    state.end('failed', reasonOf(error))
    log.warn('upgrade.failed', { why: reasonOf(error) })
    return state.journal().upgrade
  }
  state.note('stopping')
  try {
    await stopped(deps, lockHolder(places.dataFolder))
    takeSnapshot(places.dataFolder, places.snapshot)
  } catch (error) {
    // Nothing was opened by the new version: the former one starts as after any stop.
    state.end('failed', reasonOf(error))
    deps.start(begun.former)
    return state.journal().upgrade
  }
  state.note('trial', { hasSnapshot: true })
  await tried(deps, state)
  return state.journal().upgrade
}

type State = ReturnType<typeof createState>

function createState(
  { places, clock, log }: Pick<SupervisorDeps, 'places' | 'clock' | 'log'>,
  first: Journal,
) {
  let journal = first
  const write = (next: Journal): void => {
    journal = next
    places.note(journal)
    log.info('upgrade.phase', { phase: journal.upgrade.phase, version: journal.upgrade.version })
  }
  write(first)
  return {
    journal: () => journal,
    note: (phase: Upgrade['phase'], more: Partial<Pick<Journal, 'hasSnapshot'>> = {}): void =>
      write({ ...journal, ...more, upgrade: { ...journal.upgrade, phase } }),
    why(why: string): void {
      write({ ...journal, upgrade: { ...journal.upgrade, phase: 'returning', why } })
    },
    end: (phase: Upgrade['phase'], why = ''): void =>
      write({
        ...journal,
        hasSnapshot: false,
        upgrade: { ...journal.upgrade, phase, why, endedAt: clock.now() },
      }),
  }
}

/** The new version starts beside the running one, and opens and migrates a copy of the database. */
async function checked(deps: SupervisorDeps, { former, folder, upgrade }: Journal): Promise<void> {
  const { places } = deps
  const needed = 2 * deps.databaseBytes() + SPARE_BYTES
  if (deps.freeBytes() < needed)
    throw new Unfit(`the disk has less than ${Math.ceil(needed / 1024 ** 2)} MB free`)
  const scratch = places.folder('check')
  try {
    deps.copyDatabase(scratch)
    const said = Checked.safeParse(jsonOf(await deps.check(newOf(places, former, folder), scratch)))
    if (!said.success) throw new Unfit('its check gave no answer')
    if (said.data.version !== upgrade.version) throw new Unfit(`it says that it is ${said.data.version}`)
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

const newOf = (places: Places, former: Former, folder: string): Former => ({
  ...former,
  entry: join(places.folder(folder), 'dist/release/daemon.js'),
})

async function stopped(deps: SupervisorDeps, holder: Holder | null): Promise<void> {
  if (holder === null) return
  deps.kill(holder.pid, 'SIGTERM')
  if (await until(deps, STOP_MS, () => !deps.isAlive(holder))) return
  deps.kill(holder.pid, 'SIGKILL') // what it acknowledged is on disk
  if (!(await until(deps, STOP_MS, () => !deps.isAlive(holder))))
    throw new Unfit(`the daemon (process ${holder.pid}) does not stop`)
}

async function tried(deps: SupervisorDeps, state: State): Promise<void> {
  const { places } = deps
  const { upgrade, folder, former, over } = state.journal()
  const next = newOf(places, former, folder)
  const trial = deps.tryOut(next)
  try {
    const facts = await within(deps, TRIAL_MS, trial.ready)
    const problem = trialProblem(facts, upgrade.version)
    if (problem !== null) throw new Unfit(problem)
    const health = await within(deps, TRIAL_MS, deps.health(facts))
    if (!health.ok || health.version !== upgrade.version) throw new Unfit('its health is not good')
  } catch (error) {
    await returned(deps, state, { trial, why: reasonOf(error) })
    return
  }
  places.point({ folder, version: upgrade.version, digest: upgrade.digest, over })
  // From here on there is no way back: it takes what others send.
  if (!(await trial.pass())) deps.start(next)
  state.end('done')
  await rm(places.snapshot, { recursive: true, force: true })
}

async function returned(
  deps: SupervisorDeps,
  state: State,
  { trial, why }: { trial: Trial; why: string },
): Promise<void> {
  const { places, log } = deps
  log.warn('upgrade.returning', { why })
  state.why(why)
  const holder = { pid: trial.pid, started: startOf(trial.pid) }
  if (deps.isAlive(holder)) deps.kill(trial.pid, 'SIGTERM')
  if (!(await until(deps, STOP_MS, () => !deps.isAlive(holder)))) deps.kill(trial.pid, 'SIGKILL')
  await trial.ended
  restoreSnapshot(places.dataFolder, places.snapshot)
  state.end('returned', why)
  deps.start(state.journal().former)
  await rm(places.snapshot, { recursive: true, force: true })
}

/** Waits for a condition; false when it does not come about in time. */
async function until(
  { clock }: Pick<SupervisorDeps, 'clock'>,
  ms: number,
  holds: () => boolean,
): Promise<boolean> {
  const deadline = clock.now() + ms
  while (!holds()) {
    if (clock.now() >= deadline) return false
    await new Promise<void>((resolve) => clock.after(LOOK_MS, resolve))
  }
  return true
}

async function within<T>({ clock }: Pick<SupervisorDeps, 'clock'>, ms: number, work: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>()
  const cancel = clock.after(ms, () => reject(new Unfit(`it was not healthy within ${ms / 1000} s`)))
  try {
    return await Promise.race([work, promise])
  } finally {
    cancel()
  }
}

const reasonOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).slice(0, 300)
