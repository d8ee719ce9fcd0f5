// The queue as cards: grouped, in order, and counted by agent.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { anAgent } from '../../test/an-agent.ts'
import { anItem } from '../../test/an-item.ts'
import { agentsInNeed, approvalChoices, cardsOf, firstAsk, headlineOf } from './queue.ts'

const LOUD = { now: 100, muted: new Set<string>() }

test('the same request of several agents is one card, the longest waiting first in it', () => {
  const late = anItem({ group: 'g', createdAt: 20 })
  const early = anItem({ group: 'g', createdAt: 10 })
  const other = anItem({ createdAt: 15 })

  const cards = cardsOf([late, other, early], 100)

  expect(cards.map(({ items }) => items.map(({ id }) => id))).toEqual([[early.id, late.id], [other.id]])
})

test('what has cost more by waiting comes first: two agents at a standstill before one that has finished', () => {
  const finished = anItem({ createdAt: 0, ask: { kind: 'finished' } })
  const asking = anItem({ createdAt: 50 })

  expect(cardsOf([finished, asking], 100).map(({ key }) => key)).toEqual([asking.id, finished.id])
})

test('every item is on exactly one card, whatever comes', () => {
  const some = fc.array(
    fc.record({ group: fc.constantFrom(null, 'a', 'b'), createdAt: fc.nat(1000) }).map(anItem),
  )
  fc.assert(
    fc.property(some, (items) => {
      const shown = cardsOf(items, 2000).flatMap((card) => card.items.map(({ id }) => id))
      expect(shown.toSorted()).toEqual(items.map(({ id }) => id).toSorted())
    }),
  )
})

test('an agent counts once, whatever it asks; a finished turn, a muted agent and one put off do not', () => {
  const twice = anAgent({ state: 'waiting-approval' })
  const failed = anAgent({ state: 'failed' })
  const quiet = anAgent({ state: 'waiting-answer' })
  const later = anAgent({ state: 'waiting-approval' })
  const done = anAgent({ state: 'idle' })
  const items = [
    anItem({ agentId: twice.id }),
    anItem({ agentId: twice.id }),
    anItem({ agentId: quiet.id }),
    anItem({ agentId: later.id, snoozedUntil: 101 }),
    anItem({ agentId: done.id, ask: { kind: 'finished' } }),
  ]
  const agents = [twice, failed, quiet, later, done]

  expect([...agentsInNeed(agents, items, { now: 100, muted: new Set([quiet.id]) })].toSorted()).toEqual(
    [twice.id, failed.id].toSorted(),
  )
})

test('an agent whose answer is on its way needs nobody, although its state still says that it waits', () => {
  const agent = anAgent({ state: 'waiting-approval' })
  const items = [anItem({ agentId: agent.id, receipt: 'answered' })]

  expect(agentsInNeed([agent], items, LOUD).size).toBe(0)
})

test('under a terminal stands what the agent waits for, before what it finished with', () => {
  const agent = anAgent()
  const finished = anItem({ agentId: agent.id, createdAt: 0, ask: { kind: 'finished' } })
  const asked = anItem({ agentId: agent.id, createdAt: 5 })

  expect(firstAsk([finished, asked, anItem()], agent.id, 100)).toBe(asked)
  expect(firstAsk([anItem()], agent.id, 100)).toBeNull()
})

test('allowing and denying are found by what they do, and the rest is offered beside them', () => {
  const { allow, deny, others } = approvalChoices(anItem())

  expect([allow?.key, deny?.key, others.map(({ key }) => key)]).toEqual(['yes', 'no', ['ever']])
})

test('an approval is headed by the command or path, anything else by its own title', () => {
  expect(headlineOf(anItem({ ask: { input: { file_path: '/srv/a.ts' }, title: 'Edit' } }))).toBe('/srv/a.ts')
  expect(headlineOf(anItem({ ask: { kind: 'question', input: null, title: 'Which one?' } }))).toBe(
    'Which one?',
  )
})
