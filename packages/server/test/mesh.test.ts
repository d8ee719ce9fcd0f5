// Two machines of one room over loopback: they join, their mail arrives exactly once, and each goes on without the other.
import type { AgentId, AttachedFile, MeshNode, Message } from '@tutti/core'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Store, Unit } from '../src/db/store.ts'
import { bearer } from './room.ts'
import { anOwner, eventually, inboxOf, linked, openMachine, pair, type Machine } from './mesh-machine.ts'

let attic: Machine
let cellar: Machine
let reader: AgentId
/** What the attic has handed to its disk, and how much of that it had heard of then. */
const written: { unit: Unit; heard: number }[] = []
let heard = 0

const watched = (store: Store): Store => ({
  ...store,
  async commit(unit) {
    written.push({ unit, heard })
    const committed = await store.commit(unit)
    heard++
    return committed
  },
})

beforeAll(async () => {
  attic = await openMachine({ name: 'Attic', store: watched })
  cellar = await openMachine({ name: 'Cellar' })
  await anOwner(attic)
  await anOwner(cellar)
  await attic.agent('writer')
  reader = await cellar.agent('reader')
})
afterAll(async () => {
  await attic.close()
  await cellar.close()
})

const send = async (from: Pick<Machine, 'call'>, to: string, text: string): Promise<Message> => {
  const { messages } = await from.call<{ messages: Message[] }>('sendMessage', { to, text })
  const [message] = messages
  if (!message) throw new Error('nothing was sent')
  return message
}

/** Sends as soon as the other machine's agents are known here. */
const sendWhenKnown = (from: Pick<Machine, 'call'>, to: string, text: string) =>
  eventually(() => send(from, to, text).catch(() => null))

test('two machines that have joined show the same digits, and then a link', async () => {
  const { digits } = await pair(attic, cellar)

  expect(digits[0]).toMatch(/^\d{3} \d{3}$/)
  expect(digits[1]).toBe(digits[0])
  await linked(attic, 'cellar')
  await linked(cellar, 'attic')
})

test('mail to an agent on the other machine lies in its mailbox, its sender knows, and an answer finds back', async () => {
  const sent = await sendWhenKnown(attic, 'reader@cellar', 'Hello below')

  const [message] = await eventually(async () => {
    const inbox = await inboxOf(cellar, reader)
    return inbox.length > 0 && inbox
  })
  expect(message).toMatchObject({
    id: sent.id,
    from: { address: 'ada@attic.tutti.local' },
    trust: 'verified',
  })
  await eventually(async () => {
    const { message: own } = await attic.call<{ message: Message }>('getMessage', { id: sent.id })
    return own.state === 'delivered'
  })

  const answer = await cellar.call<Message>('sendMessage', { to: 'ada@attic', text: 'Hello above' })
  expect(answer).toMatchObject({ messages: [{ state: 'queued' }] })
  await eventually(async () => {
    const { items } = await attic.call<{ items: Message[] }>('listMessages', {})
    return items.some(({ from }) => from.address === 'ada@cellar.tutti.local')
  })
})

test('a message and its letter go to the disk together, and no letter without its message', async () => {
  written.length = 0
  const { id } = await send(attic, 'reader@cellar', 'Both at once')

  const [message, letter] = written
    .filter(({ unit }) => unit.statements.some(({ values }) => values.includes(id)))
    .map((one) => ({
      unit: one.unit,
      heard: one.heard,
      sqls: one.unit.statements.map(({ sql }) => sql).join(),
    }))
  expect([message?.sqls, letter?.sqls]).toEqual([
    expect.stringContaining('INSERT INTO messages'),
    expect.stringContaining('INSERT INTO mesh_out'),
  ])
  expect(letter?.heard).toBe(message?.heard)
  expect(letter?.unit.statements).toContainEqual(
    expect.objectContaining({
      values: [expect.anything(), id],
      expect: expect.objectContaining({ changes: 1 }),
    }),
  )
})

test('agents of the other machine are in the address book', async () => {
  const book = await attic.call<{ name: string; address: string }[]>('listAddresses')
  expect(book).toContainEqual(
    expect.objectContaining({ id: reader, name: 'reader@cellar', address: 'reader@cellar.tutti.local' }),
  )
})

test('C22 what the mesh keeps on disk is for its owner only', () => {
  const { dataFolder } = attic.config
  for (const file of ['keys/node.key', 'mesh-life'])
    expect([file, statSync(join(dataFolder, file)).mode & 0o077]).toEqual([file, 0])
})

test('mail to nobody on the other machine dies, and its sender is told', async () => {
  const sent = await send(attic, 'nobody@cellar', 'Is anybody there?')

  const message = await eventually(async () => {
    const { message: own } = await attic.call<{ message: Message }>('getMessage', { id: sent.id })
    return own.state === 'dead' && own
  })
  expect(message.why).toContain('has nobody of that name')
  const notice = await eventually(async () => {
    const { items } = await attic.call<{ items: Message[] }>('listMessages', {})
    return items.find(({ inReplyTo }) => inReplyTo === sent.id)
  })
  expect(notice).toMatchObject({ type: 'system', subject: expect.stringMatching(/^Not delivered/) })
})

test('a file travels with its mail and is what the letter says', async () => {
  const content = Buffer.alloc(300_000, 'plain words\n')
  const uploaded = await attic.ask('/v1/mail/attachments?name=notes.txt', {
    method: 'POST',
    headers: { ...bearer(attic.localToken), 'Content-Type': 'application/octet-stream' },
    body: content.toString(),
  })
  const file = uploaded.json as AttachedFile
  const given = { to: 'reader@cellar', text: 'With notes', attachments: [file.id] }
  const { messages } = await attic.call<{ messages: Message[] }>('sendMessage', given)

  const message = await eventually(async () => {
    const found = (await inboxOf(cellar, reader)).find(({ id }) => id === messages[0]?.id)
    return found && found.attachments.length > 0 && found
  })
  expect(message.attachments).toMatchObject([{ name: 'notes.txt', digest: file.digest, sizeBytes: 300_000 }])
  const { json } = await cellar.ask(`/v1/mail/attachments/${message.attachments[0]?.id}/file`, {
    headers: bearer(cellar.localToken),
  })
  expect(json).toBeUndefined() // it is the text itself
  const stored = join(cellar.config.dataFolder, 'attachments', file.digest.slice(7, 9), file.digest.slice(9))
  expect(readFileSync(stored).equals(content)).toBe(true)
})

test('mail for a machine that is away waits, and arrives once and in order when it is back', async () => {
  const { folder } = cellar
  const before = (await inboxOf(cellar, reader)).length
  await cellar.stop()
  for (const text of ['one', 'two', 'three']) await send(attic, 'reader@cellar', text)
  const away = await eventually(async () => {
    const [, node] = await attic.call<MeshNode[]>('listNodes')
    return node?.link === 'away' && node.waiting === 3 && node
  })
  expect(away.since).toBeGreaterThan(Date.now() - 60_000)

  cellar = await openMachine({ name: 'Cellar', folder })

  const inbox = await eventually(async () => {
    const found = await inboxOf(cellar, reader)
    return found.length > before + 2 && found
  })
  expect(inbox.slice(before).map(({ preview }) => preview)).toEqual(['one', 'two', 'three'])
})
