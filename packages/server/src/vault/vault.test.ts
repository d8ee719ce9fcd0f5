// C36: what is sealed differs each time, opens only with its key in its place, and a start without the key refuses.
import { randomBytes } from 'node:crypto'
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Fault } from '@tutti/core'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openStore } from '../db/open.ts'
import { quietLog, realClock } from '../db/test-support.ts'
import { keyPath, openKeys } from './keys.ts'
import { createVault, proveVault } from './vault.ts'

const PLACE = { table: 'agents', row: 'agt_1', field: 'key' }
const random = (length: number) => new Uint8Array(randomBytes(length))
const aVault = (key = random(32)) => createVault({ key, keyPath: '/k', random })
const codeOf = (run: () => unknown) => {
  try {
    run()
    return 'none'
  } catch (error) {
    return error instanceof Fault ? error.code : String(error)
  }
}

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tutti-vault-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const keys = () => openKeys({ dataFolder: folder, databasePath: join(folder, 'tutti.db'), random })

test('what is sealed opens again, whatever it is', () => {
  const vault = aVault()
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.string(), (plaintext, row) => {
      const place = { ...PLACE, row }
      expect(vault.open(vault.seal(plaintext, place), place)).toEqual(plaintext)
    }),
  )
})

test('C36 the same secret sealed twice differs', () => {
  const vault = aVault()
  expect(Buffer.from(vault.seal('s', PLACE)).equals(vault.seal('s', PLACE))).toBe(false)
})

test('C36 a sealed value moved to another row, field or table does not open', () => {
  const vault = aVault()
  const sealed = vault.seal('s', PLACE)
  for (const moved of [{ row: 'agt_2' }, { field: 'other' }, { table: 'users' }]) {
    expect(codeOf(() => vault.open(sealed, { ...PLACE, ...moved }))).toBe('secret.missing')
  }
})

test('C36 a sealed value with any bit changed or cut off does not open, nor with another key', () => {
  const vault = aVault()
  const sealed = vault.seal('a secret', PLACE)
  for (let bit = 0; bit < sealed.length * 8; bit++) {
    const changed = sealed.slice()
    changed[bit >> 3]! ^= 1 << (bit & 7)
    expect(codeOf(() => vault.open(changed, PLACE))).toBe('secret.missing')
  }
  for (let length = 0; length < sealed.length; length++) {
    expect(codeOf(() => vault.open(sealed.subarray(0, length), PLACE))).toBe('secret.missing')
  }
  expect(codeOf(() => aVault().open(sealed, PLACE))).toBe('secret.missing')
})

test('keys are made once, private to their owner, and the same afterwards', () => {
  const first = keys()

  expect(keys()).toEqual(first)
  expect(Buffer.from(first.vault).equals(first.audit)).toBe(false)
  expect(statSync(join(folder, 'keys')).mode & 0o777).toBe(0o700)
  for (const name of ['vault', 'audit'] as const) {
    expect(statSync(keyPath(folder, name)).mode & 0o777).toBe(0o600)
  }
})

test('C36 a database without its key is refused, and no new key is made', () => {
  keys()
  writeFileSync(join(folder, 'tutti.db'), 'x')
  rmSync(keyPath(folder, 'vault'))

  expect(codeOf(keys)).toBe('secret.missing')
  expect(statSync(keyPath(folder, 'vault'), { throwIfNoEntry: false })).toBeUndefined()
})

test('any flipped bit or cut of a key file is noticed', () => {
  keys()
  const path = keyPath(folder, 'audit')
  const whole = readFileSync(path)
  chmodSync(path, 0o600)
  for (let bit = 0; bit < whole.length * 8; bit++) {
    const changed = Buffer.from(whole)
    changed[bit >> 3]! ^= 1 << (bit & 7)
    writeFileSync(path, changed)
    expect([bit, codeOf(keys)]).toEqual([bit, 'secret.missing'])
  }
  for (let length = 0; length < whole.length; length++) {
    writeFileSync(path, whole.subarray(0, length))
    expect(codeOf(keys)).toBe('secret.missing')
  }
})

test('C36 a start with another key refuses', async () => {
  const path = join(folder, 'tutti.db')
  const store = await openStore({ path, clock: realClock, log: quietLog, auditKey: random(32) })
  try {
    const vault = aVault()
    await proveVault(vault, store)
    await proveVault(vault, store)

    await expect(proveVault(aVault(), store)).rejects.toMatchObject({ code: 'secret.missing' })
  } finally {
    await store.close()
  }
})
