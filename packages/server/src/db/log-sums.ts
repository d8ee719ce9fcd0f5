// The checksums of the pages in the write-ahead log, taken run by run behind the answers: when the log is moved into the file
// nearly all are there already, and nobody waits while megabytes are read again.
import { closeSync, openSync, readSync } from 'node:fs'
import { sumOf } from './page-sums.ts'
import type { WalIndex } from './wal-index.ts'
import { FRAME_HEADER_BYTES, HEADER_BYTES } from './wal.ts'

/** What the log changes in the file. */
export interface LoggedPages {
  /** Frames that are counted in. */
  frames: number
  /** Pages of the database after the last of them. */
  databasePages: number
  /** CRC-32 of the newest content of each page. */
  sums: ReadonlyMap<number, number>
}

// A megabyte at a time. A group has some forty frames, and the next writes half of their pages again: of a run only the newest
// content of each page is summed up.
export const RUN_FRAMES = 256

/** Call it with the index as it is now; what it answers is all of the log up to there. */
export function createLogSums(path: string): (index: WalIndex) => LoggedPages {
  const sums = new Map<number, number>()
  let salt: readonly [number, number] = [0, 0]
  let frames = 0
  let databasePages = 0
  let run = Buffer.alloc(0)

  const take = (file: number, frameBytes: number, upTo: number) => {
    if (run.length === 0) run = Buffer.alloc(RUN_FRAMES * frameBytes)
    const length = Math.min(RUN_FRAMES, upTo - frames) * frameBytes
    const read = readSync(file, run, 0, length, HEADER_BYTES + frames * frameBytes)
    if (read < length) throw new Error(`the log of ${path} is shorter than its index says`)
    const met = new Set<number>()
    let pages = 0
    for (let at = length - frameBytes; at >= 0; at -= frameBytes) {
      const page = run.readUInt32BE(at)
      pages ||= run.readUInt32BE(at + 4)
      if (met.has(page)) continue
      met.add(page)
      sums.set(page, sumOf(run.subarray(at + FRAME_HEADER_BYTES, at + frameBytes)))
    }
    databasePages = pages || databasePages
    frames += length / frameBytes
  }

  return (index) => {
    if (index.salt[0] !== salt[0] || index.salt[1] !== salt[1] || index.frames < frames) {
      sums.clear() // the log began anew: what it held is in the file
      salt = index.salt
      frames = 0
    }
    if (frames < index.frames) {
      const file = openSync(`${path}-wal`, 'r')
      try {
        const frameBytes = FRAME_HEADER_BYTES + pageBytesOf(file)
        while (frames < index.frames) take(file, frameBytes, index.frames)
      } finally {
        closeSync(file)
      }
    }
    return { frames, databasePages, sums }
  }
}

function pageBytesOf(file: number): number {
  const header = Buffer.alloc(HEADER_BYTES)
  readSync(file, header, 0, HEADER_BYTES, 0)
  return header.readUInt32BE(8)
}
