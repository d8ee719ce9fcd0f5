// H9: who passes bytes on can neither read nor change them, nor stand between the two ends.
import { expect, test } from 'vitest'
import { newExchange, sealOf } from './relay-seal.ts'

test('H9 what one end has closed only the other one opens', () => {
  const [near, far, between] = [newExchange(), newExchange(), newExchange()]
  const here = sealOf(near, far.publicRaw, { dialled: true })
  const there = sealOf(far, near.publicRaw, { dialled: false })
  const plain = Buffer.from('the words of a message')

  const closed = here.close(plain)
  expect(Buffer.from(closed).includes(plain)).toBe(false)
  expect(Buffer.from(there.open(closed) ?? []).toString()).toBe(plain.toString())
  expect(here.open(closed)).toBeNull()
  expect(sealOf(between, near.publicRaw, { dialled: false }).open(closed)).toBeNull()
  for (let at = 0; at < closed.byteLength; at++) {
    const changed = Uint8Array.from(closed)
    changed[at] = (changed[at] ?? 0) ^ 1
    expect(there.open(changed)).toBeNull()
  }
})

test('H9 keys of somebody between the two ends change what both prove to each other', () => {
  const [near, far, between] = [newExchange(), newExchange(), newExchange()]
  const honest = sealOf(near, far.publicRaw, { dialled: true }).binding
  expect(sealOf(far, near.publicRaw, { dialled: false }).binding).toBe(honest)

  const towardsNear = sealOf(near, between.publicRaw, { dialled: true }).binding
  const towardsFar = sealOf(far, between.publicRaw, { dialled: false }).binding
  expect(new Set([honest, towardsNear, towardsFar]).size).toBe(3)
})
