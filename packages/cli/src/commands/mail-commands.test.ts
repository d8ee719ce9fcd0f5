// What the mail commands ask and print: words for a person, fenced data for an agent.
import { afterEach, expect, test } from 'vitest'
import { aMessage } from '../../../core/test/sample-message.ts'
import { anIo, aServer, endAll, NOW } from '../../test/support.ts'

afterEach(endAll)

const message = aMessage({
  subject: 'Green\u001b[31m?',
  preview: 'Green?',
  priority: 'urgent',
  sizeBytes: 6,
  createdAt: NOW - 60_000,
  deliveredAt: NOW,
})
const opened = {
  message,
  text: 'Is it\u001b[2J green?',
  context: null,
  fenced: '<fence>',
  hash: '0'.repeat(64),
}

test('send uploads its files first and says where the message is', async () => {
  const server = await aServer({
    uploadAttachment: () => ({
      id: 'att_1_a',
      name: 'a.txt',
      type: 'text/plain',
      sizeBytes: 1,
      digest: 'sha256:0',
    }),
    sendMessage: () => ({ messages: [message] }),
  })
  const { io, printed, files, run } = anIo(server.url)
  files.set('/home/ada/shop/a.txt', '{}')

  expect(await run('send', 'bob', 'Green?', '--priority', 'urgent', '-a', 'a.txt')).toBe(0)
  expect(io.cwd).toBe('/home/ada/shop')
  expect(server.asked.map(({ name }) => name)).toEqual(['uploadAttachment', 'sendMessage'])
  expect(server.asked[1]?.input).toEqual({
    to: 'bob',
    text: 'Green?',
    priority: 'urgent',
    attachments: ['att_1_a'],
  })
  expect(printed.out).toBe('Delivered to bob@team.tutti.local (msg_1_a)\n')
})

test('read without an id takes the next unread message, and shows no control characters', async () => {
  const server = await aServer({
    listMessages: () => ({ items: [message], next: null, fenced: null }),
    readMessage: () => opened,
  })
  const { printed, run } = anIo(server.url)

  expect(await run('read')).toBe(0)
  expect(server.asked.map(({ input }) => input)).toEqual([
    { unread: 'true', order: 'delivery', limit: '1' },
    { id: 'msg_1_a' },
  ])
  expect(printed.out).toContain('alice@team.tutti.local (verified)')
  expect(printed.out).not.toContain('\u001b')
})

test('an agent is shown what the server has fenced, and nothing beside it', async () => {
  const server = await aServer({
    readMessage: () => ({ ...opened, text: null }),
    listMessages: () => ({ items: [message], next: null, fenced: '<list>' }),
  })
  const { printed, run } = anIo(server.url)

  expect([await run('read', 'msg_1_a'), await run('inbox')]).toEqual([0, 0])
  expect(printed.out).toBe('<fence>\n<list>\n')
})

test('an empty inbox says so, and a message without words is refused before anything is sent', async () => {
  const server = await aServer({ listMessages: () => ({ items: [], next: null, fenced: null }) })
  const { printed, run } = anIo(server.url)

  expect([await run('inbox'), await run('send', 'bob', '-')]).toEqual([0, 2])
  expect(printed.out).toBe('No unread messages.\n')
})

test('an id that is empty, as of a variable in a script, is told before anything is asked', async () => {
  const server = await aServer({})
  const { printed, run } = anIo(server.url)

  expect([await run('read', ''), await run('reply', ' ', 'yes'), await run('thread', '')]).toEqual([2, 2, 2])
  expect(printed.err).toContain('`tutti inbox` lists them')
  expect(server.asked).toEqual([])
})

test('a file that was uploaded before is attached by its id, and an agent may upload with `attach`', async () => {
  const file = { id: 'att_1_b', name: 'a.txt', type: 'text/plain', sizeBytes: 1, digest: 'sha256:0' }
  const server = await aServer({
    uploadAttachment: () => file,
    sendMessage: () => ({ messages: [message] }),
  })
  const { printed, files, run } = anIo(server.url, { env: { TUTTI_DATA: '/data', TUTTI_AGENT_ID: 'agt_1' } })
  files.set('/home/ada/shop/a.txt', '{}')

  expect([await run('attach', 'a.txt'), await run('send', 'bob', 'Here', '-a', 'att_1_b')]).toEqual([0, 0])
  expect(printed.out).toContain('att_1_b (a.txt, text/plain, 1 byte)')
  expect(server.asked.at(-1)?.input).toMatchObject({ attachments: ['att_1_b'] })
  expect(server.asked.map(({ name }) => name)).toEqual(['uploadAttachment', 'sendMessage'])
})

test('with nothing to read, JSON has the fields of a message all the same', async () => {
  const server = await aServer({ listMessages: () => ({ items: [], next: null, fenced: null }) })
  const { printed, run } = anIo(server.url)

  expect(await run('read', '--json')).toBe(0)
  expect(JSON.parse(printed.out)).toMatchObject({ message: null, fenced: null })
})

test('a message is named by the end of its id, which must mean one', async () => {
  const ids = ['00000000000000000000000012bb8c85', '00000000000000000000000099bb8c85']
  const items = ids.map((end) => ({ ...message, id: `msg_1_${end}` }))
  const server = await aServer({
    listMessages: () => ({ items, next: null, fenced: null }),
    readMessage: () => opened,
  })
  const { printed, run } = anIo(server.url)

  expect(await run('read', '12bb8c85')).toBe(0)
  expect(server.asked.at(-1)?.input).toEqual({ id: `msg_1_${ids[0]}` })
  expect(await run('read', '8c85')).toBe(2)
  expect(printed.err).toContain('2 messages end with 8c85')
})
