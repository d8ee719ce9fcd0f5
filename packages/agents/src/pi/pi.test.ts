// Pi's extension, what it tells, and the session file.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Entry, Evidence, idSchema, Usage } from '@tutti/core'
import type { LaunchRequest, Signal } from '../kit.ts'
import { readEvent } from './events.ts'
import { extensionFor } from './extension.ts'
import { piKit } from './kit.ts'
import { createTranscriptReader } from './transcript.ts'

const line = (value: object): string => JSON.stringify(value)
const stateOf = (event: object) => readEvent(line(event)).evidence?.state
const launch = (more: Partial<LaunchRequest>) =>
  piKit.launch({
    agentId: idSchema('agent').parse('agt_0000000000000000000000'),
    argv: ['pi'],
    folder: '/work',
    home: '/home/ada',
    runFolder: '/run/a',
    persona: { role: '', personality: '', instructions: '' },
    trust: null,
    resume: null,
    newSession: 'uuid',
    version: '0.73.1',
    hooks: { url: 'http://127.0.0.1:1', token: 't' },
    mcp: null,
    ...more,
  })

test.each([
  ['idle', { type: 'session', id: 's' }],
  ['working', { type: 'working' }],
  ['idle', { type: 'ended', how: 'stop', text: 'done' }],
  ['interrupted', { type: 'ended', how: 'aborted' }],
  ['failed', { type: 'ended', how: 'error', problem: '400 no' }],
  ['rate-limited', { type: 'ended', how: 'error', problem: '429 slow down' }],
  ['unknown', { type: 'gone' }],
])('the state is %s', (state, event) => {
  expect(stateOf(event)).toBe(state)
})

test('a turn that ended well tells its last words, one that did not tells none', () => {
  expect(readEvent(line({ type: 'ended', how: 'stop', text: 'done' })).ended).toBe('done')
  expect(readEvent(line({ type: 'ended', how: 'aborted', text: 'cut' })).ended).toBeNull()
})

test('a message tells its tokens and its price, a tool replaces itself with its output', () => {
  const read = createTranscriptReader()
  const usage = { input: 10, output: 2, cacheRead: 3, cacheWrite: 0, cost: { total: 0.5 } }
  const content = [{ type: 'toolCall', id: 't', name: '<img onerror=x>', arguments: { a: 1 } }]
  const call = {
    type: 'message',
    id: 'm',
    timestamp: '2026-11-22T12:00:00Z',
    message: { role: 'assistant', model: 'p', usage, content },
  }
  const result = {
    type: 'message',
    id: 'r',
    timestamp: '2026-11-22T12:00:02Z',
    message: { role: 'toolResult', toolCallId: 't', content: [{ text: 'out' }] },
  }

  expect(read(line(call))[0]).toMatchObject({
    usage: { id: 'm', model: 'p', tokens: { input: 10, output: 2, cacheRead: 3 }, costUsd: 0.5 },
  })
  expect(read(line(result))).toMatchObject([
    { entries: [{ id: 'm', parts: [{ name: '<img onerror=x>', output: 'out', durationMs: 2000 }] }] },
  ])
})

test('a start loads the extension of this one start; trust is what tools there are', () => {
  const plan = launch({ trust: 'plan', resume: 'old', argv: ['pi', '--model', 'm', 'say hello'] })

  expect(plan.argv).toEqual([
    'pi',
    '--extension',
    '/run/a/pi-extension.js',
    '--session',
    'old',
    '--tools',
    'read,grep,find,ls',
    '--model',
    'm',
  ])
  expect(plan.files[0]?.content).toContain('"/run/a/pi-events.jsonl"')
  expect(piKit.trust.supervised).toBeNull()
  expect(launch({ argv: ['pi', '-p', 'x'] }).argv).toEqual(['pi', '-p', 'x'])
})

test('a path is only text in the extension', () => {
  expect(extensionFor('/a"; process.exit(1); "', '/b')).toContain(
    String.raw`const EVENTS = "/a\"; process.exit(1); \""`,
  )
})

function checked(signal: Signal): void {
  if (signal.type === 'entries') for (const entry of signal.entries) Entry.parse(entry)
  if (signal.type === 'usage') Usage.parse(signal.usage)
}

test('whatever a line holds, nothing throws, and what is told fits the contract', () => {
  const message = fc.record(
    {
      role: fc.constantFrom('user', 'assistant', 'toolResult'),
      content: fc.oneof(fc.string(), fc.array(fc.jsonValue())),
      usage: fc.jsonValue(),
      errorMessage: fc.jsonValue(),
      toolCallId: fc.jsonValue(),
    },
    { requiredKeys: [] },
  )
  const value = fc.record(
    {
      type: fc.constantFrom('message', 'compaction', 'session', 'working', 'ended', 'gone', '__proto__'),
      id: fc.jsonValue(),
      at: fc.jsonValue(),
      how: fc.jsonValue(),
      problem: fc.jsonValue(),
      message,
    },
    { requiredKeys: ['type'] },
  )
  fc.assert(
    fc.property(fc.array(value), (values) => {
      const read = createTranscriptReader()
      expect(() => values.flatMap((told) => read(line(told))).map(checked)).not.toThrow()
      const found = values.flatMap((told) => readEvent(line(told)).evidence ?? [])
      expect(found.map((evidence) => Evidence.safeParse(evidence).error)).toEqual(found.map(() => undefined))
    }),
  )
})
