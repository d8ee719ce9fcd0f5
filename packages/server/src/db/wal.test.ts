// Our reading of the log, of its index and of the page sums agrees with SQLite and notices every bit.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { must } from '@tutti/core'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createLogSums } from './log-sums.ts'
import { readPageSums, sumsPath, takePageSums, withLog, wrongPages, writePageSums } from './page-sums.ts'
import { readWalIndex } from './wal-index.ts'
import { createWalMark, markPath, readMark } from './wal-mark.ts'
import { readWal } from './wal.ts'

let folder: string
let path: string
let database: DatabaseSync
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tutti-wal-'))
  path = join(folder, 'tutti.db')
  database = new DatabaseSync(path)
  database.exec(
    'PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; CREATE TABLE t (n INTEGER, body TEXT)',
  )
})
afterEach(() => {
  if (database.isOpen) database.close()
  rmSync(folder, { recursive: true })
})

const insert = (rows: number) => {
  for (let n = 0; n < rows; n++) database.prepare('INSERT INTO t VALUES (?, ?)').run(n, 'x'.repeat(500))
}
const index = () => must(readWalIndex(path), 'an index')
const wal = () => must(readWal(`${path}-wal`), 'a log')
const checkpoint = () => database.prepare('PRAGMA wal_checkpoint(PASSIVE)').get()

test('the log and its index count the frames that SQLite counts, also after the log began anew', () => {
  insert(50)
  const index = must(readWalIndex(path), 'an index')
  expect(wal().frames).toBe(index.frames)
  expect(wal().checksumAt(index.frames)).toEqual(index.checksum)
  expect(checkpoint()).toMatchObject({ log: index.frames, checkpointed: index.frames })

  insert(3)

  expect(wal().frames).toBe(readWalIndex(path)?.frames)
  expect(wal().frames).toBeLessThan(index.frames)
})

test('an open transaction is not counted', () => {
  insert(5)
  const before = wal().frames
  database.exec('PRAGMA cache_size = 1; BEGIN')
  insert(100)

  expect(wal().frames).toBe(before)
  database.exec('ROLLBACK')
})

test('the page sums that are taken from the log are those of the file after the checkpoint', () => {
  insert(20)
  let sums = takePageSums(path)
  const follow = createLogSums(path)
  for (let round = 0; round < 3; round++) {
    insert(60)
    checkpoint()
    sums = withLog(sums, follow(index()))
    expect(wrongPages(path, sums)).toEqual([])
  }
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  expect(sums).toEqual(takePageSums(path))
})

test('the sums of the log are the same whether it is followed commit by commit or read at once', () => {
  const follow = createLogSums(path)
  const steps = [1, 30, 0, 600, 2].map((rows) => {
    insert(rows)
    return follow(index()).frames
  })

  expect(steps).toEqual(steps.toSorted((a, b) => a - b))
  expect(follow(index())).toEqual(createLogSums(path)(index()))
  expect(new Set(follow(index()).sums.keys())).toEqual(wal().pages)
})

test('page sums are read as they were written, and any flipped bit of their file is noticed', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(0xffffffff), { maxLength: 40 }), fc.nat(), fc.nat(7), (sums, place, bit) => {
      writePageSums(path, { pageBytes: 4096, sums })
      expect(readPageSums(path)).toEqual({ pageBytes: 4096, sums })
      const bytes = readFileSync(sumsPath(path))
      bytes[place % bytes.length]! ^= 1 << bit
      writeFileSync(sumsPath(path), bytes)
      expect(typeof readPageSums(path)).toBe('string')
    }),
    { numRuns: 40 },
  )
})

test('the mark fits the log that it was taken from and each that went on, and no shorter one', () => {
  const mark = createWalMark(path)
  insert(10)
  mark.set()
  expect(readMark(path)(wal())).toBeNull()
  insert(1)
  expect(readMark(path)(wal())).toBeNull()
  const longer = readFileSync(`${path}-wal`)
  // Commits that come between the two readings, as where a daemon runs, are nothing that is gone.
  const judge = readMark(path)
  mark.set()
  expect(judge(wal())).toBeNull()

  writeFileSync(`${path}-cut`, longer.subarray(0, longer.length - 100))
  expect(readMark(path)(readWal(`${path}-cut`))?.problem).toMatch(/only \d+ of \d+ acknowledged frames/)
  checkpoint()
  insert(1)
  expect(readMark(path)(wal())).toBeNull()
  mark.remove()
  expect(readFileSync(path).length).toBeGreaterThan(0)
  writeFileSync(markPath(path), 'x'.repeat(48))
  expect(readMark(path)(wal())).toMatchObject({ path: markPath(path) })
})
