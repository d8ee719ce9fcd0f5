// Upgrades machines of the room from this one: so many at once, this one last, and none after the first that fails.
import {
  Fault,
  fault,
  hasUpgradeEnded,
  UpgradeState,
  type Clock,
  type FleetMember,
  type FleetUpgrade,
  type Release,
} from '@tutti/core'
import type { NodeId } from '@tutti/protocol'
import type { By, Store } from '../db/store.ts'
import type { Log } from '../handler.ts'
import { quietWork } from '../quiet-work.ts'
import { createRoomJob, hasFailed, isOver, type Kept, type Person, type RoomJob } from './room-job.ts'
import type { Upgrades } from './upgrades.ts'

export interface RoomUpgradeDeps {
  store: Pick<Store, 'get' | 'commit'>
  clock: Clock
  log: Log
  upgrades: Pick<Upgrades, 'begin' | 'state'>
  self(): string
  /** Does an operation on another machine, as that person, under the grant there. */
  ask(
    node: string,
    name: 'upgradeMachine' | 'getUpgrade',
    of: { input: object; person: Person },
  ): Promise<unknown>
}

interface Wanted {
  release: Release
  nodes: readonly { id: string; name: string }[]
  atOnce: number
  person: Person
}

const LOOK_MS = 500
/** A machine that has not answered for so long has not come back. */
const LOST_MS = 5 * 60_000
const WAIT_MS = 20_000

export function createRoomUpgrades(deps: RoomUpgradeDeps) {
  const { store, clock, log } = deps
  const job = createRoomJob(store)
  const life = new AbortController()
  const turns = { ...deps, job, isClosed: () => life.signal.aborted }
  const quietly = quietWork(log, 'room-upgrade.failed')
  const running = (): void => quietly(run(turns))
  const current = (): FleetUpgrade | null => job.kept()?.job ?? null
  return {
    job: current,
    async past(revision: number | undefined): Promise<FleetUpgrade | null> {
      const deadline = clock.now() + WAIT_MS
      const isSame = () => revision !== undefined && current()?.revision === revision
      // One that is being stopped has nothing more to tell, and whoever waits would hold it up.
      const isStopping = () => deps.upgrades.state().upgrade?.phase === 'stopping'
      while (!turns.isClosed() && clock.now() < deadline && isSame() && !isStopping()) await pause(deps)
      return current()
    },
    /** Whether that machine is being upgraded from here to that release. */
    mayFetch(node: NodeId, digest: string): boolean {
      const now = current()
      const isNow = now?.endedAt === null && now.digest === digest
      return isNow && now.members.some((one) => one.node === node)
    },
    async begin(wanted: Wanted, by: By): Promise<FleetUpgrade> {
      const before = current()
      if (before?.endedAt === null)
        throw fault('upgrade.under-way', { version: before.version, phase: 'room' })
      const next = newJob(deps, wanted, before?.revision ?? 0)
      await job.begin({ person: wanted.person, job: next }, by)
      running()
      return current() ?? next
    },
    /** Goes on with one that was cut off. */
    resume: running,
    close: () => life.abort(),
  }
}

const pause = ({ clock }: Pick<RoomUpgradeDeps, 'clock'>): Promise<void> =>
  new Promise((resolve) => clock.after(LOOK_MS, resolve))

function newJob(deps: RoomUpgradeDeps, { release, nodes, atOnce, person }: Wanted, revision: number) {
  const self = deps.self()
  const order = [...nodes.filter(({ id }) => id !== self), ...nodes.filter(({ id }) => id === self)]
  const { digest, version, sizeBytes } = release
  const job: FleetUpgrade = {
    digest,
    version,
    sizeBytes,
    atOnce,
    by: person.name,
    members: order.map(({ id, name }) => ({
      node: id,
      name,
      phase: 'waiting',
      why: '',
      from: '',
      gotBytes: 0,
    })),
    startedAt: deps.clock.now(),
    endedAt: null,
    revision,
  }
  return job
}

interface Turns extends RoomUpgradeDeps {
  job: RoomJob
  isClosed(): boolean
}

async function run(turns: Turns): Promise<void> {
  const { job, isClosed } = turns
  const begun = job.kept()
  if (begun === null || begun.job.endedAt !== null) return
  const self = turns.self()
  const left = begun.job.members.filter((one) => !isOver(one)).map(({ node }) => node)
  const others = left.filter((node) => node !== self)
  const mayBegin = (node: string): boolean => !job.isWaiting(node) || !hasFailed(currentOf(turns, begun))
  const worker = async (): Promise<void> => {
    for (let node = others.shift(); node !== undefined && !isClosed(); node = others.shift())
      if (mayBegin(node)) await follow(turns, begun, node)
  }
  await Promise.all(Array.from({ length: begun.job.atOnce }, worker))
  if (left.includes(self) && mayBegin(self) && !isClosed()) await ownTurn(turns, begun)
  if (!isClosed()) await closed(turns, currentOf(turns, begun))
}

const currentOf = ({ job }: Turns, begun: Kept): FleetUpgrade => job.kept()?.job ?? begun.job

/** What still waits has no turn any more; one that is under way, as this machine may be, keeps the job open. */
async function closed({ job, clock }: Turns, now: FleetUpgrade): Promise<void> {
  if (now.members.some((one) => !isOver(one) && one.phase !== 'waiting')) return
  const members = now.members.map((one): FleetMember =>
    one.phase === 'waiting' ? { ...one, phase: 'skipped' } : one,
  )
  await job.save({ ...now, members, endedAt: clock.now() })
}

/** This machine: the version that comes after it finds the job, and how it went. */
async function ownTurn(turns: Turns, { person, job: { digest } }: Kept): Promise<void> {
  const { job, upgrades } = turns
  const node = turns.self()
  try {
    if (job.isWaiting(node)) {
      await job.put(node, { phase: 'checking' })
      const by: By = { actor: person.id, address: '', act: 'upgradeMachine', audited: true }
      await upgrades.begin({ digest }, by)
    }
    while (!turns.isClosed()) {
      const { upgrade } = upgrades.state()
      if (upgrade?.digest !== digest) return
      await job.put(node, { phase: upgrade.phase, why: upgrade.why, from: upgrade.from })
      if (hasUpgradeEnded(upgrade)) return
      await pause(turns)
    }
  } catch (error) {
    await job.put(node, refusalOf(error))
  }
}

/** Another machine, from its turn to its end; while it restarts it does not answer. */
async function follow(
  turns: Turns,
  { person, job: { digest, sizeBytes } }: Kept,
  node: string,
): Promise<void> {
  const { job, clock } = turns
  let heardAt = clock.now()
  try {
    if (job.isWaiting(node)) {
      await job.put(node, { phase: 'checking' })
      const input = { digest, from: turns.self(), sizeBytes }
      await turns.ask(node, 'upgradeMachine', { input, person })
    }
    while (!turns.isClosed()) {
      const upgrade = await statedThere(turns, person, node)
      const isOurs = upgrade?.digest === digest
      if (isOurs) {
        heardAt = clock.now()
        const { phase, why, from, gotBytes } = upgrade
        await job.put(node, { phase, why, from, gotBytes })
      }
      if (isOurs && hasUpgradeEnded(upgrade)) return
      if (clock.now() - heardAt > LOST_MS) throw new Error('it has not come back')
      await pause(turns)
    }
  } catch (error) {
    await job.put(node, refusalOf(error))
  }
}

/** Null while it is away, as it restarts, or closed, as the new version is tried. */
async function statedThere({ ask }: Turns, person: Person, node: string): Promise<UpgradeState['upgrade']> {
  try {
    return UpgradeState.parse(await ask(node, 'getUpgrade', { input: {}, person })).upgrade
  } catch (error) {
    if (error instanceof Fault && (error.status === 503 || error.code === 'node.unknown')) return null
    throw error
  }
}

/** A machine that runs it already needs nothing. */
function refusalOf(error: unknown): Partial<FleetMember> {
  const why = (error instanceof Error ? error.message : String(error)).slice(0, 300)
  const isThere = error instanceof Fault && error.code === 'upgrade.present'
  return { phase: isThere ? 'done' : 'failed', why }
}
