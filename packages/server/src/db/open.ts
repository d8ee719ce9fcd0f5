// Opens the store: reads on this thread over a read-only connection, writes as units through the writer's thread.
import { DatabaseSync } from 'node:sqlite'
import type { Clock, LoggedEvent } from '@tutti/core'
import type { Log } from '../handler.ts'
import { flightOf } from './flight.ts'
import { createListeners } from './listeners.ts'
import { loadMigrations } from './migrations.ts'
import type { Migration } from './migrations.ts'
import { createReader } from './reader.ts'
import type { By, Store, Unit } from './store.ts'
import type { Retention } from './thread-message.ts'
import { openWriterPort, runThread, threadBesideThis } from './writer-port.ts'

export interface StoreOptions {
  path: string
  clock: Clock
  log: Log
  /** 32 bytes from keys/audit.key; without it the chain cannot be forged. */
  auditKey: Uint8Array
  /** For a bundle, which has no folder of steps. */
  migrations?: readonly Migration[]
  /** For a bundle: where writer-thread.js is. */
  workerUrl?: URL
  retention?: Retention
  /** How long to wait between tries while the disk refuses. */
  probeMs?: number
}

// A viewer that was away for a day or two resumes; an older one reads everything anew, which is cheaper by then.
const RETENTION: Retention = { events: 200_000, ageMs: 30 * 24 * 3600 * 1000 }
// Often enough to heal within 10 s of free space, rare enough to leave a struggling disk alone.
const PROBE_MS = 2000

/** Resolves when the database is open and migrated; rejects with the fault that forbids the start. */
export async function openStore(options: StoreOptions): Promise<Store> {
  const { path, clock, log } = options
  const workerUrl = options.workerUrl ?? threadBesideThis()
  const eventListeners = createListeners<readonly LoggedEvent[]>(log, 'events')
  const writableListeners = createListeners<boolean>(log, 'writable')
  const audited = new WeakSet<By>()
  let lastSeq = 0

  const { port, ready } = await openWriterPort({
    workerUrl,
    task: {
      task: 'write',
      path,
      auditKey: options.auditKey,
      migrations: options.migrations ?? loadMigrations(),
      retention: options.retention ?? RETENTION,
      probeMs: options.probeMs ?? PROBE_MS,
      at: clock.now(),
    },
    clock,
    log,
    onWritable(writable) {
      log.warn(writable ? 'store.healed' : 'store.full')
      writableListeners.tell(writable)
    },
    onEvents(events) {
      lastSeq = events.at(-1)?.seq ?? lastSeq
      eventListeners.tell(events)
    },
  })
  lastSeq = ready.lastSeq
  if (ready.migrated.length > 0) log.info('store.migrated', { steps: ready.migrated })
  const reader = createReader(new DatabaseSync(path, { readOnly: true, timeout: READ_WAIT_MS }), path)

  const send = async (unit: Unit, outcome: 'done' | 'refused' | null) => {
    const committed = await port.send(flightOf(unit, clock.now(), outcome))
    if (outcome) audited.add(unit.by)
    return committed
  }

  return {
    all: reader.all,
    get: reader.get,
    commit: (unit) => send(unit, unit.by.audited ? 'done' : null),
    wasAudited: (by) => audited.has(by),
    async audit(by, { subject, outcome, detail }) {
      await send({ by, subject, detail, statements: [] }, outcome)
    },
    onEvents: (listener) => eventListeners.add(listener),
    eventsSince: (since, limit) => reader.eventsSince({ since, limit, lastSeq }),
    lastSeq: () => lastSeq,
    writable: port.writable,
    onWritable: (listener) => writableListeners.add(listener),
    async copyTo(to) {
      await runThread(workerUrl, { task: 'copy', path, to })
    },
    async close() {
      reader.close() // before the writer, whose last connection then empties and removes the log
      await port.close()
    },
  }
}

const READ_WAIT_MS = 1000
