// The queue at the command line: what is sent for a number, for words and for a refusal, and what is printed of foreign text.
import type { AttentionItem } from '@tutti/core'
import { afterEach, expect, test } from 'vitest'
import { NOW, aServer, anAgent, anIo, endAll } from '../../test/support.ts'

afterEach(endAll)

const api = anAgent({ name: 'shop-api' })
const HOSTILE = '<img onerror=x>\u001b[2J\nnpm test'
const choice = (key: string, label: string) => ({ key, label, effect: 'allow' as const, description: '' })
const item = (extra: Partial<AttentionItem> = {}): AttentionItem => ({
  id: 'att_01j9z3k7q8f0a1b2c3d4e5',
  agentId: api.id,
  ask: {
    ref: '1',
    kind: 'approval',
    title: HOSTILE,
    tool: HOSTILE,
    input: null,
    reason: '',
    questions: [
      {
        text: '',
        header: '',
        choices: [choice('y', 'Yes'), choice('n', 'No')],
        multiple: false,
        words: false,
      },
    ],
    at: NOW,
    onBehalfOf: null,
  },
  group: 'same',
  receipt: 'pending',
  answer: null,
  answeredBy: null,
  ruleId: null,
  why: '',
  snoozedUntil: null,
  createdAt: NOW - 5000,
  settledAt: null,
  version: 3,
  ...extra,
})

const asker = {
  name: 'builder',
  address: 'builder@cellar.tutti.local',
  node: 'n1',
  machine: 'cellar',
}
const elsewhere = item({
  id: 'att_01j9z3k7q8f0a1b2c3d4e6',
  agentId: 'agt_01j9z3k7q8f0a1b2c3d4e7',
  group: null,
  asker,
})

async function inRoom(...argv: string[]) {
  const server = await aServer({
    listAgents: () => [api],
    listAttention: () => [item(), elsewhere],
    answerAttention: () => item({ receipt: 'answered' }),
    answerAttentionGroup: ({ items }) => (items as unknown[]).map(() => ({ id: '', ok: true, item: null })),
    getWhy: () => ({
      agentId: api.id,
      status: { state: 'idle', why: HOSTILE, since: NOW },
      reasons: [{ source: 'hook', state: 'idle', why: HOSTILE, at: NOW, role: 'decides' }],
    }),
    getTranscript: () => ({
      entries: [
        {
          id: '1',
          role: 'agent',
          at: NOW,
          thread: null,
          model: null,
          parts: [
            { type: 'text', text: 'one\ntwo\u001b[31m' },
            { type: 'tool', id: 't', name: HOSTILE, input: {}, output: null, failed: true, durationMs: null },
          ],
        },
      ],
      before: null,
      total: 1,
    }),
  })
  const made = anIo(server.url)
  const code = await made.run(...argv)
  const sent = server.asked.find(({ name }) => name.startsWith('answer'))?.input
  return { code, ...made.printed, sent }
}

test.each([
  [['1'], { kind: 'choose', choices: [['y']] }],
  [['2'], { kind: 'choose', choices: [['n']] }],
  [['use', 'npm'], { kind: 'words', words: 'use npm' }],
  [['1', '2'], { kind: 'words', words: '1 2' }],
  [['--deny', 'not now'], { kind: 'deny', reason: 'not now' }],
])('answer %j sends %j with the version that was listed', async (words, answer) => {
  const { code, sent } = await inRoom('answer', 'shop-api', ...words)
  expect([code, sent]).toEqual([0, { id: item().id, version: 3, answer }])
})

test('what an agent of another machine asks is listed and answered by its name and machine', async () => {
  expect((await inRoom('attention')).out).toContain('builder@cellar')
  expect((await inRoom('answer', 'builder@cellar', '1')).sent).toMatchObject({ id: elsewhere.id })
})

test('answer takes the id of an item, and refuses a number that is no choice', async () => {
  expect((await inRoom('answer', item().id, '1')).code).toBe(0)
  expect(await inRoom('answer', 'shop-api', '7')).toMatchObject({ code: 2, sent: undefined })
})

test('answer --group answers everything that is the same', async () => {
  const { out, sent } = await inRoom('answer', 'shop-api', '1', '--group')
  expect(sent).toMatchObject({ items: [{ id: item().id, version: 3 }] })
  expect(out).toContain('1 of 1 answered')
})

test('nothing foreign can act on the terminal', async () => {
  for (const argv of [['attention'], ['why', 'shop-api'], ['transcript', 'shop-api']]) {
    const { code, out } = await inRoom(...argv)
    expect([argv, code, out.includes('\u001b')]).toEqual([argv, 0, false])
    expect(out).toContain('<img onerror=x>')
  }
})
