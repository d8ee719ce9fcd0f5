// What the writer does between groups, behind the answers: moves the log into the file and sums up its pages, drops old
// events, tries the disk.
import { rmSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'
import { createLogSums, RUN_FRAMES, type LoggedPages } from './log-sums.ts'
import { readPageSums, sumsPath, takePageSums, withLog, writePageSums } from './page-sums.ts'
import type { PageSums } from './page-sums.ts'
import type { Retention } from './thread-message.ts'
import { readWalIndex } from './wal-index.ts'
import type { WalMark } from './wal-mark.ts'

// 4 MB, SQLite's own default. While they are moved no unit is answered, so it is done when nobody waits; in a burst that does not
// end it is done at twice that. Rarer is worse: at 12,000 frames every sender of a burst of mail stood for 60 ms, here for 15,
// and the burst as a whole takes no longer.
const CHECKPOINT_FRAMES = 1000
const LONG_FRAMES = 2000
const EVENTS_BETWEEN_PRUNES = 1000
// A step of pruning keeps the writer for a few ms.
const PRUNE_ROWS = 2000
// Larger than a normal group, so that a disk with one free page is not called healed.
const PROBE_BYTES = 256 * 1024

export interface Upkeep {
  /** After a group. */
  rest(lastSeq: number, now: number): void
  /** When nobody waits. */
  quiet(): void
  /** Once, after the start: reads the whole file when there are no sums yet, as after a restore. */
  takeSums(): void
  /** Throws while the disk refuses. */
  probe(): void
  close(): void
}

export function createUpkeep(
  database: DatabaseSync,
  { path, retention, mark }: { path: string; retention: Retention; mark: WalMark },
): Upkeep {
  let sums: PageSums | null = null
  let prunedAtSeq = 0
  let held = 0
  const log = createLogReader(path, mark)

  /** Whether all of the log is in the file now. Its sums are durable before the next commit may begin the log anew. */
  const checkpoint = (): boolean => {
    const logged = log.read()
    const state = database.prepare('PRAGMA wal_checkpoint(PASSIVE)').get()
    const whole = state?.['busy'] === 0 && state['log'] === state['checkpointed']
    if (whole && logged && sums) keepSums(withLog(sums, logged))
    return whole
  }

  /** Old sums beside new pages would call them damaged: rather none, and the next start takes them anew. */
  const keepSums = (next: PageSums) => {
    sums = null
    try {
      writePageSums(path, next)
      sums = next
    } catch (error) {
      rmSync(sumsPath(path), { force: true })
      throw error
    }
  }

  const checkpointFrom = (atLeast: number) => {
    const frames = log.read()?.frames ?? 0
    if (frames - held < atLeast) return
    // A copy that reads an old state keeps the log from being emptied; trying at each group would sync for nothing.
    held = checkpoint() ? 0 : frames
  }

  const prune = (lastSeq: number, now: number) => {
    if (lastSeq - prunedAtSeq < EVENTS_BETWEEN_PRUNES) return
    const cut = pruneTo(lastSeq, now)
    const { changes } = database
      .prepare('DELETE FROM events WHERE seq IN (SELECT seq FROM events WHERE seq <= ? ORDER BY seq LIMIT ?)')
      .run(cut, PRUNE_ROWS)
    if (Number(changes) < PRUNE_ROWS) prunedAtSeq = lastSeq
  }

  /** Beyond either limit; never the newest row, which says how far the log is. */
  const pruneTo = (lastSeq: number, now: number) => {
    const young = database
      .prepare('SELECT seq FROM events WHERE at >= ? ORDER BY seq LIMIT 1')
      .get(now - retention.ageMs)?.['seq']
    const byAge = typeof young === 'number' ? young - 1 : lastSeq - 1
    return Math.min(Math.max(byAge, lastSeq - retention.events), lastSeq - 1)
  }

  return {
    rest(lastSeq, now) {
      prune(lastSeq, now)
      if (log.unread() >= RUN_FRAMES) checkpointFrom(LONG_FRAMES)
    },
    quiet: () => checkpointFrom(CHECKPOINT_FRAMES),
    probe() {
      database.exec('BEGIN IMMEDIATE')
      try {
        database.exec(`INSERT OR REPLACE INTO meta VALUES ('probe', zeroblob(${PROBE_BYTES})); COMMIT`)
      } catch (error) {
        if (database.isTransaction) database.exec('ROLLBACK')
        throw error
      }
      database.exec("DELETE FROM meta WHERE key = 'probe'")
    },
    takeSums() {
      const known = readPageSums(path)
      if (known !== null && typeof known !== 'string') sums = known
      else keepSums(takePageSums(path))
    },
    close() {
      if (!checkpoint()) return // the next start reads the log
      mark.remove()
      database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
    },
  }
}

function createLogReader(path: string, mark: WalMark) {
  const follow = createLogSums(path)
  let followed = 0
  return {
    read(): LoggedPages | null {
      const index = readWalIndex(path)
      followed = index?.frames ?? 0
      return index && follow(index)
    },
    /** Frames that nobody has looked at yet; a log that began anew is new altogether. */
    unread(): number {
      const frames = mark.frames()
      return frames < followed ? frames : frames - followed
    },
  }
}
