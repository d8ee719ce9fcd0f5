// A checksum for each page of the database file. SQLite has none, so a flipped bit in a stored text would be read as the
// truth; with these `tutti doctor` finds it, whichever bit it is.
// File: "TUTTISUM", page size (4 bytes), then the CRC-32 of each page (0: not known), then the CRC-32 of all before.
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { crc32 } from 'node:zlib'
import { writeDurably } from './durable-file.ts'
import { readHeader } from './file-check.ts'
import { readIfThere, readWal, type Wal } from './wal.ts'

const MAGIC = 'TUTTISUM'
const HEAD_BYTES = 12
const SUM_BYTES = 4
// Pages are read in runs: one read a page would cost more than its checksum.
const RUN_PAGES = 256

export interface PageSums {
  pageBytes: number
  /** CRC-32 by page number minus one; 0 where it is not known. */
  sums: number[]
}

export const sumsPath = (path: string) => `${path}-sums`

/** The sums of the database at the path; null when there are none, a sentence when the file is damaged. */
export function readPageSums(path: string): PageSums | string | null {
  const bytes = readIfThere(sumsPath(path))
  if (bytes === null) return null
  const end = bytes.length - SUM_BYTES
  if (end < HEAD_BYTES || bytes.length % SUM_BYTES !== 0) return `it is cut off at ${bytes.length} bytes`
  if (crc32(bytes.subarray(0, end)) !== bytes.readUInt32BE(end)) return 'it does not fit its own checksum'
  if (bytes.toString('latin1', 0, MAGIC.length) !== MAGIC) return 'it is not a file of page checksums'
  const sums = Array.from({ length: (end - HEAD_BYTES) / SUM_BYTES }, (_, i) =>
    bytes.readUInt32BE(HEAD_BYTES + i * SUM_BYTES),
  )
  return { pageBytes: bytes.readUInt32BE(MAGIC.length), sums }
}

/** Replaces the file; durable when it returns, so that the log that it was taken from may go. */
export function writePageSums(path: string, { pageBytes, sums }: PageSums) {
  const bytes = Buffer.alloc(HEAD_BYTES + (sums.length + 1) * SUM_BYTES)
  bytes.write(MAGIC, 'latin1')
  bytes.writeUInt32BE(pageBytes, MAGIC.length)
  for (const [i, value] of sums.entries()) bytes.writeUInt32BE(value, HEAD_BYTES + i * SUM_BYTES)
  const end = bytes.length - SUM_BYTES
  bytes.writeUInt32BE(crc32(bytes.subarray(0, end)), end)
  writeDurably(sumsPath(path), bytes)
}

/** Takes over the pages that a whole checkpoint has moved from the log into the file. */
export function withLog(
  before: PageSums,
  { databasePages, sums: newest }: { databasePages: number; sums: ReadonlyMap<number, number> },
): PageSums {
  const sums = before.sums.slice(0, databasePages || before.sums.length)
  while (sums.length < databasePages) sums.push(0)
  for (const [page, sum] of newest) if (page <= sums.length) sums[page - 1] = sum
  return { pageBytes: before.pageBytes, sums }
}

/** The sums of a file as it is now; pages that the log holds stay unknown until they are moved. */
export function takePageSums(path: string): PageSums {
  const held = readWal(`${path}-wal`)?.pages ?? new Set()
  const header = readHeader(path)
  if (typeof header === 'string') throw new Error(`${path}: ${header}`)
  const sums: number[] = []
  for (const { page, sum } of pagesOf(path, header.pageBytes)) sums[page - 1] = held.has(page) ? 0 : sum
  return { pageBytes: header.pageBytes, sums }
}

/** Numbers of the pages that are not what was written, at most ten. `wal` is the log beside the file, null for none. */
export function wrongPages(
  path: string,
  { pageBytes, sums }: PageSums,
  wal: Wal | null = readWal(`${path}-wal`),
): number[] {
  const held: ReadonlySet<number> = wal?.pages ?? new Set()
  const there = new Map<number, number>()
  for (const { page, sum } of pagesOf(path, pageBytes)) there.set(page, sum)
  return sums
    .flatMap((sum, i) => (sum !== 0 && !held.has(i + 1) && there.get(i + 1) !== sum ? [i + 1] : []))
    .slice(0, SHOWN_PAGES)
}

const SHOWN_PAGES = 10

function* pagesOf(path: string, pageBytes: number): Generator<{ page: number; sum: number }> {
  const file = openSync(path, 'r')
  try {
    const pages = Math.floor(fstatSync(file).size / pageBytes)
    const run = Buffer.alloc(RUN_PAGES * pageBytes)
    for (let first = 0; first < pages; first += RUN_PAGES) {
      const length = Math.min(RUN_PAGES, pages - first) * pageBytes
      const read = readSync(file, run, 0, length, first * pageBytes)
      for (let at = 0; at + pageBytes <= read; at += pageBytes) {
        yield { page: first + at / pageBytes + 1, sum: sumOf(run.subarray(at, at + pageBytes)) }
      }
    }
  } finally {
    closeSync(file)
  }
}

// 0 stands for "not known"; a page that has it as its sum is as good with another fixed value.
export const sumOf = (bytes: Buffer) => crc32(bytes) || 1
