// Remembers how far the log was at the last acknowledged commit. SQLite ends a log in silence at the first frame that does
// not fit; with the mark, acknowledged commits that are gone stop the start by name.
import { closeSync, constants, openSync, readSync, rmSync, writeSync } from 'node:fs'
import { isThere } from './file-check.ts'
import { INDEX_BYTES, parseWalIndex } from './wal-index.ts'
import { readIfThere } from './wal.ts'
import type { Wal } from './wal.ts'

export interface WalMark {
  /** After each commit, before its answer. Not synced: after a power cut it may be older, never newer, than the log. */
  set(): void
  /** How many frames the log had then; 0 before the first time. */
  frames(): number
  /** Before the log is emptied for a clean end. */
  remove(): void
}

// Never emptied: an empty mark would look damaged if the crash came now.
const KEEP = constants.O_RDWR | constants.O_CREAT

export const markPath = (path: string) => `${path}-mark`

/** Copies the head of SQLite's log index, which says how many frames are committed and their running checksum. */
export function createWalMark(path: string): WalMark {
  const bytes = Buffer.alloc(INDEX_BYTES)
  let files: { index: number; mark: number } | null = null
  const open = () => ({ index: openSync(`${path}-shm`, 'r'), mark: openSync(markPath(path), KEEP, 0o600) })
  return {
    set() {
      files ??= open()
      readSync(files.index, bytes, 0, INDEX_BYTES, 0)
      writeSync(files.mark, bytes, 0, INDEX_BYTES, 0)
    },
    frames: () => parseWalIndex(bytes)?.frames ?? 0,
    remove() {
      if (files) for (const file of [files.index, files.mark]) closeSync(file)
      files = null
      rmSync(markPath(path), { force: true })
    },
  }
}

/** Null, or a sentence about what is gone. The log is null for none or an empty one. */
type Judge = (wal: Wal | null) => { path: string; problem: string } | null

/**
 * Reads the mark, to judge the log by it. Read the log after it: where a daemon runs, a mark that is read after the log may tell
 * of commits that came in between.
 */
export function readMark(path: string): Judge {
  const bytes = readIfThere(markPath(path))
  if (bytes === null) return () => null
  const mark = parseWalIndex(bytes)
  if (!mark) return () => ({ path: markPath(path), problem: 'it does not fit its own checksum' })
  return (wal) => {
    const problem = logProblem(mark, wal, isThere(`${path}-wal`))
    return problem === null ? null : { path: `${path}-wal`, problem }
  }
}

function logProblem(mark: NonNullable<ReturnType<typeof parseWalIndex>>, wal: Wal | null, exists: boolean) {
  if (mark.frames === 0) return null
  // Another program that opened the database after a crash has moved the log into the file and removed it.
  if (wal === null) return exists ? `it is empty, but ${mark.frames} frames were acknowledged` : null
  if (wal.problem) return wal.problem
  // A newer log: the crash fell between a commit and its mark.
  if (wal.salt[0] !== mark.salt[0] || wal.salt[1] !== mark.salt[1]) return null
  const checksum = wal.checksumAt(mark.frames)
  const same = checksum?.[0] === mark.checksum[0] && checksum[1] === mark.checksum[1]
  return same ? null : `only ${wal.frames} of ${mark.frames} acknowledged frames can be read`
}
