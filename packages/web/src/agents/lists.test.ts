// Filtering, sorting and selecting agents.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { anAgent } from '../../test/an-agent.ts'
import { filterAgents, NO_FILTER, tagCounts } from './filter.ts'
import { byNeed, heldOrder, needing } from './need.ts'
import { rangeOf } from './selection.ts'

const names = (agents: { name: string }[]) => agents.map(({ name }) => name)

test('every word of the filter must be found, in any field', () => {
  const agents = [
    anAgent({ name: 'shop-api', label: 'Payments' }),
    anAgent({ name: 'shop-web', folder: '/srv/pay' }),
  ]
  expect(names(filterAgents(agents, { ...NO_FILTER, text: 'shop pay' }, new Set()))).toEqual([
    'shop-api',
    'shop-web',
  ])
  expect(names(filterAgents(agents, { ...NO_FILTER, text: 'payments' }, new Set()))).toEqual(['shop-api'])
})

test('of several states one is enough, of several tags each is needed', () => {
  const agents = [
    anAgent({ name: 'a', state: 'working', tags: ['x'] }),
    anAgent({ name: 'b', state: 'waiting-answer', tags: ['x', 'y'] }),
    anAgent({ name: 'c', state: 'idle', tags: ['y'] }),
  ]
  expect(names(filterAgents(agents, { ...NO_FILTER, states: ['working', 'needs-you'] }, new Set()))).toEqual([
    'a',
    'b',
  ])
  expect(names(filterAgents(agents, { ...NO_FILTER, tags: ['x', 'y'] }, new Set()))).toEqual(['b'])
})

test('tags are counted, most used first', () => {
  const agents = [anAgent({ tags: ['b', 'a'] }), anAgent({ tags: ['b'] })]
  expect(tagCounts(agents)).toEqual([
    { tag: 'b', count: 2 },
    { tag: 'a', count: 1 },
  ])
})

test('who waits longest needs you first', () => {
  const agents = [
    anAgent({ name: 'late', state: 'waiting-approval', since: 20 }),
    anAgent({ name: 'busy', state: 'working', since: 1 }),
    anAgent({ name: 'early', state: 'failed', since: 10 }),
  ]
  expect(names(needing(agents))).toEqual(['early', 'late'])
})

test('the wall shows need before recency, and sleepers last', () => {
  const agents = [
    anAgent({ name: 'sleeps', state: 'hibernated', since: 99, session: null }),
    anAgent({ name: 'old', since: 1 }),
    anAgent({ name: 'new', since: 2 }),
    anAgent({ name: 'failed', state: 'failed' }),
    anAgent({ name: 'asks', state: 'waiting-approval' }),
  ]
  expect(names(byNeed(agents))).toEqual(['asks', 'failed', 'new', 'old', 'sleeps'])
})

test('while somebody points, tiles stay: what is gone leaves, what is new comes last', () => {
  expect(heldOrder(['a', 'b', 'c'], ['c', 'd', 'a'])).toEqual({ ids: ['a', 'c', 'd'], moved: 3 })
  const ids = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g'))
  fc.assert(
    fc.property(ids, ids, (shown, wanted) => {
      const held = heldOrder(shown, wanted)
      expect(held.ids.toSorted()).toEqual(wanted.toSorted())
      const stayed = shown.filter((one) => wanted.includes(one))
      expect(held.ids.slice(0, stayed.length)).toEqual(stayed)
    }),
  )
})

test('a range goes either way and includes both ends', () => {
  expect(rangeOf(['a', 'b', 'c', 'd'], 'c', 'a')).toEqual(['a', 'b', 'c'])
  expect(rangeOf(['a', 'b'], 'gone', 'b')).toEqual(['b'])
})
