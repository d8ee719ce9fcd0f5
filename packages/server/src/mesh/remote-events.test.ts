// What is told on of agents: removals too, however much was told before.
import type { AgentId, LoggedEvent } from '@tutti/core'
import { expect, test } from 'vitest'
import { createTold } from './remote-events.ts'

const AGENT: AgentId = `agt_${'0'.repeat(22)}`
const MANY = 6000

const event = (type: string, subject: string, data: object): LoggedEvent =>
  // Only what is told of each is looked at here.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  ({ type, subject, data }) as LoggedEvent

test('a removal is told to those who know its agent, however many things were told of before', () => {
  const told = createTold()
  for (let n = 0; n < MANY; n++)
    told(event('recording.started', `rec_${n}`, { id: `rec_${n}`, agentId: AGENT }))
  const removed = (n: number) => told(event('recording.removed', `rec_${n}`, { id: `rec_${n}` }))

  expect(removed(MANY - 1)).toMatchObject({ type: 'recording.removed', agentId: AGENT })
  expect(removed(MANY - 1)).toBeNull()
  expect(removed(0)).toBeNull() // the oldest were forgotten for the newest
})
