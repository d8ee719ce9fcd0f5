// Parcels of agents: whole and as signed, or refused by name.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { canonicalJson, signedText, signText } from '@tutti/protocol'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { header, paddingOf } from '../backup/tar.ts'
import { createNodeCrypto, identityOf } from '../mesh/identity.ts'
import { openParcel, writeParcel, type Parcel } from './parcel.ts'

let folder: string
let whole: Buffer
let made: Parcel
let serial = 0
const crypto = createNodeCrypto()
const me = identityOf(new Uint8Array(32).fill(5))
const facts = { agent: 'agt_1', name: 'mover', createdAt: 1, by: me.id, sign: me.sign }

const opened = async (bytes: Uint8Array): Promise<string> => {
  const path = join(folder, `parcel-${++serial}`)
  writeFileSync(path, bytes)
  const into = `${path}.parts`
  try {
    await openParcel(path, into, crypto)
    return 'opened'
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error)
  } finally {
    rmSync(into, { recursive: true, force: true })
  }
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tutti-parcel-'))
  writeFileSync(join(folder, 'a'), 'x'.repeat(700))
  writeFileSync(join(folder, 'b'), '')
  const sources = [
    { name: 'agent.json', path: join(folder, 'a') },
    { name: 'files/empty', path: join(folder, 'b') },
  ]
  made = await writeParcel(join(folder, 'whole'), sources, facts)
  whole = readFileSync(join(folder, 'whole'))
})
afterAll(() => rmSync(folder, { recursive: true }))

test('a parcel gives back its parts and says who made it', async () => {
  expect(made).toEqual({ sizeBytes: whole.length, sha256: createHash('sha256').update(whole).digest('hex') })
  const manifest = await openParcel(join(folder, 'whole'), join(folder, 'parts'), crypto)
  expect(manifest).toMatchObject({ agent: 'agt_1', name: 'mover', by: me.id })
  expect(readFileSync(join(folder, 'parts', 'agent.json'), 'utf8')).toBe('x'.repeat(700))
  expect(readFileSync(join(folder, 'parts', 'files', 'empty'), 'utf8')).toBe('')
})

test('a parcel of any other length, or with any byte changed, is refused by name', async () => {
  for (let length = 0; length < whole.length; length += 307)
    expect([length, await opened(whole.subarray(0, length))]).toEqual([length, 'parcel.damaged'])
  expect(await opened(Buffer.concat([whole, Buffer.alloc(512)]))).toBe('parcel.damaged')
  for (let at = 0; at < whole.length; at += 67) {
    const bytes = Buffer.from(whole)
    bytes[at] = (bytes[at] ?? 0) ^ 1
    expect([at, await opened(bytes)]).toEqual([at, 'parcel.damaged'])
  }
})

test('a signed parcel with a way out of its folder, a link, a name twice or too many parts is refused', async () => {
  const part = (name: string) => ({ name, sizeBytes: 0, sha256: createHash('sha256').digest('hex') })
  const made = (parts: object[], type = '0') => {
    const unsigned = {
      format: 'tutti-agent/1',
      agent: 'agt_1',
      name: 'mover',
      createdAt: 1,
      by: me.id,
      parts,
    }
    const sig = signText(signedText('tutti-parcel/1', [canonicalJson(unsigned)]), me.sign)
    const text = Buffer.from(canonicalJson({ ...unsigned, sig }))
    const block = header({ name: 'plain', sizeBytes: 0 })
    block.write(type, 156, 'latin1')
    const first = header({ name: 'manifest.json', sizeBytes: text.length })
    return Buffer.concat([first, text, Buffer.alloc(paddingOf(text.length)), block, Buffer.alloc(1024)])
  }
  expect(await opened(made([part('plain')]))).toBe('opened')
  expect(await opened(made([part('plain')], '2'))).toBe('parcel.damaged')
  for (const name of ['../plain', '/etc/passwd', 'a/../../b', 'a//b', '.git', 'a\0b', 'manifest.json', ''])
    expect([name, await opened(made([part(name)]))]).toEqual([name, 'parcel.damaged'])
  expect(await opened(made([part('plain'), part('plain')]))).toBe('parcel.damaged')
  expect(await opened(made(Array.from({ length: 10_001 }, (_, i) => part(`p${i}`))))).toBe('parcel.damaged')
  const other = { ...facts, by: identityOf(new Uint8Array(32).fill(6)).id }
  await writeParcel(join(folder, 'forged'), [{ name: 'a', path: join(folder, 'a') }], other)
  expect(await opened(readFileSync(join(folder, 'forged')))).toBe('parcel.damaged')
})

test('a link that lies in the way is not written through', async () => {
  const into = join(folder, 'trap')
  mkdirSync(into)
  symlinkSync(join(folder, 'target'), join(into, 'agent.json'))
  await expect(openParcel(join(folder, 'whole'), into, crypto)).rejects.toThrow('EEXIST')
  expect(existsSync(join(folder, 'target'))).toBe(false)
})
