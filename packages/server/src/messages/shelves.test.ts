// Pages of mail: the right messages in the right order, and each found by an index however full the machine is.
import type { AgentId, MailReader, Message, ParsedOf, UserId } from '@tutti/core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createShelves } from './shelves.ts'
import { anOffice, type Office } from './test-support.ts'

type Listing = ParsedOf<'listMessages'>

let office: Office
let ada: UserId
let [alice, bob, carl]: AgentId[] = []
const sent: Message[] = []

beforeAll(async () => {
  office = await anOffice()
  ada = await office.person('ada')
  ;[alice, bob, carl] = [await office.agent('alice'), await office.agent('bob'), await office.agent('carl')]
  for (let n = 0; n < 24; n++) {
    const from = [alice, bob, carl][n % 3] ?? ada
    const to = ['bob', 'alice', 'alice', 'carl'][n % 4] ?? ''
    sent.push(...(await office.send(from, { to, text: `Number ${n}`, expiresIn: 1 })))
  }
  const ids = sent.filter((_, n) => n % 5 === 0).map(({ id }) => id)
  await office.messages.handlers.changeMessages({ ids, action: 'archive' }, office.as(ada))
  office.clock.move(120_000)
  await office.messages.tending.turn()
  await office.send(alice ?? ada, { to: 'alice', text: 'To myself' })
})
afterAll(() => office.close())

const listing = (extra: Partial<Listing>): Listing => ({
  box: 'all',
  unread: false,
  order: 'newest',
  limit: 100,
  ...extra,
})
const reader = (mailbox: AgentId | UserId | undefined, oversees: boolean): MailReader => ({
  mailbox: mailbox ?? null,
  oversees,
})

test('a mailbox lists what it wrote and got, archived or not, each once and the newest first', async () => {
  const { messages, store } = office
  await messages.words.catchUp()
  const all = messages.shelves.list(reader(ada, true), listing({})).items
  const isOf = (one: Message, id: AgentId | undefined) =>
    [one.from.mailbox, one.to.mailbox].includes(id ?? null)

  const ofAlice = messages.shelves.list(reader(alice, false), listing({})).items
  expect(ofAlice.map(({ id }) => id)).toEqual(all.filter((one) => isOf(one, alice)).map(({ id }) => id))
  const pair = messages.shelves.list(reader(alice, false), listing({ with: bob })).items
  const both = all.filter((one) => isOf(one, alice) && isOf(one, bob))
  expect(both.length).toBeGreaterThan(3)
  expect(pair.map(({ id }) => id)).toEqual(both.map(({ id }) => id))
  const first = messages.shelves.list(reader(alice, false), listing({ limit: 3 }))
  const next = messages.shelves.list(reader(alice, false), listing({ limit: 3, cursor: first.next ?? '' }))
  expect([...first.items, ...next.items].map(({ id }) => id)).toEqual(ofAlice.slice(0, 6).map(({ id }) => id))
  expect(store.get<{ n: number }>('SELECT count(*) AS n FROM messages')?.n).toBe(all.length)
})

test('no box of a mailbox and no box of dead letters is found by reading all messages', () => {
  const plans: string[] = []
  const { store } = office
  const shelves = createShelves({
    get: store.get,
    all: (sql, ...values) => {
      const lines = store.all<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`, ...values)
      plans.push(...lines.map(({ detail }) => `${sql} -> ${detail}`))
      return []
    },
  })
  const boxes = [
    'inbox',
    'sent',
    'archive',
    'starred',
    'scheduled',
    'quarantine',
    'outbox',
    'dead',
    'all',
  ] as const
  for (const box of boxes) {
    shelves.list(reader(alice, false), listing({ box }))
    shelves.list(reader(alice, false), listing({ box, with: bob }))
    shelves.list(reader(ada, true), listing({ box, mailbox: alice }))
    if (box !== 'all') shelves.list(reader(ada, true), listing({ box }))
  }
  const read = plans.filter((line) => line.includes('-> SCAN'))
  expect(plans.length).toBeGreaterThan(30)
  // The words are a table of their own, which is asked by its own index; what was merged is a page at most.
  expect(read.filter((line) => !/SCAN (?:w VIRTUAL|\(subquery)/.test(line))).toEqual([])
})
