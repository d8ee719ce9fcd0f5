// Status fusion: what must hold for every story that sources can tell, and the rows of the truth table that taught us.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { EVIDENCE_SOURCES, type Evidence, type EvidenceSource } from './evidence.ts'
import { followedBy, fuse, noEvidence, withEvidence, withSilence, type Known } from './fusion.ts'
import { STATES, type State } from './state.ts'

const logOf = (told: readonly Evidence[]) => told.reduce(withEvidence, noEvidence)
const fused = (told: readonly Evidence[], asks: Known['asks'] = []) =>
  fuse({ log: logOf(told), asks, startedAt: 0 })
const says = (source: EvidenceSource, state: State, at: number): Evidence => ({
  source,
  state,
  at,
  why: `${source} says ${state}`,
})
const stateOf = (told: readonly Evidence[], asks: Known['asks'] = []) => fused(told, asks).status.state

const anEvidence = fc.record({
  source: fc.constantFrom(...EVIDENCE_SOURCES),
  state: fc.constantFrom(...STATES),
  why: fc.string({ maxLength: 5 }),
  at: fc.integer({ min: 0, max: 60_000 }),
})
const aStory = fc.array(anEvidence, { maxLength: 30 })
const anAsk = fc.record({
  kind: fc.constantFrom('approval' as const, 'question' as const),
  title: fc.string({ maxLength: 20 }),
  at: fc.integer({ min: 0, max: 60_000 }),
})
const isEnded = (told: readonly Evidence[]) => {
  const last = logOf(told).heard.get('process')?.at(-1)
  return last?.state === 'exited' || last?.state === 'failed'
}

describe('for every story', () => {
  test('an agent with an open ask is never idle: it waits, unless its process has ended', () => {
    fc.assert(
      fc.property(aStory, fc.array(anAsk, { minLength: 1, maxLength: 4 }), (told, asks) => {
        const state = stateOf(told, asks)
        const isApproval = asks.some((ask) => ask.kind === 'approval')
        const waiting = isApproval ? 'waiting-approval' : 'waiting-answer'
        expect(isEnded(told) ? ['exited', 'failed'] : [waiting]).toContain(state)
      }),
    )
  })

  test('the order in which evidence of different moments arrives does not matter', () => {
    const both = fc
      .uniqueArray(anEvidence, { maxLength: 30, selector: ({ at }) => at })
      .chain((told) =>
        fc.tuple(
          fc.constant(told),
          fc.shuffledSubarray(told, { minLength: told.length, maxLength: told.length }),
        ),
      )
    fc.assert(
      fc.property(both, ([told, shuffled]) => {
        expect(fused(shuffled)).toEqual(fused(told))
      }),
    )
  })

  test('of what one source says of the same moment, the later word counts', () => {
    fc.assert(
      fc.property(anEvidence, anEvidence, (first, second) => {
        const { status } = fused([first, { ...second, source: first.source, at: first.at }])
        expect(status).toMatchObject({ state: second.state, why: second.why })
      }),
    )
  })

  test('nothing worse overrides what the program itself says, but for a finer word on the same state', () => {
    const finer: Partial<Record<State, State[]>> = {
      working: ['rate-limited'],
      idle: ['failed', 'interrupted', 'background'],
    }
    fc.assert(
      fc.property(aStory, fc.constantFrom(...STATES), (told, state) => {
        fc.pre(!isEnded(told))
        const shown = stateOf([...told, says('vendor', state, 70_000)])
        expect([state, ...(finer[state] ?? [])]).toContain(shown)
      }),
    )
  })

  test('nothing worse overrides a hook while it is fresh', () => {
    const worse = aStory.map((told) => told.filter(({ source }) => source === 'screen' || source === 'title'))
    fc.assert(
      fc.property(
        worse,
        fc.constantFrom<State>('waiting-answer', 'starting', 'background'),
        (told, state) => {
          expect(stateOf([...told, says('hook', state, 57_000)])).toBe(state)
        },
      ),
    )
  })

  test('what the best source cannot name is unknown, and never as before', () => {
    fc.assert(
      fc.property(aStory, (told) => {
        fc.pre(!isEnded(told))
        expect(stateOf([...told, says('vendor', 'unknown', 70_000)])).toBe('unknown')
      }),
    )
  })

  test('a source that has fallen silent counts as if it had never spoken', () => {
    fc.assert(
      fc.property(aStory, fc.constantFrom(...EVIDENCE_SOURCES), (told, source) => {
        const quiet = fuse({ log: withSilence(logOf(told), source), asks: [], startedAt: 0 }).status
        expect(quiet).toEqual(fused(told.filter((one) => one.source !== source)).status)
      }),
    )
  })

  test('exactly one source decides where anything is known, and every source has its reason', () => {
    fc.assert(
      fc.property(aStory, (told) => {
        const { reasons } = fused(told)
        expect(reasons.filter(({ role }) => role === 'decides')).toHaveLength(told.length === 0 ? 0 : 1)
        expect(new Set(reasons.map(({ source }) => source)).size).toBe(
          new Set(told.map((one) => one.source)).size,
        )
      }),
    )
  })
})

describe('the truth table', () => {
  test('nothing heard is unknown since the start', () => {
    expect(fused([]).status).toMatchObject({ state: 'unknown', since: 0 })
  })

  test('Stop with a running sub-agent is not idle: the program says it is busy', () => {
    expect(stateOf([says('vendor', 'working', 1000), says('hook', 'idle', 9000)])).toBe('working')
  })

  test('Esc has no hook: the program says idle at once, and so does a title where it is silent', () => {
    const told = [
      says('hook', 'working', 1000),
      says('vendor', 'working', 1100),
      says('vendor', 'idle', 2000),
    ]
    expect(stateOf(told)).toBe('idle')
    expect(stateOf([says('hook', 'working', 1000), says('title', 'idle', 9000)])).toBe('idle')
    expect(stateOf([says('hook', 'working', 8000), says('title', 'idle', 9000)])).toBe('working')
  })

  test('retries show on the screen only: busy becomes rate-limited, and working again when the screen says so', () => {
    const limited = [says('vendor', 'working', 1000), says('screen', 'rate-limited', 5000)]
    expect(stateOf(limited)).toBe('rate-limited')
    expect(stateOf([...limited, says('screen', 'working', 9000)])).toBe('working')
    expect(stateOf([...limited, says('vendor', 'idle', 9000)])).toBe('idle')
  })

  test('a failed turn is failed until the next turn, though the program calls it idle', () => {
    const failed = [
      says('vendor', 'working', 1000),
      says('hook', 'failed', 4900),
      says('vendor', 'idle', 5000),
    ]
    expect(stateOf(failed)).toBe('failed')
    const again = [...failed, says('vendor', 'working', 20_000), says('hook', 'working', 20_000)]
    expect(stateOf(again)).toBe('working')
    expect(stateOf([...again, says('vendor', 'idle', 30_000), says('hook', 'idle', 30_000)])).toBe('idle')
  })

  test('what says the same as an open ask agrees with it, and what says otherwise is overruled', () => {
    const ask = { kind: 'approval' as const, title: 'npm test', at: 5 }
    const told = [says('vendor', 'waiting-approval', 1), says('screen', 'idle', 2)]
    expect(fused(told, [ask]).reasons.map(({ source, role }) => [source, role])).toEqual([
      ['ask', 'decides'],
      ['vendor', 'agrees'],
      ['screen', 'overruled'],
    ])
  })

  test('a better sentence about the same state does not begin it anew', () => {
    const before = { state: 'idle' as const, why: 'one', since: 5 }
    expect(followedBy(before, { state: 'idle', why: 'two', since: 9 })).toEqual({
      state: 'idle',
      why: 'two',
      since: 5,
    })
    expect(followedBy(before, { state: 'working', why: 'x', since: 9 }).since).toBe(9)
  })

  test('a state began when its source first said so, however often it repeats itself', () => {
    const told = [says('vendor', 'idle', 1), says('vendor', 'working', 5), says('vendor', 'working', 8)]
    expect(fused(told).status).toMatchObject({ state: 'working', since: 5 })
  })
})
