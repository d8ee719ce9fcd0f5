// Pages, growth and sub-agents of a conversation.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Entry } from '@tutti/core'
import { EMPTY, fromPage, rowsOf, withGrowth, withOlder } from './conversation.ts'

const anEntry = (id: string, more: Partial<Entry> = {}): Entry => ({
  id,
  role: 'agent',
  at: 0,
  parts: [{ type: 'text', text: id }],
  thread: null,
  model: null,
  ...more,
})
const ids = (entries: readonly Entry[]) => entries.map(({ id }) => id).join(' ')

test('an entry that comes again replaces the former where it stands, a new one comes last', () => {
  const now = fromPage({ entries: [anEntry('a'), anEntry('b')], before: null, total: 2 })

  const grown = withGrowth(now, [anEntry('a', { at: 9 }), anEntry('c')])

  expect(ids(grown.entries)).toBe('a b c')
  expect(grown.entries[0]?.at).toBe(9)
})

test('an older page comes in front, without what is there already', () => {
  const now = fromPage({ entries: [anEntry('c'), anEntry('d')], before: 'c', total: 4 })

  const older = withOlder(now, {
    entries: [anEntry('a'), anEntry('b'), anEntry('c')],
    before: null,
    total: 4,
  })

  expect(ids(older.entries)).toBe('a b c d')
  expect(older.before).toBeNull()
})

test('however a conversation arrives, each id is in it once', () => {
  const some = fc.array(fc.integer({ min: 0, max: 12 }).map((n) => anEntry(String(n))))
  const unique = (entries: Entry[]) => [...new Map(entries.map((one) => [one.id, one])).values()]
  fc.assert(
    fc.property(some, fc.array(fc.tuple(fc.boolean(), some)), (first, steps) => {
      let now = fromPage({ entries: unique(first), before: null, total: 0 })
      for (const [older, entries] of steps)
        now = older
          ? withOlder(now, { entries: unique(entries), before: null, total: 0 })
          : withGrowth(now, entries)
      const shown = now.entries.map(({ id }) => id)
      expect(shown).toEqual([...new Set(shown)])
    }),
  )
  expect(EMPTY.entries).toEqual([])
})

test('two sub-agents that work side by side are one folded row each, where they began', () => {
  const entries = [
    anEntry('ask'),
    anEntry('a1', { thread: 'a' }),
    anEntry('b1', { thread: 'b' }),
    anEntry('a2', { thread: 'a' }),
    anEntry('answer'),
  ]

  expect(rowsOf(entries, () => false).map(({ key }) => key)).toEqual([
    'ask',
    'thread a',
    'thread b',
    'answer',
  ])
  expect(rowsOf(entries, (name) => name === 'a').map(({ key }) => key)).toEqual([
    'ask',
    'thread a',
    'a1',
    'a2',
    'thread b',
    'answer',
  ])
})
