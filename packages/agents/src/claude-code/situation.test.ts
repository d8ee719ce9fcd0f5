// What Claude Code is doing, out of all that it shows: the truth table as it was measured with the real program.
import { STATES } from '@tutti/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { judge, type Situation } from './situation.ts'

const NOW = 100_000
const AGO = NOW - 10_000

const aSituation = (change: Partial<Situation> = {}): Situation => ({
  vendor: null,
  turn: { is: 'none', at: AGO },
  tasks: { shells: 0, agents: 0, atStop: 0 },
  retry: null,
  opening: null,
  ask: null,
  ...change,
})
const vendor = (status: string, waitingFor: string | null = null, at = AGO + 1000) => ({
  status,
  waitingFor,
  at,
})
const stateOf = (change: Partial<Situation>) => judge(aSituation(change), NOW).evidence.state
const open = { is: 'open', at: AGO } as const
const ended = { is: 'ended', at: AGO } as const

test.each([
  ['busy', { vendor: vendor('busy') }, 'working'],
  [
    'busy while a retry is on the screen',
    { vendor: vendor('busy'), retry: { words: '529', at: AGO } },
    'rate-limited',
  ],
  [
    'busy after Stop with a sub-agent at work',
    { vendor: vendor('busy'), turn: ended, tasks: { shells: 0, agents: 1, atStop: 1 } },
    'background',
  ],
  ['waiting for a permission', { vendor: vendor('waiting', 'permission prompt') }, 'waiting-approval'],
  ['waiting for input', { vendor: vendor('waiting', 'input needed') }, 'waiting-answer'],
  ['waiting for what nobody knows', { vendor: vendor('waiting', 'a miracle') }, 'unknown'],
  ['a shell in the background', { vendor: vendor('shell') }, 'background'],
  ['idle after Stop', { vendor: vendor('idle'), turn: ended }, 'idle'],
  ['idle within a turn, which is how Esc shows', { vendor: vendor('idle'), turn: open }, 'interrupted'],
  [
    'idle after StopFailure',
    { vendor: vendor('idle'), turn: { is: 'failed', at: AGO, words: '400' } },
    'failed',
  ],
  ['a status that nobody knows', { vendor: vendor('dreaming') }, 'unknown'],
  ['nothing at all', {}, 'unknown'],
  ['a question before the first prompt', { opening: 'Accessing workspace:' }, 'waiting-answer'],
  ['hooks only, within a turn', { turn: open }, 'working'],
  ['hooks only, after Stop', { turn: ended }, 'idle'],
  ['hooks only, with a sub-agent', { turn: ended, tasks: { shells: 0, agents: 2, atStop: 2 } }, 'background'],
  [
    'hooks only, with an ask',
    { turn: open, ask: { kind: 'approval', title: 'ls', at: AGO } as const },
    'waiting-approval',
  ],
] as const)('%s', (_, change, state) => {
  expect(stateOf(change)).toBe(state)
})

test('an idle that has just come within a turn is looked at again before it counts as an interrupt', () => {
  const situation = aSituation({
    vendor: vendor('idle', null, NOW - 60),
    turn: { is: 'open', at: NOW - 100 },
  })

  const { evidence, againMs } = judge(situation, NOW)

  expect(evidence.state).toBe('working')
  expect(againMs).toBeGreaterThan(0)
  expect(judge(situation, NOW + (againMs ?? 0)).evidence.state).toBe('interrupted')
})

test('a turn that a hook tells of is work, before the file says so', () => {
  const situation = aSituation({ vendor: vendor('idle', null, AGO), turn: { is: 'open', at: NOW } })

  expect(judge(situation, NOW).evidence.state).toBe('working')
})

test('between the end of a task in the background and the turn about it nothing is idle', () => {
  const tasks = { shells: 0, agents: 0, atStop: 1 }
  const situation = aSituation({ vendor: vendor('idle', null, NOW - 20), turn: ended, tasks })

  expect(judge(situation, NOW).evidence.state).toBe('background')
  expect(judge(situation, NOW + 1000).evidence.state).toBe('idle')
})

test('whatever is shown, there is one known state with a reason, and a look again is in the future', () => {
  const at = fc.integer({ min: 0, max: NOW })
  const turn = fc.oneof(
    fc.record({ is: fc.constantFrom('none', 'open', 'ended', 'interrupted'), at }),
    fc.record({ is: fc.constant('failed' as const), at, words: fc.string({ maxLength: 5000 }) }),
  )
  const status = fc.oneof(fc.constantFrom('busy', 'idle', 'waiting', 'shell'), fc.string())
  const situation = fc.record({
    vendor: fc.option(fc.record({ status, waitingFor: fc.option(fc.string()), at })),
    turn,
    tasks: fc.record({ shells: fc.nat(3), agents: fc.nat(3), atStop: fc.nat(3) }),
    retry: fc.option(fc.record({ words: fc.string(), at })),
    opening: fc.option(fc.string({ maxLength: 200 })),
    ask: fc.option(
      fc.record({ kind: fc.constantFrom('approval', 'question'), title: fc.string({ maxLength: 5000 }), at }),
    ),
  })

  fc.assert(
    fc.property(situation, (shown) => {
      const { evidence, againMs } = judge(shown, NOW)
      expect(STATES).toContain(evidence.state)
      expect(evidence.why.length).toBeGreaterThan(0)
      expect(evidence.why.length).toBeLessThanOrEqual(2000)
      expect(againMs === null || againMs > 0).toBe(true)
    }),
  )
})
