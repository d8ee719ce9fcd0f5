// The demo's room: twelve agents that are complete, speak well, and together show every state.
import { expect, test } from 'vitest'
import { systemClock } from './clock.ts'
import { demoAgents } from './demo-agents.ts'
import { createPerformer } from './performer.ts'
import { createRandom } from './random.ts'
import { scenarioNamed, SCENARIOS } from './scenarios/scenarios.ts'
import { createSession } from './session.ts'
import { stateOf, type AgentState, type Phase } from './stage/phase.ts'
import type { Stage } from './stage/stage.ts'
import type { Line } from './terminal/line.ts'

type Played = { states: { at: number; state: AgentState }[]; text: string }

/** Plays a scenario for some minutes of its own time, in no time of ours, and answers nothing. */
async function play(name: string, seed: number, minutes: number): Promise<Played> {
  let nowMs = 0
  const played: Played = { states: [], text: '' }
  const ending = new AbortController()
  const clock = {
    now: () => nowMs,
    sleep: async (ms: number, signal: AbortSignal) => {
      await Promise.resolve()
      signal.throwIfAborted()
      nowMs += ms
      if (nowMs > minutes * 60_000) ending.abort()
    },
  }
  const never = (signal: AbortSignal) =>
    new Promise<never>((_, reject) => {
      if (signal.aborted) reject(signal.reason)
      signal.addEventListener('abort', () => reject(signal.reason))
    })
  const stage: Stage = {
    print: (lines: Line[]) => {
      played.text += lines.map(({ spans }) => `${spans.map(({ text }) => text).join('')}\n`).join('')
    },
    show: (phase: Phase) => {
      if (played.states.at(-1)?.state !== stateOf(phase))
        played.states.push({ at: nowMs, state: stateOf(phase) })
    },
    spend: () => {},
    choose: (dialog, signal) => {
      stage.show(dialog)
      ending.abort()
      return never(signal)
    },
    takePrompt: () => undefined,
    prompted: never,
    key: () => {},
    resize: () => {},
  }
  const random = createRandom(seed)
  const perform = createPerformer({ stage, clock, random, speed: 1, trust: 'ask' })
  await createSession({ scenario: scenarioNamed(name), name, stage, perform, clock, random, speed: 1 }).run(
    ending.signal,
  )
  return played
}

test('there are twelve, each with a scenario, a persona and a name of its own', () => {
  expect(demoAgents).toHaveLength(12)
  expect(new Set(demoAgents.map(({ name }) => name)).size).toBe(12)
  for (const { scenario, persona, tags } of demoAgents) {
    expect(scenarioNamed(scenario).loop.length).toBeGreaterThan(0)
    expect(Object.values(persona).every((text) => text !== '')).toBe(true)
    expect(tags.length).toBeGreaterThan(1)
  }
})

test('within three minutes the room shows two approvals, a question, a failure, a limit, work and rest', async () => {
  const room = await Promise.all(demoAgents.map(({ scenario, seed }) => play(scenario, seed, 3)))

  const showing = (state: AgentState) =>
    room.filter(({ states }) => states.some((one) => one.state === state)).length
  expect(showing('waiting-approval')).toBe(2)
  expect(showing('waiting-answer')).toBe(1)
  expect(showing('failed')).toBe(1)
  expect(showing('rate-limited')).toBe(1)
  expect(showing('working')).toBe(12)
  expect(showing('idle')).toBeGreaterThanOrEqual(3)
})

test('the same seed plays the same, another one has its own rhythm', async () => {
  const [one, same, other] = await Promise.all([
    play('docs-site', 5, 10),
    play('docs-site', 5, 10),
    play('docs-site', 6, 10),
  ])

  expect(same).toEqual(one)
  expect(other.text).not.toBe('')
  expect(other.states.length === one.states.length && JSON.stringify(other) === JSON.stringify(one)).toBe(
    false,
  )
})

test('a scenario goes on for an hour without running dry', async () => {
  const { states } = await play('shop-ops-monitor', 8, 60)

  expect(states.at(-1)?.at).toBeGreaterThan(55 * 60_000)
})

test('the texts keep to the words of the interface: no exclamation marks, nothing made to fill', () => {
  const told = JSON.stringify(
    SCENARIOS.filter(({ name }) => demoAgents.some((agent) => agent.scenario === name)),
  )

  // In code "!" negates; in a sentence it follows a letter.
  expect(told).not.toMatch(/[a-z]!(?!=)/i)
  expect(told).not.toMatch(/lorem|ipsum|foo\b|TODO/i)
})

test('the clock of the machine wakes when it is told to stop', async () => {
  const stopping = new AbortController()
  const sleeping = systemClock.sleep(60_000, stopping.signal)
  stopping.abort()

  await expect(sleeping).rejects.toThrow(/abort/i)
})
