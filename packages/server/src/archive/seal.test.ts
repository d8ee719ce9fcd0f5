// Closed files: only whom they are for opens them, and one that was cut off or changed anywhere opens for nobody.
import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { identityOf } from '../mesh/identity.ts'
import { openSealed, sealFile, type Opener } from './seal.ts'

let folder: string
const random = (length: number) => new Uint8Array(randomBytes(length))
const seed = new Uint8Array(32).fill(5)
const self = identityOf(seed).id
const opener: Opener = { passphrase: null, self, seed }
const plain = randomBytes(150_000)
let closed: Buffer
let serial = 0

const opened = async (bytes: Uint8Array, by: Opener = opener): Promise<Buffer> => {
  const [from, to] = [join(folder, `in-${++serial}`), join(folder, `out-${serial}`)]
  writeFileSync(from, bytes)
  await openSealed(from, to, by)
  return readFileSync(to)
}
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'opened',
    (error: { code?: string }) => error.code ?? 'another error',
  )

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tutti-seal-'))
  writeFileSync(join(folder, 'plain'), plain)
  await sealFile(join(folder, 'plain'), join(folder, 'closed'), { lock: { recipient: self }, random })
  closed = readFileSync(join(folder, 'closed'))
})
afterAll(() => rmSync(folder, { recursive: true }))

test('a file for a machine opens with its key and with no other', async () => {
  expect((await opened(closed)).equals(plain)).toBe(true)
  const other = new Uint8Array(32).fill(6)
  expect(await codeOf(opened(closed, { ...opener, self: identityOf(other).id, seed: other }))).toBe(
    'archive.closed',
  )
  expect(await codeOf(opened(closed, { ...opener, seed: other }))).toBe('archive.closed')
})

test('a passphrase opens what it closed, in any spelling of its letters; another one does not', async () => {
  const lock = { passphrase: 'caf\u00e9 au lait' }
  await sealFile(join(folder, 'plain'), join(folder, 'phrase'), { lock, random })
  const bytes = readFileSync(join(folder, 'phrase'))
  expect((await opened(bytes, { ...opener, passphrase: 'cafe\u0301 au lait' })).equals(plain)).toBe(true)
  expect(await codeOf(opened(bytes, { ...opener, passphrase: 'cafe au lait' }))).toBe('archive.closed')
  expect(await codeOf(opened(bytes))).toBe('archive.closed')
  const cut = bytes.subarray(0, bytes.length - 1)
  expect(await codeOf(opened(cut, { ...opener, passphrase: lock.passphrase }))).toBe('archive.damaged')
})

test('an archive of any other length is refused by name', async () => {
  const chunk = 64 * 1024 + 16
  const head = closed.indexOf('\n', closed.indexOf('\n') + 1) + 1
  const edges = [0, 1, head - 1, head, head + 1, head + 15, head + chunk, head + 2 * chunk, closed.length - 1]
  const sampled = Array.from({ length: 25 }, (_, i) => Math.floor((i * closed.length) / 25))
  for (const length of [...edges, ...sampled])
    expect([length, await codeOf(opened(closed.subarray(0, length)))]).toEqual([
      length,
      expect.stringMatching(/^archive\.(damaged|closed)$/),
    ])
  expect(await codeOf(opened(Buffer.concat([closed, Buffer.of(0)])))).toBe('archive.damaged')
  // The last chunk left out, or two in each other's place.
  expect(await codeOf(opened(closed.subarray(0, head + 2 * chunk)))).toBe('archive.damaged')
  const swapped = [
    closed.subarray(0, head),
    closed.subarray(head + chunk, head + 2 * chunk),
    closed.subarray(head, head + chunk),
  ]
  expect(await codeOf(opened(Buffer.concat([...swapped, closed.subarray(head + 2 * chunk)])))).toBe(
    'archive.closed',
  )
})

test('an archive with any byte changed is refused by name', async () => {
  const head = closed.indexOf('\n', closed.indexOf('\n') + 1) + 1
  const sampled = Array.from({ length: 25 }, (_, i) => head + Math.floor((i * (closed.length - head)) / 25))
  const first = [...Array(head).keys()].filter((at) => at % 5 === 0)
  for (const at of [...first, ...sampled, closed.length - 1]) {
    const bytes = Buffer.from(closed)
    bytes[at] = (bytes[at] ?? 0) ^ (1 << (at % 8))
    expect([at, await codeOf(opened(bytes))]).toEqual([
      at,
      expect.stringMatching(/^archive\.(damaged|closed)$/),
    ])
  }
})
