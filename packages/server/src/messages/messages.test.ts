// Mail on one machine: accepted once and for good, delivered in order, seen by its parties and by nobody else.
import { must } from '@tutti/core'
import { parsePublicKey, parseJson, verifyMessage, type JsonNode } from '@tutti/protocol'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { codeOf } from '../agents/test-support.ts'
import { ampCrypto } from '../amp-crypto.ts'
import { anOffice, type Office } from './test-support.ts'

let office: Office
let alice: Awaited<ReturnType<Office['agent']>>
let bob: typeof alice
let ada: Awaited<ReturnType<Office['person']>>

beforeEach(async () => {
  office = await anOffice()
  alice = await office.agent('alice', ['backend'])
  bob = await office.agent('bob', ['backend'])
  ada = await office.person('ada')
})
afterEach(() => office.close())

const LIST = { box: 'inbox', unread: false, order: 'newest', limit: 50 } as const
const inbox = (id: typeof alice | typeof ada, extra: object = {}) =>
  office.messages.handlers.listMessages({ ...LIST, ...extra }, office.as(id))
const unread = async (id: typeof alice) => {
  const { unread: count, urgent } = await office.messages.handlers.getMailbox({}, office.as(id))
  return [count, urgent]
}

describe('sending', () => {
  test('a message lies in the mailbox of its recipient, with its event and its audit row', async () => {
    const [sent] = await office.send(alice, { to: 'bob', text: 'The build is green\nDetails follow' })

    expect(sent).toMatchObject({
      state: 'delivered',
      subject: 'The build is green',
      from: { mailbox: alice, address: 'alice@team.tutti.local' },
      to: { mailbox: bob, address: 'bob@team.tutti.local' },
      thread: sent?.id,
    })
    expect((await inbox(bob)).items.map(({ id }) => id)).toEqual([sent?.id])
    expect(await unread(bob)).toEqual([1, 0])
    const [event] = must(office.store.eventsSince(0, 100), 'events')
    expect(event).toMatchObject({ type: 'message.created', subject: sent?.id })
    expect(office.store.all('SELECT subject FROM audit')).toEqual([{ subject: sent?.id }])
  })

  test('S1 it is signed with the key of its sender, so that anybody can check it again', async () => {
    const [sent] = await office.send(alice, { to: 'bob', text: 'Signed', context: { pr: 42 } })
    const { envelope, payload } = must(
      office.store.get<{ envelope: string; payload: string }>(
        'SELECT envelope, payload FROM messages WHERE id = ?',
        sent?.id ?? '',
      ),
      'row',
    )
    const wire: Record<string, string> = JSON.parse(envelope)
    const key = parsePublicKey(
      Buffer.from(
        must(
          office.store.get<{ public_key: string }>('SELECT public_key FROM agents WHERE id = ?', alice),
          'key',
        ).public_key,
        'base64url',
      ).toString('hex'),
    )
    const check = (node: JsonNode) =>
      verifyMessage(
        {
          to: must(wire['to'], 'to'),
          subject: must(wire['subject'], 'subject'),
          priority: 'normal',
          inReplyTo: null,
          froms: [must(wire['from'], 'from')],
          payload: node,
          signature: must(wire['signature'], 'signature'),
          key,
        },
        ampCrypto,
      )

    expect((await check(parseJson(payload))).ok).toBe(true)
    expect((await check(parseJson(payload.replace('42', '43')))).ok).toBe(false)
  })

  test('the same key and message again is the same message, another message under it is refused', async () => {
    const letter = { to: 'bob', text: 'Once', key: 'k1' }
    const [[first], [second]] = await Promise.all([office.send(alice, letter), office.send(alice, letter)])
    const [third] = await office.send(alice, letter)

    expect([second?.id, third?.id]).toEqual([first?.id, first?.id])
    expect((await inbox(bob)).items).toHaveLength(1)
    expect(await codeOf(office.send(alice, { ...letter, text: 'Twice' }))).toBe('message.repeated')
    expect(await codeOf(office.send(bob, { to: 'alice', text: 'Mine', key: 'k1' }))).toBe('done')
  })

  test('an id of the client’s own is taken once', async () => {
    const letter = { to: 'bob', text: 'Once', id: 'msg_1700000000000_own' }
    const [[first], [again]] = [await office.send(alice, letter), await office.send(alice, letter)]

    expect([first?.id, again?.id]).toEqual([letter.id, letter.id])
    expect(await codeOf(office.send(bob, { ...letter, to: 'alice' }))).toBe('message.id-taken')
    expect((await inbox(bob)).items).toHaveLength(1)
  })

  test('a tag or a pattern reaches all that it fits but the sender, each with a message of its own', async () => {
    const web = await office.agent('shop-web')
    const tagged = await office.send(alice, { to: '#backend' })
    const named = await office.send(alice, { to: 'shop-*' })

    expect(tagged.map(({ to }) => to.mailbox)).toEqual([bob])
    expect(named.map(({ to }) => to.mailbox)).toEqual([web])
    const all = await office.send(alice, { to: '*' })
    expect(all).toHaveLength(2)
    expect(new Set(all.map(({ broadcast }) => broadcast))).toEqual(new Set([all[0]?.id]))
    expect(await codeOf(office.send(alice, { to: '#nobody' }))).toBe('message.recipient-unknown')
  })

  test('what cannot be delivered changes nothing: unknown, malformed, too large', async () => {
    const wrong = { to: 'nobody', 'a b': 'x', '../x': 'x', 'nobody@team.tutti.local': 'x' }
    for (const to of Object.keys(wrong)) {
      expect([to, await codeOf(office.send(alice, { to }))]).toEqual([to, 'message.recipient-unknown'])
    }
    const large = { text: 'ä'.repeat(40_000) }
    expect(await codeOf(office.send(alice, { to: 'bob', ...large }))).toBe('message.too-large')
    expect(await codeOf(office.send(alice, { to: 'bob', context: { a: 'x'.repeat(300_000) } }))).toBe(
      'message.too-large',
    )
    expect(office.store.all('SELECT id FROM messages')).toEqual([])
    expect(office.store.eventsSince(0, 10)).toEqual([])
  })

  test('a message to an address elsewhere waits in the outbox', async () => {
    const [sent] = await office.send(alice, { to: 'eve@other.example.org' })
    expect(sent).toMatchObject({ state: 'queued', to: { mailbox: null, address: 'eve@other.example.org' } })
  })
})

describe('order and time', () => {
  test('the most urgent comes first, then the oldest, page by page', async () => {
    for (const [text, priority] of [
      ['a', 'low'],
      ['b', 'normal'],
      ['c', 'urgent'],
      ['d', 'normal'],
      ['e', 'high'],
    ] as const) {
      await office.send(alice, { to: 'bob', text, priority })
    }
    const first = await inbox(bob, { order: 'delivery', limit: 3 })
    const rest = await inbox(bob, { order: 'delivery', limit: 3, cursor: must(first.next, 'cursor') })
    const texts = (ids: { id: string }[]) =>
      ids.map(
        ({ id }) =>
          office.store.get<{ preview: string }>('SELECT preview FROM messages WHERE id = ?', id)?.preview,
      )

    expect(texts(first.items)).toEqual(['c', 'e', 'b'])
    expect(texts(rest.items)).toEqual(['d', 'a'])
    expect(rest.next).toBeNull()
    expect(await unread(bob)).toEqual([5, 1])
  })

  test('a scheduled message comes at its time, unless its sender calls it back', async () => {
    const deliverAt = office.clock.now() + 60_000
    const [kept] = await office.send(alice, { to: 'bob', text: 'later', deliverAt })
    const [called] = await office.send(alice, { to: 'bob', text: 'never', deliverAt })
    await office.messages.handlers.changeMessages(
      { ids: [must(called, 'message').id], action: 'cancel' },
      office.as(alice),
    )
    expect((await inbox(bob)).items).toEqual([])
    expect(
      await codeOf(
        Promise.resolve().then(() =>
          office.messages.handlers.getMessage({ id: must(kept, 'm').id }, office.as(bob)),
        ),
      ),
    ).toBe('message.unknown')

    office.clock.move(60_000)
    await office.messages.tending.turn()

    expect((await inbox(bob)).items.map(({ id }) => id)).toEqual([kept?.id])
    expect(await unread(bob)).toEqual([1, 0])
  })

  test('what is not read in time expires, and its sender is told', async () => {
    const [sent] = await office.send(alice, { to: 'bob', expiresIn: 1 })
    office.clock.move(60_000)
    await office.messages.tending.turn()

    expect(await unread(bob)).toEqual([0, 0])
    expect((await inbox(bob)).items).toEqual([])
    const [notice] = (await inbox(alice)).items
    expect(notice).toMatchObject({
      type: 'system',
      inReplyTo: sent?.id,
      from: { address: 'postmaster@team.tutti.local' },
    })
    expect(await office.messages.tending.turn()).toBe(0)
  })

  /** Arrivals that are remembered for so long from now on, ms. */
  const remembers = (...times: number[]) =>
    office.store.commit({
      by: { actor: 'system', address: '', act: 'test', audited: false },
      subject: 'mail_seen',
      statements: times.map((ms) => ({
        sql: "INSERT INTO mail_seen (signer, id, digest, until_ms) VALUES ('key', ?, '', ?)",
        values: [`after ${ms}`, office.clock.now() + ms],
      })),
    })

  test('mail that is done with is forgotten after the days of retention, unread mail is not', async () => {
    const [read] = await office.send(alice, { to: 'bob', text: 'old words' })
    await office.send(alice, { to: 'bob', text: 'unread words' })
    await office.messages.handlers.readMessage({ id: must(read, 'm').id }, office.as(bob))
    const day = 24 * 3600 * 1000
    await remembers(30 * day, 40 * day)
    office.clock.move(31 * day)
    await office.messages.tending.prune()

    expect(office.store.all('SELECT id FROM mail_seen')).toEqual([{ id: `after ${40 * day}` }])
    expect((await inbox(bob)).items.map(({ state }) => state)).toEqual(['delivered'])
    const found = await office.messages.handlers.searchMessages({ query: 'words', limit: 10 }, office.as(bob))
    expect(found.items).toHaveLength(1)
  })
})

describe('reading and answering', () => {
  test('reading and answering are receipts that the sender sees, and a thread has one root', async () => {
    const [sent] = await office.send(alice, { to: 'bob', text: 'Can you look?' })
    const id = must(sent, 'message').id
    await office.messages.handlers.readMessage({ id }, office.as(bob))
    expect(
      office.messages.shelves.list({ mailbox: alice, oversees: false }, { ...LIST, box: 'sent' }).items[0],
    ).toMatchObject({ state: 'read', readAt: office.clock.now() })

    const answer = await office.messages.handlers.replyMessage(
      { id, text: 'I did', type: 'response', priority: 'normal', attachments: [] },
      office.as(bob),
    )
    const again = await office.messages.handlers.replyMessage(
      { id: answer.id, text: 'Thanks', type: 'response', priority: 'normal', attachments: [] },
      office.as(alice),
    )

    expect([answer.thread, again.thread]).toEqual([id, id])
    expect(answer).toMatchObject({ subject: 'Re: Can you look?', to: { mailbox: alice } })
    const thread = await office.messages.handlers.getThread({ id: again.id }, office.as(bob))
    expect(thread.items.map(({ state }) => state)).toEqual(['acted', 'acted', 'delivered'])
  })

  test('an answer to somebody who has gone is refused, and nothing is stored', async () => {
    const [sent] = await office.send(alice, { to: 'bob', text: 'Bye' })
    office.remove('alice')
    const answer = {
      id: must(sent, 'message').id,
      text: 'Wait',
      type: 'response',
      priority: 'normal' as const,
      attachments: [],
    }
    const reply = Promise.resolve().then(() => office.messages.handlers.replyMessage(answer, office.as(bob)))

    expect(await codeOf(reply)).toBe('message.recipient-unknown')
    expect(office.store.all('SELECT id FROM messages')).toHaveLength(1)
  })

  test('a bulk of marks tells each outcome, and the counter follows every one', async () => {
    const ids = (await Promise.all(['a', 'b', 'c'].map((text) => office.send(alice, { to: 'bob', text }))))
      .flat()
      .map(({ id }) => id)
    expect(await unread(bob)).toEqual([3, 0])
    const change = (action: 'read' | 'archive' | 'unread', by = bob) =>
      office.messages.handlers.changeMessages({ ids: [...ids, 'msg_1_none'], action }, office.as(by))

    const outcomes = await change('read')
    expect(outcomes.map(({ ok, error }) => error?.code ?? ok)).toEqual([true, true, true, 'message.unknown'])
    expect(await unread(bob)).toEqual([0, 0])
    await change('unread')
    await change('archive')
    expect(await unread(bob)).toEqual([0, 0])
    expect((await change('read', alice)).map(({ error }) => error?.code)).toEqual([
      'message.not-yours',
      'message.not-yours',
      'message.not-yours',
      'message.unknown',
    ])
  })

  test('search finds words and beginnings, within what the reader may see', async () => {
    const eve = await office.agent('eve')
    await office.send(alice, { to: 'bob', subject: 'Déploiement', text: 'The invoice exporter crashed' })
    await office.send(ada, { to: 'bob', text: 'invoice of ada' })
    const search = (id: typeof alice | typeof ada, query: string, extra = {}) =>
      Promise.resolve(
        office.messages.handlers.searchMessages({ query, limit: 10, ...extra }, office.as(id)),
      ).then(({ items }) => items.length)

    expect(await search(bob, 'invoice')).toBe(2)
    expect(await search(bob, 'exporter inv')).toBe(1)
    expect(await search(bob, 'deploiement')).toBe(1)
    expect(await search(bob, 'invoice', { from: 'ada' })).toBe(1)
    expect(await search(eve, 'invoice')).toBe(0)
    const grace = await office.person('grace')
    expect(await search(grace, 'invoice')).toBe(1)
    expect(await search(bob, '" OR * NEAR( ;--')).toBe(0)
  })
})
