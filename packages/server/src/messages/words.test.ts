// Whoever searches finds what was sent before, although its words are written behind the answer.
import { fault, must, type AgentId } from '@tutti/core'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Unit } from '../db/store.ts'
import { anOffice, type Office } from './test-support.ts'
import { createWords } from './words.ts'

let office: Office
let alice: AgentId
let bob: AgentId

beforeEach(async () => {
  office = await anOffice()
  alice = await office.agent('alice')
  bob = await office.agent('bob')
})
afterEach(() => office.close())

const found = async (query: string) => {
  const page = await office.messages.handlers.searchMessages({ query, limit: 50 }, office.as(bob))
  return page.items.length
}
const indexed = () => office.store.get<{ n: number }>('SELECT count(*) AS n FROM message_words')?.n
const sent = async (count: number, text: string) => {
  for (let n = 0; n < count; n++)
    await office.send(alice, { to: 'bob', text: `${text} ${n}`, subject: 'Letter' })
}

test('a message is found by text, subject and party in the moment after it was sent', async () => {
  await sent(1, 'green')
  expect(indexed()).toBe(0)

  expect(await found('green')).toBe(1)
  expect(await found('letter')).toBe(1)
  await sent(1, 'blue')
  const listing = { box: 'all', with: alice, unread: false, order: 'newest', limit: 50 } as const
  const pair = await office.messages.handlers.listMessages(listing, office.as(bob))
  expect(pair.items).toHaveLength(2)
})

test('what a crash left without words gets them at once, in steps and each message once', async () => {
  const [one] = await office.send(alice, { to: 'bob', text: 'many' })
  const { message, ...rest } = {
    message: must(one, 'a message'),
    envelope: '{}',
    payload: '{"message":"many"}',
    proof: '',
  }
  const many = Array.from({ length: 600 }, (_, n) => ({ ...rest, message: { ...message, id: `msg_1_${n}` } }))
  await office.messages.office.accept(many, { by: office.as(alice).by, repeat: null })

  const words = createWords(office.store)
  await Promise.all([words.catchUp(), words.catchUp(), office.messages.words.catchUp()])

  expect(indexed()).toBe(601)
  expect(await found('many')).toBe(50)
})

test('whoever searches while mail never stops coming waits for what was there', async () => {
  await sent(1, 'first')
  let steps = 0
  const words = createWords({
    get: office.store.get,
    async commit(unit) {
      steps += 1
      if (steps < 10) await sent(1, 'later')
      const committed = await office.store.commit(unit)
      if (steps < 10) await sent(1, 'later')
      return committed
    },
  })

  await words.catchUp()

  expect(steps).toBe(1)
})

test('of long mail a step takes fewer', async () => {
  await sent(3, 'long '.repeat(12_000))
  const counts: unknown[] = []
  const words = createWords({
    get: office.store.get,
    commit(unit) {
      counts.push(unit.statements[0]?.values[0])
      return office.store.commit(unit)
    },
  })

  await words.catchUp()

  expect(counts).toEqual([2, 1])
  expect(await found('long')).toBe(3)
})

test('a message that goes before it has words leaves none, and the next is found', async () => {
  await sent(2, 'brief')
  await office.store.commit({
    by: office.as(alice).by,
    subject: 'messages',
    statements: [{ sql: 'DELETE FROM messages WHERE seq = (SELECT max(seq) FROM messages)', values: [] }],
  })
  await sent(1, 'brief')

  expect(await found('brief')).toBe(2)
  expect(indexed()).toBe(2)
})

test('on a full disk a search finds what was found before', async () => {
  await sent(1, 'early')
  await office.messages.words.catchUp()
  await sent(1, 'late')
  const full = createWords({
    get: office.store.get,
    commit: (_unit: Unit) => Promise.reject(fault('store.full', { problem: 'no space' })),
  })

  await full.beforeSearch()

  expect(indexed()).toBe(1)
  await expect(full.catchUp()).rejects.toThrow('no space')
})
