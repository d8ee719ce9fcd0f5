// What the message centre makes of messages: lists that do not jump, trees without loops, addresses that lead back, and exports.
import fc from 'fast-check'
import type { Message } from '@tutti/core'
import { expect, test } from 'vitest'
import { aMessage as sampleMessage } from '../../../core/test/sample-message.ts'
import { markdownOf } from './export-text.ts'
import { withFresh, withMessage, withPage, type Pages } from './message-pages.ts'
import { curveOf, pictureOf, type Pair } from './picture-layout.ts'
import { linesOf, treeOf, type Branch } from './thread-tree.ts'
import { addressOf, BOXES, fits, INBOX, viewOf, type View } from './view.ts'

const ada = 'usr_0000000000000000000000' as const
const api = 'agt_0000000000000000000000' as const
const web = 'agt_0000000000000000000001' as const

const aMessage = (id: string, extra: Partial<Message> = {}): Message =>
  sampleMessage({
    id: `msg_1_${id}`,
    from: { mailbox: api, address: 'api@team.tutti.local' },
    to: { mailbox: ada, address: 'ada@team.tutti.local' },
    ...extra,
  })

const ids = (messages: readonly Message[]) => messages.map(({ id }) => id.slice('msg_1_'.length)).join('')

test('what comes while somebody reads waits above; what is known changes in its place, and what fits no longer goes', () => {
  const start: Pages = { items: [aMessage('b', { createdAt: 2 }), aMessage('a')], next: null, fresh: [] }
  const came = aMessage('c', { createdAt: 3 })
  const waiting = withMessage(start, came, { fits: true, held: true })
  expect([ids(waiting.items), ids(waiting.fresh)]).toEqual(['ba', 'c'])
  expect(ids(withFresh(waiting).items)).toBe('cba')
  expect(ids(withMessage(start, came, { fits: true, held: false }).items)).toBe('cba')

  const read = withMessage(start, aMessage('a', { state: 'read', version: 2 }), { fits: true, held: true })
  expect(read.items[1]).toMatchObject({ state: 'read' })
  expect(withMessage(read, aMessage('a'), { fits: true, held: true })).toBe(read)
  expect(ids(withMessage(start, aMessage('b'), { fits: false, held: true }).items)).toBe('a')
})

test('pages read in any order of arrivals show every message once, newest first', () => {
  const all = Array.from({ length: 26 }, (_, n) =>
    aMessage(String.fromCodePoint(97 + n), { createdAt: 100 - n }),
  )
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(25), fc.boolean())),
      fc.integer({ min: 1, max: 25 }),
      (news, cut) => {
        let pages: Pages = { items: all.slice(0, cut), next: 'more', fresh: [] }
        for (const [n, held] of news) {
          const message = all[n]
          if (message) pages = withMessage(pages, message, { fits: true, held })
        }
        pages = withPage(withFresh(pages), { items: all.slice(cut), next: null })
        expect(new Set(ids(pages.items)).size).toBe(pages.items.length)
        expect(pages.items).toHaveLength(26)
      },
    ),
  )
})

test('a thread is a tree of all its messages, each once, whatever they claim to answer', () => {
  const names = 'abcdefgh'.split('')
  const claims = fc.array(fc.option(fc.constantFrom(...names, 'z')), { minLength: 8, maxLength: 8 })
  fc.assert(
    fc.property(claims, fc.array(fc.nat(9), { minLength: 8, maxLength: 8 }), (parents, times) => {
      const messages = names.map((name, index) => {
        const parent = parents[index]
        return aMessage(name, { inReplyTo: parent ? `msg_1_${parent}` : null, createdAt: times[index] ?? 0 })
      })
      const tree = treeOf(messages)
      expect(linesOf(tree).toSorted()).toEqual(names.map((name) => `msg_1_${name}`))
      expect(tree.every(isInOrder)).toBe(true)
    }),
  )
})

const isInOrder = ({ message, answers }: Branch): boolean =>
  answers.every((one) => one.message.inReplyTo === message.id && isInOrder(one))

test('every view has an address that leads back to it, and a wrong one leads to the inbox', () => {
  const text = fc.string({ unit: 'grapheme' })
  const mailbox = fc.option(fc.constantFrom(ada, api, web))
  const views: fc.Arbitrary<View> = fc.record({
    box: fc.constantFrom(...BOXES),
    mailbox,
    with: mailbox,
    query: text,
    filters: fc.record({ from: text.filter(Boolean), priority: text.filter(Boolean) }, { requiredKeys: [] }),
    thread: fc.option(fc.constant('msg_1_a')),
    write: fc.option(text),
  })
  fc.assert(
    fc.property(views, (view) => {
      const { pathname, search } = new URL(addressOf(view), 'http://host')
      expect(viewOf(pathname, search)).toEqual(view)
    }),
  )
  expect(viewOf('/messages', '?box=nonsense&mailbox=../x')).toEqual(INBOX)
})

test('a message is shown in the boxes of its owner and in a conversation of its two ends', () => {
  const mine = aMessage('a')
  const others = aMessage('b', {
    from: { mailbox: web, address: 'web@team.tutti.local' },
    to: { mailbox: api, address: 'api@team.tutti.local' },
    state: 'quarantined',
  })
  const boxesOf = (message: Message) => BOXES.filter((box) => fits({ ...INBOX, box }, message, ada))
  expect(boxesOf(mine)).toEqual(['inbox', 'all'])
  expect(boxesOf({ ...mine, archived: true, starred: true })).toEqual(['starred', 'archive', 'all'])
  expect(boxesOf(others)).toEqual(['quarantine', 'all'])
  const between: View = { ...INBOX, box: 'all', mailbox: api, with: web }
  expect([mine, others].map((one) => fits(between, one, ada))).toEqual([false, true])
  expect(fits({ ...INBOX, box: 'all', with: api }, mine, ada)).toBe(true)
  expect(fits({ ...INBOX, filters: { from: 'ap' } }, mine, ada)).toBe(false)
  expect(fits({ ...INBOX, filters: { from: 'API', since: '1' } }, mine, ada)).toBe(true)
})

test('C24 nothing that a message says can end its fence or pass for a heading in an exported thread', () => {
  const foreign = fc.string({ unit: fc.constantFrom('`', '\n', '#', '-', ' ', 'a', '~', '[') })
  fc.assert(
    fc.property(foreign, foreign, (text, subject) => {
      const hash = '0'.repeat(64)
      const exported = markdownOf([{ message: aMessage('a', { subject }), text, context: null, hash }])
      const fence = /^(`{3,})text$/m.exec(exported)?.[1] ?? ''
      const [head = '', body = ''] = exported.split(`\n${fence}text\n`)
      expect(body).toBe(`${text}\n${fence}\n`)
      expect(text.split('\n')).not.toContain(fence)
      expect(head.split('\n').filter((line) => line.startsWith('#'))).toHaveLength(2)
    }),
  )
})

test('the picture draws the busiest, tells how many pairs it leaves out, and points every line', () => {
  const pair = (from: string, to: string, count: number): Pair => ({
    from,
    to,
    fromMailbox: null,
    toMailbox: null,
    count,
    lastAt: 0,
  })
  const crowd = Array.from({ length: 100 }, (_, n) => pair(`n${n}@x.y`, `m${n}@x.y`, n + 1))
  const picture = pictureOf([...crowd, pair('a@x.y', 'a@x.y', 500)])
  expect(picture.nodes).toHaveLength(60)
  expect(picture.edges.length + picture.left).toBe(101)
  expect(picture.edges[0]?.pair.from).toBe('a@x.y')
  for (const edge of picture.edges) expect(curveOf(edge, 300)).toMatch(/^M-?[\d.]+ -?[\d.]+ [QC][-\d. e]+$/)
})
