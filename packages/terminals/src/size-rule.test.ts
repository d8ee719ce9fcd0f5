// Holds the size rule to what it says, for any order of events.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { SizeEvent, SizeState } from './size-rule.ts'
import { NOBODY, ownerSize, sizeAfter } from './size-rule.ts'

const viewer = fc.integer({ min: 1, max: 4 })
const size = fc.record({ cols: fc.integer({ min: 1, max: 200 }), rows: fc.integer({ min: 1, max: 60 }) })
const event: fc.Arbitrary<SizeEvent> = fc.oneof(
  fc.record({ type: fc.constantFrom('opened' as const, 'typed' as const, 'took' as const), viewer, size }),
  fc.record({ type: fc.constant('resized' as const), viewer, size }),
  fc.record({ type: fc.constant('left' as const), viewer }),
  fc.record({ type: fc.constant('terminal-used' as const) }),
  fc.record({ type: fc.constant('terminals-left' as const) }),
)

const after = (events: readonly SizeEvent[], isAdopted: boolean): SizeState => {
  let state = NOBODY
  for (const each of events) state = sizeAfter(state, each, isAdopted)
  return state
}

describe('the size rule', () => {
  test('always has an owner that is there', () => {
    fc.assert(
      fc.property(fc.array(event), fc.boolean(), (events, isAdopted) => {
        const state = after(events, isAdopted)
        expect(state.owner === 'terminal').toBe(ownerSize(state) === undefined)
      }),
    )
  })

  test('lets who typed last decide, but on a server that is not ours', () => {
    fc.assert(
      fc.property(fc.array(event), viewer, size, (events, who, wanted) => {
        expect(ownerSize(after([...events, { type: 'typed', viewer: who, size: wanted }], false))).toEqual(
          wanted,
        )
        const before = after(events, true)
        expect(sizeAfter(before, { type: 'typed', viewer: who, size: wanted }, true).owner).toBe(before.owner)
      }),
    )
  })

  test('never lets a viewer decide on a server that is not ours unless one took over', () => {
    const quiet = event.filter(({ type }) => type !== 'took')
    fc.assert(
      fc.property(fc.array(quiet), (events) => {
        expect(after(events, true).owner).toBe('terminal')
      }),
    )
  })

  test('gives the size back when all viewers have left', () => {
    fc.assert(
      fc.property(fc.array(event), fc.boolean(), (events, isAdopted) => {
        const leave: SizeEvent[] = [1, 2, 3, 4].map((each) => ({ type: 'left', viewer: each }))
        expect(after([...events, ...leave], isAdopted)).toEqual(NOBODY)
      }),
    )
  })
})
