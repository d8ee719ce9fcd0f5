// Holds viewers to their promise: the bytes shown are the bytes written, over any cuts and repeats.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { opened, placed, replaced, type Position } from './terminal-position.ts'

const content = (from: number, to: number) =>
  Uint8Array.from({ length: to - from }, (_, i) => (from + i) % 251)

test('any overlapping pieces give every byte once, and a hole is never passed over', () => {
  const pieces = fc.array(fc.record({ back: fc.nat(20), ahead: fc.nat(3), length: fc.nat(40) }), {
    maxLength: 30,
  })
  fc.assert(
    fc.property(pieces, (given) => {
      let position: Position = replaced(opened(null, { epoch: 'a', offset: 0 }), 0)
      const shown: number[] = []
      for (const { back, ahead, length } of given) {
        const from = Math.max(0, position.offset - back + ahead)
        const next = placed(position, from, content(from, from + length))
        expect(next === 'gap').toBe(from > position.offset)
        if (next === 'gap') continue
        shown.push(...next.bytes)
        position = next.position
      }
      expect(shown).toEqual([...content(0, position.offset)])
    }),
  )
})

test('the same epoch goes on where it was, another one begins anew with nothing to resume', () => {
  const before = replaced(opened(null, { epoch: 'a', offset: 10 }), 12)
  expect(opened(before, { epoch: 'a', offset: 12 })).toEqual({ epoch: 'a', offset: 12, shown: true })
  expect(opened(before, { epoch: 'b', offset: 3 })).toEqual({ epoch: 'b', offset: 3, shown: false })
})
