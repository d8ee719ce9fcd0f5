// Mail to a person that expects an answer, from the message to the queue and back: asked once, seen by one, answered once.
import type { AgentId, AttentionItem, UserId } from '@tutti/core'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createAttention, type Attention } from '../src/attention/attention.ts'
import { queueHandlers } from '../src/attention/handlers.ts'
import { quietLog } from '../src/db/test-support.ts'
import { Fault } from '@tutti/core'
import { maySee } from '../src/http/audience.ts'
import { createAsking, type Asking } from '../src/messages/asking.ts'
import { anOffice, type Office } from '../src/messages/test-support.ts'

let office: Office
let attention: Attention
let asking: Asking
let stop: () => void
let api: AgentId
let ada: UserId
let eve: UserId

/** The queue and what puts mail into it, as a start of the daemon makes them. */
function started() {
  attention = createAttention({
    store: office.store,
    clock: office.clock,
    random: (length) => crypto.getRandomValues(new Uint8Array(length)),
    log: quietLog,
    agent: () => undefined,
    deliver: () => Promise.reject(new Error('no program has asked this')),
    prompt: () => Promise.resolve(),
    replyByMail: (item, answer) => asking.answer(item, answer),
  })
  asking = createAsking({
    store: office.store,
    log: quietLog,
    reply: office.messages.sending.reply,
    queue: {
      ...attention,
      open: () => attention.board.open().filter(({ onlyFor }) => onlyFor !== undefined),
    },
  })
  stop = asking.run()
}

beforeEach(async () => {
  office = await anOffice()
  api = await office.agent('api')
  ada = await office.person('ada')
  eve = await office.person('eve')
  started()
})
afterEach(() => {
  stop()
  return office.close()
})

const queue = () => queueHandlers(attention, office)
const openFor = (id: UserId) => queue().listAttention({ settled: false, limit: 100 }, office.as(id))
const settled = () => queue().listAttention({ settled: true, limit: 100 }, office.as(ada))
const asked = async (): Promise<AttentionItem> => {
  await expect.poll(() => openFor(ada)).toHaveLength(1)
  const [item] = await openFor(ada)
  if (!item) throw new Error('one item was expected')
  return item
}
const request = (extra: object = {}) =>
  office.send(api, { to: 'ada', type: 'request', subject: 'Deploy?', text: 'All is green.', ...extra })
const threadOf = async (id: string) =>
  (await office.messages.handlers.getThread({ id }, office.as(ada))).items

test('a request waits in the queue of its recipient alone, and what is chosen goes back as a reply', async () => {
  const [sent] = await request({ context: { choices: ['Deploy now', 'Wait'] } })
  const item = await asked()

  expect(item.ask).toMatchObject({ kind: 'question', title: 'Deploy?', reason: 'All is green.' })
  expect(await openFor(eve)).toEqual([])
  const answer = { kind: 'choose' as const, choices: [['1']] }
  const seen = { id: item.id, version: item.version }
  const byEve = Promise.resolve().then(() => queue().answerAttention({ ...seen, answer }, office.as(eve)))
  expect(await byEve.catch((error: unknown) => error instanceof Fault && error.code)).toBe(
    'attention.unknown',
  )
  await queue().answerAttention({ ...seen, answer }, office.as(ada))

  const thread = await threadOf(sent?.id ?? '')
  expect(thread).toMatchObject([
    { state: 'acted' },
    { from: { mailbox: ada }, to: { mailbox: api }, preview: 'Wait', inReplyTo: sent?.id },
  ])
  await expect.poll(settled).toMatchObject([{ receipt: 'consumed' }])
  expect(await openFor(ada)).toEqual([])
})

test('nobody else learns of it from the stream of events', async () => {
  await request()
  const data = await asked()
  const event = { seq: 1, at: 1, type: 'attention.changed' as const, subject: data.id, actor: api, data }
  expect([ada, eve].map((id) => maySee(office.as(id).actor, event))).toEqual([true, false])
})

test('a note asks nothing, a reply by mail answers, and archiving takes it off the list', async () => {
  await office.send(api, { to: 'ada', text: 'For your information' })
  const [first] = await request()
  await asked()
  const id = first?.id ?? ''
  const letter = { id, text: 'Yes', type: 'response', priority: 'normal' as const, attachments: [] }
  await office.messages.handlers.replyMessage(letter, office.as(ada))
  await expect.poll(settled).toMatchObject([{ receipt: 'stale', why: 'It was answered by mail' }])

  const [second] = await request()
  await asked()
  await office.messages.handlers.changeMessages(
    { ids: [second?.id ?? ''], action: 'archive' },
    office.as(ada),
  )
  await expect.poll(() => openFor(ada)).toEqual([])
})

test('an agent that asks without end fills the inbox, not the queue', async () => {
  for (let n = 1; n <= 22; n++) {
    await request({ text: `Question ${n}` })
    await expect.poll(() => openFor(ada), { interval: 5 }).toHaveLength(Math.min(n, 20))
  }
  const { items } = await office.messages.handlers.listMessages(
    { box: 'inbox', unread: true, order: 'newest', limit: 50 },
    office.as(ada),
  )
  expect(items).toHaveLength(22)
})

test('it outlives the session that asked and a restart, and is neither asked nor answered twice', async () => {
  const [sent] = await request()
  const item = await asked()
  await attention.ended(api, 'Its session has ended')
  stop()
  started()
  expect((await openFor(ada)).map(({ id }) => id)).toEqual([item.id])

  const answer = { kind: 'words', words: 'Go' } as const
  await asking.answer(item, answer)
  await asking.answer(item, answer)
  expect(await threadOf(sent?.id ?? '')).toHaveLength(2)
  await expect.poll(() => openFor(ada)).toEqual([])

  stop()
  await request({ text: 'Once more' })
  started()
  expect(await asked()).toMatchObject({ ask: { reason: 'Once more' } })
})
