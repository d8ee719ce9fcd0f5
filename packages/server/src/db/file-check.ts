// What can be seen of a database file before SQLite opens it: a file that was cut off, emptied or replaced must stop the
// start by name, never become an empty database.
import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs'
import type { Wal } from './wal.ts'

// https://www.sqlite.org/fileformat2.html#the_database_header
const HEADER_BYTES = 100
const MAGIC = 'SQLite format 3\0'

export interface DatabaseHeader {
  pageBytes: number
  /** Pages that the header counts. */
  pages: number
  sizeBytes: number
}

/** The header of the file, or a sentence about what is wrong with it. */
export function readHeader(path: string): DatabaseHeader | string {
  const file = openSync(path, 'r')
  try {
    const { size } = fstatSync(file)
    const bytes = Buffer.alloc(HEADER_BYTES)
    const read = readSync(file, bytes, 0, HEADER_BYTES, 0)
    if (read < HEADER_BYTES) return `it is cut off at ${size} bytes`
    if (bytes.toString('latin1', 0, 16) !== MAGIC) return 'it does not begin like a database'
    const raw = bytes.readUInt16BE(16)
    const pageBytes = raw === 1 ? 65_536 : raw
    if (pageBytes < 512 || (pageBytes & (pageBytes - 1)) !== 0) return `its page size is ${pageBytes}`
    return { pageBytes, pages: bytes.readUInt32BE(28), sizeBytes: size }
  } finally {
    closeSync(file)
  }
}

/** Null, or what is missing: every page must be in the file or in the log. */
export function sizeProblem(header: DatabaseHeader, wal: Wal | null): string | null {
  const { pageBytes, sizeBytes } = header
  const needed = wal && wal.databasePages > 0 ? wal.databasePages : header.pages
  const there = Math.floor(sizeBytes / pageBytes)
  for (let page = there + 1; page <= needed; page++) {
    if (!wal?.pages.has(page)) return `${needed} pages were written, but it ends after ${there}`
  }
  return null
}

export const isThere = (path: string) => statSync(path, { throwIfNoEntry: false }) !== undefined
