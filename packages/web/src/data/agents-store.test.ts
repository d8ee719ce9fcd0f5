// Events into the list of agents.
import type { LoggedEvent } from '@tutti/core'
import { expect, test, vi } from 'vitest'
import { anAgent } from '../../test/an-agent.ts'
import { EMPTY_AGENTS, reduceAgents, withAgent, withList } from './agents-store.ts'

vi.mock('./api.ts', () => ({ api: {} })) // the network edge: its routes are made by the build

const event = (
  type: 'agent.changed' | 'agent.deleted' | 'agent.undeleted',
  data: ReturnType<typeof anAgent>,
): LoggedEvent => ({
  seq: 1,
  at: 1,
  type,
  subject: data.id,
  actor: 'usr_x',
  data,
})

test('a changed agent replaces the one before it', () => {
  const agent = anAgent({ name: 'a' })
  const state = reduceAgents(
    withAgent(EMPTY_AGENTS, agent),
    event('agent.changed', { ...agent, name: 'b', version: 2 }),
  )
  expect(state.agents.get(agent.id)?.name).toBe('b')
})

test('what is older than what is known changes nothing', () => {
  const agent = anAgent({ version: 5, updatedAt: 5 })
  const state = withAgent(EMPTY_AGENTS, agent)
  expect(reduceAgents(state, event('agent.changed', { ...agent, version: 4, updatedAt: 4 }))).toBe(state)
})

test('deleting moves an agent to the deleted ones, undeleting back, purging away', () => {
  const agent = anAgent()
  const gone = reduceAgents(
    withAgent(EMPTY_AGENTS, agent),
    event('agent.deleted', { ...agent, deletedAt: 9, version: 2 }),
  )
  expect([gone.agents.size, gone.deleted.size]).toEqual([0, 1])
  const back = reduceAgents(gone, event('agent.undeleted', { ...agent, version: 3 }))
  expect([back.agents.size, back.deleted.size]).toEqual([1, 0])
  const purged = reduceAgents(gone, {
    seq: 2,
    at: 2,
    type: 'agent.purged',
    subject: agent.id,
    actor: 'x',
    data: { id: agent.id },
  })
  expect(purged.deleted.size).toBe(0)
})

test('what events tell while the list is read counts where it is newer, and what is gone from the list is gone', () => {
  const [gone, first, deleted] = [anAgent(), anAgent({ version: 1 }), anAgent({ version: 1 })]
  const before = [gone, first, deleted].reduce(withAgent, EMPTY_AGENTS)
  const changed = { ...first, version: 2 }
  const created = anAgent()
  const removed = { ...deleted, deletedAt: 9, version: 2 }
  const now = [changed, created, removed].reduce(withAgent, before)

  const { agents } = withList(now, { list: [first, deleted], before })
  expect(new Set(agents.values())).toEqual(new Set([changed, created]))
})
