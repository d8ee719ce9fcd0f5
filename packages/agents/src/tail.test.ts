// The tail of a growing file, on real files: whatever the pieces, each line comes once and whole.
import { appendFileSync, mkdtempSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createTail, type Tail } from './tail.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tutti-tail-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

async function all(tail: Tail): Promise<{ lines: string[]; isFresh: boolean }> {
  const lines: string[] = []
  let isFresh = false
  for (;;) {
    const news = await tail.next()
    if (news.isFresh) lines.length = 0
    isFresh ||= news.isFresh
    lines.push(...news.lines)
    if (!news.hasMore) return { lines, isFresh }
  }
}

test('whatever the pieces in which a file grows, each line comes once, whole and in order', async () => {
  let files = 0
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.string({ unit: 'grapheme', maxLength: 30 }).map((line) => line.replaceAll('\n', ' '))),
      fc.array(fc.nat(40), { maxLength: 30 }),
      async (lines, sizes) => {
        const path = join(folder, String(files++))
        const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''))
        const tail = createTail(path)
        const seen: string[] = []
        let at = 0
        for (const size of [...sizes, bytes.length]) {
          appendFileSync(path, bytes.subarray(at, at + size))
          at += size
          seen.push(...(await all(tail)).lines)
        }

        expect(seen).toEqual(lines.map((line) => Buffer.from(line).toString()))
      },
    ),
    { numRuns: 60 },
  )
})

test('a line that is cut in its middle waits for its end', async () => {
  const path = join(folder, 'cut')
  const tail = createTail(path)
  writeFileSync(path, '{"a":1}\n{"b":')
  const before = await all(tail)
  appendFileSync(path, '2}\n')

  expect(before.lines).toEqual(['{"a":1}'])
  expect(await all(tail)).toEqual({ lines: ['{"b":2}'], isFresh: false })
})

test('a file that is cut, written anew or replaced is read from its beginning, and said to be fresh', async () => {
  const path = join(folder, 'turning')
  const tail = createTail(path)
  writeFileSync(path, 'one\ntwo\n')
  await all(tail)

  truncateSync(path, 0)
  appendFileSync(path, 'new\n')
  expect(await all(tail)).toEqual({ lines: ['new'], isFresh: true })

  writeFileSync(path, 'longer than before\n')
  expect(await all(tail)).toEqual({ lines: ['longer than before'], isFresh: true })

  writeFileSync(`${path}.next`, 'longer than before\nrotated\n')
  renameSync(`${path}.next`, path)
  expect(await all(tail)).toEqual({ lines: ['longer than before', 'rotated'], isFresh: true })
})

test('a file that is not there yet, or is there no more, has no lines', async () => {
  const path = join(folder, 'late')
  const tail = createTail(path)

  expect(await all(tail)).toEqual({ lines: [], isFresh: false })
  writeFileSync(path, 'here\n')
  expect(await all(tail)).toEqual({ lines: ['here'], isFresh: false })
  rmSync(path)
  expect(await all(tail)).toEqual({ lines: [], isFresh: true })
})

test('a line beyond the limit is left out, and the next one comes', async () => {
  const path = join(folder, 'huge')
  const tail = createTail(path)
  writeFileSync(path, 'before\n')
  for (let part = 0; part < 34; part++) appendFileSync(path, Buffer.alloc(1024 * 1024, 'x'))
  appendFileSync(path, '\nafter\n')

  expect((await all(tail)).lines).toEqual(['before', 'after'])
})
