// How far the write-ahead log is, read from the index that SQLite keeps beside it: no statement tells it without work.
// Format: https://www.sqlite.org/walformat.html#the_wal_index_file_format
import { closeSync, openSync, readSync } from 'node:fs'
import { endianness } from 'node:os'
import { sum } from './wal.ts'

export const INDEX_BYTES = 48
const SUMMED_BYTES = 40

export interface WalIndex {
  /** Frames up to the last commit. */
  frames: number
  /** Running checksum of the log behind them. */
  checksum: readonly [number, number]
  salt: readonly [number, number]
  bytes: Buffer
}

/** The index of the database at the path, or null when there is none (yet). */
export function readWalIndex(path: string): WalIndex | null {
  let file: number
  try {
    file = openSync(`${path}-shm`, 'r')
  } catch {
    return null // not there before the first write
  }
  try {
    const bytes = Buffer.alloc(INDEX_BYTES)
    return readSync(file, bytes, 0, INDEX_BYTES, 0) === INDEX_BYTES ? parseWalIndex(bytes) : null
  } finally {
    closeSync(file)
  }
}

/** The header of a wal-index, or null when it does not fit its own checksum. */
export function parseWalIndex(bytes: Buffer): WalIndex | null {
  const bigEndian = endianness() === 'BE'
  const word = (at: number) => (bigEndian ? bytes.readUInt32BE(at) : bytes.readUInt32LE(at))
  const [a, b] = sum(bytes.subarray(0, SUMMED_BYTES), [0, 0], bigEndian)
  if (bytes.length < INDEX_BYTES || a !== word(40) || b !== word(44)) return null
  // The salts are copied as they stand in the log, which is big-endian everywhere.
  const salt = [bytes.readUInt32BE(32), bytes.readUInt32BE(36)] as const
  return { frames: word(16), checksum: [word(24), word(28)], salt, bytes }
}
