// What agents of other machines ask of a person: in the queue of whom they ask, answered there, closed as those of this machine are.
import type { AgentId, AttentionItem, MeshNode, Message, NodeAgents } from '@tutti/core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { anOwner, eventually, inboxOf, linked, openMachine, pair, type Machine } from './mesh-machine.ts'
import { browser, callOperation } from './room.ts'

let attic: Machine
let cellar: Machine
let cellarId: MeshNode['id']
let builder: AgentId
let ada: string

beforeAll(async () => {
  attic = await openMachine({ name: 'attic', queue: true })
  cellar = await openMachine({ name: 'cellar', queue: true })
  ada = (await anOwner(attic)).cookie
  builder = await cellar.agent('builder')
  await pair(attic, cellar)
  cellarId = (await linked(attic, 'cellar')).id
  await linked(cellar, 'attic')
})
afterAll(async () => {
  await attic.close()
  await cellar.close()
})

const asAda = async <T>(name: 'listAttention' | 'answerAttention', input: object): Promise<T> => {
  const answer = await callOperation(attic, name, {
    input: { ...input },
    headers: browser(attic, ada),
  })
  if (answer.status !== 200) throw new Error(`${name}: ${answer.text}`)
  return answer.json as T
}
const open = () => asAda<AttentionItem[]>('listAttention', {})
const settled = () => asAda<AttentionItem[]>('listAttention', { settled: true })
const asked = async (title: string): Promise<AttentionItem> =>
  eventually(async () => (await open()).find(({ ask }) => ask.title === title))
const ask = (subject: string, extra: object = {}) =>
  cellar.sendAs(builder, { to: 'ada@attic', type: 'request', subject, text: 'All is green.', ...extra })
const answer = ({ id, version }: AttentionItem) =>
  asAda('answerAttention', { id, version, answer: { kind: 'choose', choices: [['1']] } })

test('an agent of another machine asks a person, who sees who asks on which machine, and the answer goes there', async () => {
  const sent = await ask('Deploy?', { context: { choices: ['Deploy now', 'Wait'] } })

  const item = await asked('Deploy?')
  expect(item).toMatchObject({
    agentId: builder,
    ask: { kind: 'question', reason: 'All is green.' },
    asker: { name: 'builder', address: 'builder@cellar.tutti.local', node: cellarId, machine: 'cellar' },
  })
  await answer(item)

  const [reply] = await eventually(async () => {
    const inbox = await inboxOf(cellar, builder)
    return inbox.length > 0 && inbox
  })
  expect(reply).toMatchObject({
    inReplyTo: sent.id,
    preview: 'Wait',
    from: { address: 'ada@attic.tutti.local' },
  })
  await eventually(async () =>
    (await settled()).some(({ id, receipt }) => id === item.id && receipt === 'consumed'),
  )
  expect(await open()).toEqual([])
})

test('it is one item, here and in no queue of another machine', async () => {
  await cellar.call('grantNode', { id: (await linked(cellar, 'attic')).id, role: 'operator', agents: null })
  await ask('Once?')
  await asked('Once?')

  expect(await open()).toHaveLength(1)
  const there = await eventually(async () => {
    const [told] = await attic.call<NodeAgents[]>('listNodeAgents')
    return told?.agents.some(({ id }) => id === builder) && told
  })
  expect(there.attention).toEqual([])
  expect(await cellar.call('listAttention')).toEqual([])
})

test('what was asked before a restart is asked once after it, and what was archived is over', async () => {
  const before = await asked('Once?')
  const { folder } = attic
  await attic.stop()
  attic = await openMachine({ name: 'attic', folder, queue: true })
  await linked(attic, 'cellar')

  expect((await open()).map(({ id }) => id)).toEqual([before.id])
  const { items } = await attic.call<{ items: Message[] }>('listMessages', { unread: true })
  const message = items.find(({ subject }) => subject === 'Once?')
  await attic.call('changeMessages', { ids: [message?.id], action: 'archive' })
  await eventually(async () => (await open()).length === 0)
  expect((await settled())[0]).toMatchObject({ id: before.id, receipt: 'stale' })
})

test('a machine cannot ask in the name of an agent that lives here', async () => {
  await attic.agent('builder', builder)
  const other = await cellar.agent('other')
  await ask('Whose?')
  await cellar.sendAs(other, {
    to: 'ada@attic',
    type: 'question',
    subject: 'And mine?',
    text: 'It came later.',
  })

  await asked('And mine?')
  expect(await open()).toHaveLength(1)
  const { items } = await attic.call<{ items: Message[] }>('listMessages', { unread: true })
  expect(items.map(({ subject }) => subject)).toContain('Whose?')
})

test('C40 what a machine asked that is thrown out of the room waits for nobody any more', async () => {
  expect(await open()).not.toEqual([])
  await attic.call('revokeNode', { id: cellarId })

  await eventually(async () => (await open()).length === 0)
  expect((await settled())[0]).toMatchObject({ receipt: 'stale', ask: { title: 'And mine?' } })
})
