// Gemini CLI's chat file: copies are no new messages, tokens count once, and the end of a turn is known.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Entry, Usage } from '@tutti/core'
import type { Signal } from '../kit.ts'
import { createChatReader } from './chat.ts'

const line = (value: object): string => JSON.stringify(value)
const user = (id: string, text: string): string =>
  line({ id, timestamp: '2026-11-22T12:00:00Z', type: 'user', content: [{ text }] })
const gemini = (id: string, content: string, more: object = {}): string =>
  line({
    id,
    timestamp: '2026-11-22T12:00:01Z',
    type: 'gemini',
    content,
    model: 'g',
    tokens: { input: 10, cached: 4, output: 2, thoughts: 3, total: 15 },
    ...more,
  })
const read = (...lines: string[]) => {
  const reader = createChatReader()
  const signals = lines.flatMap(reader.read)
  const entries = signals.flatMap((signal) => (signal.type === 'entries' ? signal.entries : []))
  const usage = signals.flatMap((signal) => (signal.type === 'usage' ? [signal.usage] : []))
  return { entries, usage, ending: reader.ending() }
}
const tools = (status: string, output: string) => ({
  toolCalls: [
    {
      id: 't',
      name: 'run',
      args: { a: 1 },
      status,
      timestamp: '2026-11-22T12:00:03Z',
      result: [{ functionResponse: { response: { output } } }],
    },
  ],
})

test('a message that comes again with its tools has the same id, and its tokens count thinking and cache apart', () => {
  const { entries, usage, ending } = read(
    user('u', 'go'),
    gemini('g', 'hi'),
    gemini('g', 'hi', tools('success', 'done')),
  )

  expect(entries.map(({ id }) => id)).toEqual(['u', 'g', 'g'])
  expect(entries[2]?.parts[1]).toMatchObject({ type: 'tool', output: 'done', durationMs: 2000 })
  expect(new Map(usage.map((used) => [used.id, used.tokens]))).toEqual(
    new Map([['g', { input: 6, output: 5, cacheRead: 4, cacheWrite: 0 }]]),
  )
  expect(ending).toEqual({ how: 'other', words: '', last: 'hi', turns: 1 })
})

test('a list that is set anew brings copies without tokens, which are no new messages and no new turns', () => {
  const copy = line({
    id: 'g2',
    timestamp: '2026-11-22T12:01:00Z',
    type: 'gemini',
    content: [{ text: 'hi' }],
    tokens: null,
  })

  const { entries, ending } = read(
    user('u', 'go'),
    gemini('g', 'hi'),
    line({ $set: { messages: [] } }),
    user('u2', 'go'),
    copy,
    user('u3', 'go on'),
  )

  expect(entries.map(({ id }) => id)).toEqual(['u', 'g', 'u3'])
  expect(ending).toMatchObject({ how: 'unanswered', turns: 2 })
})

test('a list that is written again line by line changes nothing', () => {
  const again = [
    user('c1', '<session_context> …'),
    line({ id: 'c2', type: 'gemini', content: [{ text: 'hi' }], tokens: null }),
  ]
  const cancelled = line({ id: 'i', type: 'info', content: 'Request cancelled.' })

  const { entries, ending } = read(
    user('u', 'go'),
    cancelled,
    ...again,
    user('c3', 'go'),
    line({ $set: { messages: [] } }),
    user('u2', 'on'),
  )

  expect(entries.map(({ id }) => id)).toEqual(['u', 'i', 'u2'])
  expect(ending).toMatchObject({ how: 'unanswered', turns: 2 })
})

test.each([
  ['failed', line({ id: 'e', type: 'error', content: '[API Error: no]' })],
  ['interrupted', line({ id: 'i', type: 'info', content: 'Request cancelled.' })],
  ['interrupted', gemini('g', '', tools('cancelled', 'x'))],
  ['interrupted', gemini('g', '', tools('error', '[Operation Cancelled] Reason: User denied execution.'))],
  ['unanswered', user('u2', 'go')],
])('a turn ends %s', (how, last) => {
  expect(read(user('u', 'start'), gemini('g0', 'hi'), user('u1', 'next'), last).ending.how).toBe(how)
})

function checked(signal: Signal): void {
  if (signal.type === 'entries') for (const entry of signal.entries) Entry.parse(entry)
  if (signal.type === 'usage') Usage.parse(signal.usage)
}

test('whatever a line holds, nothing throws, and what is told fits the contract', () => {
  const message = fc.record(
    {
      id: fc.oneof(fc.constant('a'), fc.jsonValue()),
      type: fc.constantFrom('user', 'gemini', 'info', 'error', '__proto__'),
      content: fc.jsonValue(),
      tokens: fc.jsonValue(),
      toolCalls: fc.array(fc.jsonValue()),
      thoughts: fc.jsonValue(),
      $set: fc.oneof(fc.jsonValue(), fc.record({ messages: fc.array(fc.jsonValue()) })),
    },
    { requiredKeys: [] },
  )
  fc.assert(
    fc.property(fc.array(fc.tuple(message, fc.nat(300))), (lines) => {
      const reader = createChatReader()
      const texts = lines.map(([value, cut]) => line(value).slice(0, cut === 0 ? undefined : cut * 3))
      expect(() => texts.flatMap(reader.read).map(checked)).not.toThrow()
    }),
  )
})

test('a prompt is told also where the file begins with all that was said, and only by its words and time', () => {
  const reader = createChatReader()
  const at = Date.parse('2026-11-22T12:00:00Z')
  for (const one of [user('a', '<session_context>'), user('b', 'You have 1 new message.')]) reader.read(one)

  expect(reader.tookSince('You have 1\nnew message.', at)).toBe(true)
  expect(reader.tookSince('You have 1 new message.', at + 1)).toBe(false)
  expect(reader.tookSince('You have 2 new messages.', at)).toBe(false)
})

test('a turn has not ended while nothing is said yet, or a tool has no result', () => {
  const pending = { toolCalls: [{ id: 't', name: 'run', args: {}, status: 'executing' }] }
  expect(read(user('a', 'go'), gemini('b', '')).ending.how).toBe('unanswered')
  expect(read(user('a', 'go'), gemini('b', '', pending)).ending.how).toBe('unanswered')
  expect(read(user('a', 'go'), gemini('b', 'done')).ending).toMatchObject({ how: 'other', last: 'done' })
})

test('an interrupted turn stays one, though the list that is set anew after it begins with another view of the folder', () => {
  const copy = line({ id: 'y', type: 'gemini', content: [{ text: 'before' }] })
  const { ending, entries } = read(
    line({ $set: { messages: [JSON.parse(user('c', '<session_context> one file'))] } }),
    user('a', 'first'),
    gemini('b', 'before'),
    user('d', 'second'),
    gemini('e', '', tools('cancelled', '')),
    line({ id: 'i', type: 'info', content: 'Request cancelled.' }),
    user('x', '<session_context> two files'),
    copy,
    line({ $set: { messages: [JSON.parse(user('x', '<session_context> two files')), JSON.parse(copy)] } }),
  )

  expect(ending.how).toBe('interrupted')
  expect(entries.filter(({ role }) => role === 'agent').map(({ id }) => id)).toEqual(['b', 'e'])
})
