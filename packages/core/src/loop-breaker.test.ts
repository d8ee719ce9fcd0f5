// The loop breaker: what counts as going round in circles, and what never does.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { afterLoopEvent, LOOP_LIMITS, noLoop, type LoopEvent } from './loop-breaker.ts'

const verdicts = (events: readonly LoopEvent[]): string[] => {
  const found: string[] = []
  let state = noLoop
  for (const event of events) {
    const step = afterLoopEvent(state, event, LOOP_LIMITS)
    state = step.state
    if (step.verdict !== null) found.push(step.verdict)
  }
  return found
}
const times = (count: number, make: (index: number) => LoopEvent) =>
  Array.from({ length: count }, (_, i) => make(i))
const call = (key: string): LoopEvent => ({ type: 'tool', name: 'Bash', key, at: 0 })

test('the same call ten times in a row is a loop, told once', () => {
  expect(verdicts(times(10, () => call('ls')))).toEqual([
    'It called Bash 10 times in a row with the same input',
  ])
  expect(verdicts(times(19, () => call('ls')))).toHaveLength(1)
  expect(verdicts(times(9, () => call('ls')))).toEqual([])
})

test('calls that differ, or that change something in between, are work', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 100 }), (keys) => {
      const worked = keys.flatMap((key): LoopEvent[] => [call(key), { type: 'change', at: 0 }])
      expect(verdicts(worked)).toEqual([])
    }),
  )
  expect(verdicts(times(50, (i) => call(String(i % 2))))).toEqual([])
})

test('many turns without a change are a loop, unless somebody says something new', () => {
  const turn: LoopEvent = { type: 'turn', at: 0 }
  const says = (text: string): LoopEvent => ({ type: 'prompt', text, at: 0 })
  expect(verdicts(times(30, () => turn))).toEqual(['It took 30 turns without a change to any file'])
  expect(verdicts(times(60, (i) => (i % 2 ? turn : says(`${i}`))))).toEqual([])
  expect(verdicts(times(62, (i) => (i % 2 ? turn : says('go on'))))).toHaveLength(1)
})

test('cost counts within its window only', () => {
  const cost = (at: number): LoopEvent => ({ type: 'cost', micros: 10_000_000, at })
  expect(verdicts([cost(0), cost(60_000)])).toEqual(['It spent $20.00 within 10 minutes'])
  expect(verdicts([cost(0), cost(600_000), cost(1_200_000)])).toEqual([])
})

test('a limit that is null is never reached', () => {
  const none = { ...LOOP_LIMITS, sameCalls: null, turnsWithoutChange: null, windowMicros: null }
  const events: LoopEvent[] = [
    ...times(99, () => call('ls')),
    ...times(99, (): LoopEvent => ({ type: 'turn', at: 0 })),
    { type: 'cost', micros: 999_000_000, at: 0 },
  ]
  let state = noLoop
  for (const event of events) {
    const step = afterLoopEvent(state, event, none)
    expect(step.verdict).toBeNull()
    state = step.state
  }
})
