// OpenCode's messages as entries and tokens, live and from its database.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Entry, Usage } from '@tutti/core'
import type { Signal } from '../kit.ts'
import { createConversation } from './conversation.ts'
import { messagesIn } from './database.ts'

const talk = () =>
  createConversation(
    (id) => (id === 's' ? null : undefined),
    () => 1000,
  )
const info = {
  id: 'm1',
  sessionID: 's',
  role: 'assistant',
  modelID: 'x',
  providerID: 'p',
  time: { created: 7 },
}
const finish = {
  id: 'prt_2',
  messageID: 'm1',
  sessionID: 's',
  type: 'step-finish',
  cost: 0.5,
  tokens: { input: 10, output: 2, reasoning: 3, cache: { read: 4, write: 1 } },
}
const tool = (name: string, state: object) => ({
  id: 'prt_1',
  messageID: 'm1',
  sessionID: 's',
  type: 'tool',
  callID: 'c',
  tool: name,
  state,
})

test('a step tells its tokens with thinking as output, and how full the memory is', () => {
  const conversation = talk()
  conversation.message(info)

  const told = conversation.part(finish)

  const tokens = { input: 10, output: 5, cacheRead: 4, cacheWrite: 1 }
  expect(told.slice(0, 2)).toEqual([
    { type: 'usage', usage: { id: 'prt_2', model: 'x', at: 7, tokens, costUsd: 0.5 } },
    { type: 'context', fill: { usedTokens: 20, limitTokens: 1000 } },
  ])
})

test('a tool replaces itself when its output comes, and a hostile name is only text', () => {
  const conversation = talk()
  conversation.message(info)
  conversation.part(tool('<img onerror=x>', { status: 'running', input: { command: 'ls' } }))

  conversation.part(
    tool('<img onerror=x>', {
      status: 'completed',
      input: { command: 'ls' },
      output: 'a',
      time: { start: 1, end: 4 },
    }),
  )

  const parts = [
    {
      type: 'tool',
      id: 'c',
      name: '<img onerror=x>',
      input: { command: 'ls' },
      output: 'a',
      failed: false,
      durationMs: 3,
    },
  ]
  expect(conversation.entries()).toMatchObject([{ id: 'm1', role: 'agent', parts }])
})

test('a file that is written for the first time is a diff of its content', () => {
  const state = {
    status: 'completed',
    input: { filePath: '/srv/a.md', content: 'one\n' },
    output: 'Wrote it.',
    metadata: { exists: false },
  }

  const conversation = talk()
  conversation.message(info)
  const [signal] = conversation.part(tool('write', state))

  const entry = signal?.type === 'entries' ? signal.entries[0] : null
  expect(entry?.parts[1]).toEqual({ type: 'diff', path: '/srv/a.md', diff: '@@ -0,0 +1,1 @@\n+one' })
})

test('a session of somebody else tells nothing', () => {
  const conversation = talk()

  expect(
    conversation.whole([
      { info: { ...info, sessionID: 'other' }, parts: [{ ...finish, sessionID: 'other' }] },
    ]),
  ).toEqual([])
})

test('a past conversation is read from the database without a change to it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tutti-opencode-'))
  const path = join(folder, 'opencode.db')
  const database = new DatabaseSync(path)
  database.exec(`CREATE TABLE message (id, session_id, time_created, data); CREATE TABLE part (id, message_id, data);
    INSERT INTO message VALUES ('m1', 's', 1, '{"role":"user"}'), ('m2', 's', 2, '{"role":"assistant"'), ('m3', 'other', 3, '{}');
    INSERT INTO part VALUES ('p1', 'm1', '{"type":"text","text":"hi"}'), ('p2', 'm2', '{"type":"text","text":"cut"}')`)
  database.close()

  const conversation = talk()
  conversation.whole(messagesIn(path, 's'))

  expect(conversation.entries()).toMatchObject([
    { id: 'm1', role: 'person', parts: [{ text: 'hi' }] },
    { id: 'm2', role: 'agent', parts: [{ text: 'cut' }] },
  ])
  expect(messagesIn(join(folder, 'none.db'), 's')).toBeNull()
  rmSync(folder, { recursive: true })
})

function checked(signal: Signal): void {
  if (signal.type === 'entries') for (const entry of signal.entries) Entry.parse(entry)
  if (signal.type === 'usage') Usage.parse(signal.usage)
}

test('whatever parts come, nothing throws, and what is told fits the contract', () => {
  const type = fc.constantFrom('text', 'reasoning', 'tool', 'file', 'step-finish', 'compaction', '__proto__')
  const part = fc.record(
    {
      type,
      id: fc.string(),
      messageID: fc.constantFrom('m1', 'm2'),
      sessionID: fc.constant('s'),
      text: fc.jsonValue(),
      state: fc.jsonValue(),
      tokens: fc.oneof(fc.jsonValue(), fc.record({ input: fc.double(), output: fc.integer() })),
      cost: fc.double(),
      tool: fc.jsonValue(),
    },
    { requiredKeys: ['type', 'messageID'] },
  )
  fc.assert(
    fc.property(fc.array(part), fc.jsonValue(), (parts, error) => {
      const conversation = talk()
      expect(() => conversation.whole([{ info: { ...info, error }, parts }]).map(checked)).not.toThrow()
      expect(conversation.last()).toBeTypeOf('string')
    }),
  )
})
