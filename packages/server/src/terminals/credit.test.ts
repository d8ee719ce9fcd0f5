// Holds credit to its promise: a viewer that gives credit and never reads gets no more than the connection has room for.
import { expect, test } from 'vitest'
import { createCredit } from './credit.ts'

function aConnection() {
  const passed: number[] = []
  let looks: (() => void)[] = []
  const state = { buffered: 0, passed, cancelled: 0 }
  const credit = createCredit({
    clock: {
      now: () => 0,
      after: (_, run) => {
        looks.push(run)
        return () => state.cancelled++
      },
    },
    bufferedBytes: () => state.buffered,
    pass: (bytes) => passed.push(bytes),
  })
  const look = (): void => {
    const due = looks
    looks = []
    for (const run of due) run()
  }
  return { state, credit, look }
}

test('credit passes at once while the connection has room', () => {
  const { state, credit } = aConnection()

  credit.give(5)
  credit.give(7)

  expect(state.passed).toEqual([5, 7])
})

test('credit waits while the connection is full, and none of it is lost', () => {
  const { state, credit, look } = aConnection()
  state.buffered = 2_000_000

  credit.give(5)
  credit.give(7)
  look()
  expect(state.passed).toEqual([])

  state.buffered = 0
  look()
  credit.give(1)
  expect(state.passed).toEqual([12, 1])
})

test('a closed channel looks no more', () => {
  const { state, credit } = aConnection()
  state.buffered = 2_000_000
  credit.give(5)

  credit.close()

  expect(state.cancelled).toBe(1)
})
