// Reads SQLite's write-ahead log as bytes, to see what the library passes over in silence: a frame that no longer fits its
// checksum ends the log, and every commit behind it would be gone without a word.
// Format: https://www.sqlite.org/fileformat2.html#the_write_ahead_log
import { readFileSync } from 'node:fs'
import { endianness } from 'node:os'

export const HEADER_BYTES = 32
export const FRAME_HEADER_BYTES = 24
const MAGIC = 0x377f0682 // the last bit says whether checksums read words big-endian

export interface Wal {
  /** Null when the header fits its own checksum. */
  problem: string | null
  salt: readonly [number, number]
  /** Frames up to the last commit that all fit their checksums. */
  frames: number
  /** Running checksum after that many frames. */
  checksumAt(frames: number): readonly [number, number] | null
  /** Pages of the database after the last commit; 0 without one. */
  databasePages: number
  /** Numbers of the pages that the log holds up to the last commit. */
  pages: ReadonlySet<number>
}

/** The log beside a database, or null when there is none or it is empty. */
export function readWal(path: string): Wal | null {
  const bytes = readIfThere(path)
  if (bytes === null || bytes.length === 0) return null
  const header = readHeader(bytes)
  if (typeof header === 'string') return unreadable(header)
  return walk(bytes, header)
}

interface Header {
  pageBytes: number
  bigEndian: boolean
  salt: readonly [number, number]
  checksum: readonly [number, number]
}

function readHeader(bytes: Buffer): Header | string {
  if (bytes.length < HEADER_BYTES) return `it is cut off at ${bytes.length} bytes`
  const magic = bytes.readUInt32BE(0)
  if ((magic & ~1) >>> 0 !== MAGIC) return 'it does not begin like a write-ahead log'
  const bigEndian = (magic & 1) === 1
  const checksum = sum(bytes.subarray(0, 24), [0, 0], bigEndian)
  const written = [bytes.readUInt32BE(24), bytes.readUInt32BE(28)] as const
  if (!same(checksum, written)) return 'its header does not fit its checksum'
  const salt = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)] as const
  return { pageBytes: bytes.readUInt32BE(8), bigEndian, salt, checksum }
}

function walk(bytes: Buffer, header: Header): Wal {
  const sums: (readonly [number, number])[] = [header.checksum]
  const pages: number[] = []
  let [committed, databasePages] = [0, 0]
  const frameBytes = FRAME_HEADER_BYTES + header.pageBytes
  for (let at = HEADER_BYTES; at + frameBytes <= bytes.length; at += frameBytes) {
    const frame = bytes.subarray(at, at + frameBytes)
    const checksum = frameChecksum(frame, header, sums.at(-1) ?? header.checksum)
    if (!checksum) break
    sums.push(checksum)
    pages.push(frame.readUInt32BE(0))
    const size = frame.readUInt32BE(4)
    if (size > 0) [committed, databasePages] = [pages.length, size]
  }
  const checksumAt = (frames: number) => (frames <= committed ? (sums[frames] ?? null) : null)
  const held = new Set(pages.slice(0, committed))
  return {
    problem: null,
    salt: header.salt,
    frames: committed,
    checksumAt,
    databasePages,
    pages: held,
  }
}

/** The running checksum behind the frame, or null when it is of an older log or does not fit. */
function frameChecksum(frame: Buffer, header: Header, before: readonly [number, number]) {
  if (!same([frame.readUInt32BE(8), frame.readUInt32BE(12)], header.salt)) return null
  const start = sum(frame.subarray(0, 8), before, header.bigEndian)
  const checksum = sum(frame.subarray(FRAME_HEADER_BYTES), start, header.bigEndian)
  return same(checksum, [frame.readUInt32BE(16), frame.readUInt32BE(20)]) ? checksum : null
}

/** The checksum of WAL headers and frames: two running sums over pairs of words. */
export function sum(bytes: Buffer, start: readonly [number, number], bigEndian: boolean): [number, number] {
  if (bigEndian === IS_BIG_ENDIAN && bytes.byteOffset % 4 === 0) return ownSum(bytes, start)
  let [a, b] = start
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let at = 0; at + 8 <= bytes.length; at += 8) {
    a = (a + view.getUint32(at, !bigEndian) + b) >>> 0
    b = (b + view.getUint32(at + 4, !bigEndian) + a) >>> 0
  }
  return [a, b]
}

const IS_BIG_ENDIAN = endianness() === 'BE'

/** The same for words in the machine's own order, as they always are unless the file comes from another: three times as fast. */
function ownSum(bytes: Buffer, start: readonly [number, number]): [number, number] {
  const words = new Int32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength >> 2)
  let [a, b] = [start[0] | 0, start[1] | 0]
  for (let at = 0; at + 1 < words.length; at += 2) {
    a = (a + (words[at] ?? 0) + b) | 0
    b = (b + (words[at + 1] ?? 0) + a) | 0
  }
  return [a >>> 0, b >>> 0]
}

const same = (a: readonly [number, number], b: readonly [number, number]) => a[0] === b[0] && a[1] === b[1]

const unreadable = (problem: string): Wal => ({
  problem,
  salt: [0, 0],
  frames: 0,
  checksumAt: () => null,
  databasePages: 0,
  pages: new Set(),
})

/** The bytes of a file, or null when it is not there. */
export function readIfThere(path: string): Buffer | null {
  try {
    return readFileSync(path)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
}
