// The limits of the loop breaker as they are typed.
import { LOOP_LIMITS } from '@tutti/core'
import { expect, test } from 'vitest'
import { limitsOf, loopDraft, loopProblem, withLimits } from './loop-draft.ts'

test('what is shown is what is saved, and an empty field is not looked at', () => {
  expect(limitsOf(loopDraft(LOOP_LIMITS))).toEqual(LOOP_LIMITS)
  const draft = { sameCalls: '', turns: '', dollars: '', minutes: '5' }
  expect(loopProblem(draft)).toBeNull()
  expect(limitsOf(draft)).toEqual({
    sameCalls: null,
    turnsWithoutChange: null,
    windowMs: 300_000,
    windowMicros: null,
  })
})

test.each([
  [{ sameCalls: '1' }],
  [{ turns: '1001' }],
  [{ turns: 'ten' }],
  [{ dollars: '-2' }],
  [{ minutes: '' }],
  [{ minutes: '1441' }],
])('%j is refused', (change) => {
  expect(loopProblem({ ...loopDraft(LOOP_LIMITS), ...change })).not.toBeNull()
})

test('an agent gets its own limits and loses them again, and the others keep theirs', () => {
  const mine = { ...LOOP_LIMITS, sameCalls: 3 }
  const loops = withLimits({ all: LOOP_LIMITS, agents: { b: LOOP_LIMITS } }, 'a', mine)

  expect(loops).toEqual({ all: LOOP_LIMITS, agents: { a: mine, b: LOOP_LIMITS } })
  expect(withLimits(loops, 'a', null)).toEqual({ all: LOOP_LIMITS, agents: { b: LOOP_LIMITS } })
  expect(withLimits(loops, null, mine).all).toEqual(mine)
})
