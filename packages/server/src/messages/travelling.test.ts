// A mailbox that comes from another machine: the agent's own mail and nothing of anybody else's (C17).
import type { AgentId, Message, UserId } from '@tutti/core'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { anOffice, type Office } from './test-support.ts'

let office: Office
let mover: AgentId
let ada: UserId
let bob: UserId

beforeEach(async () => {
  office = await anOffice()
  mover = await office.agent('mover')
  ada = await office.person('ada')
  bob = await office.person('bob')
})
afterEach(() => office.close())

const lines = () => {
  const { travelling } = office.messages
  return [...travelling.lines(mover, { label: 'cellar', upto: travelling.last() })]
}
const arrive = async (given: readonly string[]) => {
  const of = { agent: mover, name: 'mover', label: 'attic' }
  const statements = office.messages.travelling.arrive(given, of)
  await office.store.commit({ by: office.as(ada).by, subject: mover, statements })
}
const inboxOf = async (id: UserId | AgentId): Promise<Message[]> => {
  const listing = { box: 'inbox', unread: false, order: 'newest', limit: 50 } as const
  return (await office.messages.handlers.listMessages(listing, office.as(id))).items
}
const changed = (line: string, edit: (message: Message) => object): string => {
  const whole = JSON.parse(line) as { message: Message }
  return JSON.stringify({ ...whole, message: { ...whole.message, ...edit(whole.message) } })
}
const first = (from: readonly string[]): string => from[0] ?? ''

test('what it got and wrote comes back as it was', async () => {
  await office.send(ada, { to: 'mover', text: 'Hello' })
  const packed = lines()
  await arrive(packed)
  expect((await inboxOf(mover)).map(({ from }) => from.mailbox)).toEqual([ada])
  expect(lines()).toEqual(packed)
})

test('C17 mail between others, or to somebody who never had it, does not come with it', async () => {
  await office.send(ada, { to: 'mover', text: 'Hello' })
  const line = first(lines())
  const to = { mailbox: null, address: 'bob@attic.tutti.local' }
  const from = { mailbox: null, address: 'ada@attic.tutti.local' }
  await arrive([
    changed(line, () => ({ id: 'msg_1_between', from, to })),
    changed(line, () => ({ id: 'msg_1_from', from: { mailbox: mover, address: 'mover@x.tutti.local' }, to })),
  ])
  expect(await inboxOf(bob)).toEqual([])
})

test('C17 it takes the place of no message of others, and changes no word of one that is here', async () => {
  const [secret] = await office.send(ada, { to: 'bob', text: 'Between us' })
  const [own] = await office.send(mover, { to: 'bob', text: 'As signed' })
  const line = lines().find((one) => one.includes(own?.id ?? '')) ?? ''
  await arrive([changed(line, () => ({ id: secret?.id })), line.replaceAll('As signed', 'As forged')])

  const words = (await inboxOf(bob)).map(({ preview }) => preview)
  expect(words.toSorted()).toEqual(['As signed', 'Between us'])
  const opened = await office.messages.handlers.getMessage({ id: own?.id ?? '' }, office.as(bob))
  expect(opened.text).toBe('As signed')
})
