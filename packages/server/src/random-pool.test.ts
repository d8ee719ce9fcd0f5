// Holds the pool to handing each byte out once.
import { expect, test } from 'vitest'
import { createRandomPool } from './random-pool.ts'

/** Fills with 1, 2, 3 … so that a byte that came twice would show. */
function counted() {
  let next = 0
  const drawn: number[] = []
  const fill = (bytes: Uint8Array) => {
    drawn.push(bytes.length)
    for (const at of bytes.keys()) bytes[at] = next++ % 251
  }
  return { fill, drawn }
}

test('pieces follow one another without a byte twice, and the system is asked once for many', () => {
  const { fill, drawn } = counted()
  const random = createRandomPool(fill)
  const bytes = Array.from({ length: 100 }, () => [...random(16)]).flat()

  expect(bytes).toEqual(Array.from({ length: 1600 }, (_, i) => i % 251))
  expect(drawn).toEqual([4096])
})

test('a piece that no longer fits is drawn anew, and a large one is drawn for itself', () => {
  const { fill, drawn } = counted()
  const random = createRandomPool(fill)
  const sizes = [4000, 200, 5000, 16].map((length) => random(length).length)

  expect(sizes).toEqual([4000, 200, 5000, 16])
  expect(drawn).toEqual([4096, 4096, 5000])
})

test('a piece stays as it was given when others follow', () => {
  const random = createRandomPool(counted().fill)
  const first = random(4)
  random(4000)
  random(4000)
  expect([...first]).toEqual([0, 1, 2, 3])
})
