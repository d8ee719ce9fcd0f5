// Upgrading this machine: begins one, tells how it stands, and tells of its end once another version, or the former one, is there.
import {
  fault,
  type Fault,
  hasUpgradeEnded,
  type Clock,
  type NewEvent,
  type Release,
  type Upgrade,
  type UpgradeState,
} from '@tutti/core'
import { rmSync } from 'node:fs'
import type { By, Store } from '../db/store.ts'
import type { Log } from '../handler.ts'
import { startOf } from '../lock.ts'
import type { PeerStream } from '../mesh/peer-streams.ts'
import { quietWork, type Quietly } from '../quiet-work.ts'
import { fetchRelease, RELEASE_STREAM } from './carrying.ts'
import { folderNameOf, type Former, type Journal, type Places } from './places.ts'
import type { ReleaseShelf } from './release-shelf.ts'
import { isUnderWay } from './settling.ts'

export interface UpgradesDeps {
  store: Pick<Store, 'commit' | 'audit'>
  clock: Clock
  log: Log
  places: Places
  shelf: ReleaseShelf
  version: string
  pid: number
  former: Former
  /** Starts the supervisor; resolves when it has ended. */
  supervise(former: Former): Promise<unknown>
  /** The machines that are linked now. */
  linked(): Journal['linked']
  /** Throws node.unknown for a machine that is not of the room. */
  streamTo(node: string, purpose: string, head: unknown): PeerStream
}

export interface Wanted {
  digest: string
  from?: string | undefined
  sizeBytes?: number | undefined
}

const LOOK_MS = 200
const WAIT_MS = 20_000

export type Upgrades = ReturnType<typeof createUpgrades>

export function createUpgrades(deps: UpgradesDeps) {
  const { clock, version } = deps
  const life = new AbortController()
  const isClosed = () => life.signal.aborted
  const pages = createPages(deps)
  const quietly = quietWork(deps.log, 'upgrade.untold')
  const work = createWork(deps, pages, { isClosed, quietly })
  const state = (): UpgradeState => ({ running: version, upgrade: pages.current()?.upgrade ?? null })

  return {
    state,
    /** Waits until the phase is another one, up to 20 s. */
    async past(phase: Upgrade['phase'] | undefined): Promise<UpgradeState> {
      const deadline = clock.now() + WAIT_MS
      // One that is being stopped has nothing more to tell, and whoever waits would hold it up.
      const isSame = () => phase !== undefined && phase !== 'stopping' && state().upgrade?.phase === phase
      while (!isClosed() && clock.now() < deadline && isSame())
        await new Promise<void>((resolve) => clock.after(LOOK_MS, resolve))
      return state()
    },
    /** Begins; throws why it does not. */
    async begin(wanted: Wanted, by: By): Promise<Upgrade> {
      const release = admitted(deps, pages, wanted)
      await told(deps) // of the one before, which may have been cut off while this daemon ran on
      const journal = newJournal(deps, wanted, { release, by: by.actor, own: pages.own })
      deps.places.note(journal)
      const begun = release ? await work.handed(journal, release) : journal
      if (!release) quietly(work.fetched(journal, wanted))
      const detail = { version: begun.upgrade.version, digest: wanted.digest, from: version }
      const events = [eventOf(begun.upgrade)]
      await deps.store.commit({ by, subject: 'upgrade', detail, statements: [], events })
      return begun.upgrade
    },
    /** Tells of the end of the one that this start follows, once. */
    told: () => told(deps),
    close: () => life.abort(),
  }
}

/** The release where it is here; null where it is to be fetched. Throws why this machine is not upgraded to it now. */
function admitted(
  { shelf, places, version }: UpgradesDeps,
  pages: Pages,
  { digest, from, sizeBytes }: Wanted,
): Release | null {
  const before = pages.current()
  if (before && !hasUpgradeEnded(before.upgrade)) throw underWay(before)
  const pointer = places.pointer()
  if (pointer?.digest === digest && pointer.version === version) throw fault('upgrade.present', { version })
  const release = shelf.find(digest)
  if (release === null && (from === undefined || sizeBytes === undefined))
    throw fault('release.unknown', { digest })
  return release
}

type Pages = ReturnType<typeof createPages>

/** The journal as the daemon writes it, before its supervisor does. */
function createPages({ places, clock, pid }: UpgradesDeps) {
  const change = (journal: Journal, more: Partial<Upgrade>): Journal => {
    const next = { ...journal, upgrade: { ...journal.upgrade, ...more } }
    places.note(next)
    return next
  }
  const failed = (journal: Journal, why: string): Journal =>
    change(journal, { phase: 'failed', why: why.slice(0, 300), endedAt: clock.now() })
  return {
    own: { pid, started: startOf(pid) },
    change,
    failed,
    /** One that nobody goes on with has failed. */
    current(): Journal | null {
      const journal = places.journal()
      if (!journal || hasUpgradeEnded(journal.upgrade) || isUnderWay(journal)) return journal
      return failed(journal, 'it was cut off before anything was changed')
    },
  }
}

/** What goes on after the answer: fetching, and the supervisor. */
function createWork(
  deps: UpgradesDeps,
  { change, failed, own }: Pages,
  { isClosed, quietly }: { isClosed: () => boolean; quietly: Quietly },
) {
  const { places, clock, shelf } = deps

  const hand = async (journal: Journal, release: Release): Promise<Journal> => {
    await shelf.check(release)
    const folder = folderNameOf(release)
    const { digest, sizeBytes, version } = release
    // Void since another version was installed beside it, or it would run: it must not look as if this upgrade had been done.
    if (places.pointer()?.folder === folder) rmSync(places.pointerFile)
    const next = { digest, sizeBytes, gotBytes: sizeBytes, version, phase: 'checking' } as const
    const handed = change({ ...journal, folder }, next)
    quietly(supervised(release))
    return handed
  }

  const supervised = async ({ digest }: Release): Promise<void> => {
    await deps.supervise(deps.former)
    const journal = places.journal()
    if (isClosed() || journal?.upgrade.digest !== digest) return
    if (journal.supervisor?.pid === own.pid && !hasUpgradeEnded(journal.upgrade))
      failed(journal, 'its supervisor could not start; daemon.out in the log folder says why')
    // What cannot be told now the next start tells.
    await told(deps)
  }

  const fetched = async (journal: Journal, { digest, from = '', sizeBytes = 0 }: Wanted): Promise<void> => {
    let last = journal
    try {
      const path = await fetchRelease({
        places,
        clock,
        digest,
        sizeBytes,
        open: (head) => deps.streamTo(from, RELEASE_STREAM, head),
        progressed: (gotBytes) => (last = change(last, { gotBytes })),
        isOver: isClosed,
      })
      await hand(last, await shelf.take(path))
    } catch (error) {
      if (isClosed()) return // the next start says so
      failed(last, error instanceof Error ? error.message : String(error))
      await told(deps)
    }
  }

  return {
    fetched,
    async handed(journal: Journal, release: Release): Promise<Journal> {
      try {
        return await hand(journal, release)
      } catch (error) {
        failed(journal, error instanceof Error ? error.message : String(error))
        throw error
      }
    },
  }
}

const underWay = (journal: Journal | null): Fault =>
  fault('upgrade.under-way', {
    version: journal?.upgrade.version || 'another release',
    phase: journal?.upgrade.phase ?? 'fetching',
  })

function newJournal(
  { places, clock, version, former, linked }: UpgradesDeps,
  { digest, sizeBytes = 0 }: Wanted,
  { release, by, own }: { release: Release | null; by: string; own: Journal['supervisor'] },
): Journal {
  const pointer = places.pointer()
  return {
    upgrade: {
      digest,
      version: release?.version ?? '',
      from: version,
      phase: release ? 'checking' : 'fetching',
      why: '',
      gotBytes: 0,
      sizeBytes: release?.sizeBytes ?? sizeBytes,
      by,
      startedAt: clock.now(),
      endedAt: null,
    },
    folder: release ? folderNameOf(release) : '',
    // What runs is a release itself, or the installation.
    over: pointer?.version === version ? pointer.over : version,
    former,
    linked: linked(),
    supervisor: own,
    hasSnapshot: false,
    told: false,
  }
}

const eventOf = (upgrade: Upgrade): NewEvent => ({
  type: 'upgrade.changed',
  subject: 'upgrade',
  data: upgrade,
})

/** The version that comes after an upgrade writes its end to the audit log, whatever it was. */
async function told({ places, store, log }: UpgradesDeps): Promise<void> {
  const journal = places.journal()
  if (!journal || journal.told || !hasUpgradeEnded(journal.upgrade)) return
  const { phase, version, from, why, by } = journal.upgrade
  const isDone = phase === 'done'
  log[isDone ? 'info' : 'warn']('upgrade.ended', { phase, version, from, why })
  const detail = { phase, version, from, why, by }
  const end: By = { actor: 'system', address: '', act: 'upgrade.ended', audited: true }
  await store.audit(end, { subject: 'upgrade', outcome: isDone ? 'done' : 'refused', detail })
  await store.commit({
    by: { ...end, audited: false },
    subject: 'upgrade',
    statements: [],
    events: [eventOf(journal.upgrade)],
  })
  places.note({ ...journal, told: true })
}
