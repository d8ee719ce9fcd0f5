// Who writes to whom and what waits, as a person, another person and an agent may know it.
import type { AgentId, UserId } from '@tutti/core'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { inState } from './shelves.ts'
import { anOffice, type Office } from './test-support.ts'

let office: Office
let api: AgentId
let web: AgentId
let ada: UserId
let eve: UserId

beforeEach(async () => {
  office = await anOffice({
    judge: (stored) =>
      stored.message.preview === 'held'
        ? { ...stored, message: { ...stored.message, state: 'quarantined', why: 'A test holds it' } }
        : stored,
  })
  api = await office.agent('api')
  web = await office.agent('web')
  ada = await office.person('ada')
  eve = await office.person('eve')
})
afterEach(() => office.close())

const HOUR = 3_600_000
const BY = { actor: 'test', address: '', act: 'test', audited: false }
const flow = async (as: AgentId | UserId, since: number) =>
  (await office.messages.handlers.listMailFlow({ since }, office.as(as))).map(
    ({ from, to, count }) => `${from.split('@')[0]} ${to.split('@')[0]} ${count}`,
  )
const waiting = async (as: AgentId | UserId) => {
  const { quarantined, dead } = await office.messages.handlers.getMailbox({}, office.as(as))
  return { quarantined, dead }
}

test('the flow counts what was sent since a time, and not the mail of other people', async () => {
  for (let hour = 0; hour < 4; hour++) {
    await office.send(api, { to: 'web' })
    await office.send(ada, { to: 'api' })
    office.clock.move(HOUR)
  }
  const since = office.clock.now() - 2.5 * HOUR

  expect((await flow(ada, since)).toSorted()).toEqual(['ada api 2', 'api web 2'])
  expect(await flow(eve, since)).toEqual(['api web 2'])
  expect(await flow(web, since)).toEqual(['api web 2'])
  expect(await flow(ada, 0)).toEqual(expect.arrayContaining(['api web 4', 'ada api 4']))
  expect(await flow(ada, office.clock.now())).toEqual([])
})

test('what waits is found by its index, so that a full mailbox does not make each look at the counter slower', () => {
  const plan = office.store
    .all<{ detail: string }>(
      `EXPLAIN QUERY PLAN SELECT 1 FROM messages m WHERE (${inState('quarantined')[0]}) LIMIT 1000`,
    )
    .map(({ detail }) => detail)
  expect(plan.join()).toContain('messages_held')
})

test('dead letters are counted as their box shows them: what nobody took, and what nobody took in time', async () => {
  await office.send(ada, { to: 'web', text: 'Soon', expiresIn: 1 })
  const [dead] = await office.send(ada, { to: 'bob@else.where.example', text: 'Nobody' })
  await office.messages.moving.move(
    dead?.id ?? '',
    { type: 'fail', why: 'Nobody of that name', last: true },
    { by: BY },
  )
  office.clock.move(120_000)
  await office.messages.tending.turn()

  const listing = { box: 'dead', unread: false, order: 'newest', limit: 50 } as const
  const { items } = await office.messages.handlers.listMessages(listing, office.as(ada))
  expect(items.map(({ state }) => state).toSorted()).toEqual(['dead', 'expired'])
  expect((await waiting(ada)).dead).toBe(items.length)
})

test('what waits is counted for whoever looks over it, and never for an agent', async () => {
  await office.send(api, { to: 'web', text: 'held' })
  await office.send(ada, { to: 'web', text: 'held' })

  expect(await waiting(ada)).toEqual({ quarantined: 2, dead: 0 })
  expect(await waiting(eve)).toEqual({ quarantined: 1, dead: 0 })
  expect(await waiting(web)).toEqual({ quarantined: 0, dead: 0 })
})
