// The reader of rollout files: what it tells, and that nothing a file may hold stops it.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Entry, Usage } from '@tutti/core'
import type { Signal } from '../kit.ts'
import { createRolloutReader, quotasIn } from './rollout.ts'

const line = (type: string, payload: object, ordinal = 1): string =>
  JSON.stringify({ timestamp: '2026-11-22T12:00:00.000Z', ordinal, type, payload })
const read = (...lines: string[]): Signal[] => {
  const reader = createRolloutReader()
  return lines.flatMap(reader)
}
const call = (name: string) =>
  line('response_item', { type: 'function_call', call_id: 'c1', name, arguments: '{"cmd":"ls"}' })

test('the tokens of a response are told once, with the model of its turn and the cache apart', () => {
  const usage = { input_tokens: 100, cached_input_tokens: 60, cache_write_input_tokens: 10, output_tokens: 5 }

  const signals = read(
    line('turn_context', { model: 'gpt-x' }),
    line('token_usage_record', { response_id: 'resp_1', usage }),
  )

  const tokens = { input: 30, output: 5, cacheRead: 60, cacheWrite: 10 }
  const at = Date.parse('2026-11-22T12:00:00.000Z')
  expect(signals).toEqual([
    { type: 'usage', usage: { id: 'resp_1', model: 'gpt-x', at, tokens, costUsd: null } },
  ])
})

test('a tool is told when it begins, and again under the same id with its output', () => {
  const output = 'Wall time: 1 s\nProcess exited with code 2\nOutput:\nno'

  const signals = read(
    call('exec_command'),
    line('response_item', { type: 'function_call_output', call_id: 'c1', output }),
  )

  const parts = signals.flatMap((signal) =>
    signal.type === 'entries' ? signal.entries.flatMap((entry) => entry.parts) : [],
  )
  expect(parts).toMatchObject([
    { type: 'tool', id: 'c1', output: null, input: { cmd: 'ls' } },
    { type: 'tool', id: 'c1', output, failed: true },
  ])
})

test.each(['<img src=x onerror=alert(1)>', '\u001B[31mred\u001B[0m', '__proto__', ''])(
  'the tool name %j is only text',
  (name) => {
    const [signal] = read(call(name))

    expect(signal).toMatchObject({ type: 'entries', entries: [{ parts: [{ name: name || 'shell' }] }] })
  },
)

test('a quota window is named by its length, from the file and from the server', () => {
  const primary = { used_percent: 12.5, window_minutes: 300, resets_at: 1_700_000_000 }
  const secondary = { usedPercent: 3, windowDurationMins: 10_080, resetsAt: null }

  expect(quotasIn({ primary, secondary })).toEqual([
    { name: '5 h', usedPercent: 12.5, resetsAt: 1_700_000_000_000 },
    { name: '7 d', usedPercent: 3, resetsAt: null },
  ])
})

test('a file that Codex adds is a diff beside the call that made it, and neither replaces the other', () => {
  const changes = { '/srv/a.md': { type: 'add', content: 'one\ntwo\n' } }

  const signals = read(
    call('exec_command'),
    line('event_msg', { type: 'item_completed', item: { type: 'FileChange', id: 'c1', changes } }),
    line('response_item', { type: 'function_call_output', call_id: 'c1', output: 'Exit code: 0' }),
  )

  const entries = signals.flatMap((signal) => (signal.type === 'entries' ? signal.entries : []))
  const last = new Map(entries.map((entry) => [entry.id, entry.parts]))
  expect(last.get('c1')).toMatchObject([{ type: 'tool', output: 'Exit code: 0', failed: false }])
  expect(last.get('c1/change')).toEqual([
    { type: 'diff', path: '/srv/a.md', diff: '@@ -0,0 +1,2 @@\n+one\n+two' },
  ])
})

function checked(signal: Signal): void {
  if (signal.type === 'entries') for (const entry of signal.entries) Entry.parse(entry)
  if (signal.type === 'usage') Usage.parse(signal.usage)
}

const TYPES = ['turn_context', 'token_usage_record', 'event_msg', 'response_item', 'constructor']
const KINDS = [
  'token_count',
  'item_completed',
  'function_call',
  'function_call_output',
  'reasoning',
  'task_complete',
  '__proto__',
]

test('whatever a line holds, the reader does not throw, and what it tells fits the contract', () => {
  const payload = fc.record(
    {
      type: fc.constantFrom(...KINDS),
      item: fc.oneof(
        fc.jsonValue(),
        fc.record({
          type: fc.constantFrom('UserMessage', 'AgentMessage', 'FileChange'),
          content: fc.jsonValue(),
          changes: fc.jsonValue(),
        }),
      ),
      call_id: fc.oneof(fc.constant('c1'), fc.jsonValue()),
      response_id: fc.oneof(fc.string(), fc.jsonValue()),
      usage: fc.oneof(fc.jsonValue(), fc.record({ input_tokens: fc.double(), output_tokens: fc.integer() })),
      info: fc.jsonValue(),
      rate_limits: fc.jsonValue(),
      output: fc.jsonValue(),
      summary: fc.jsonValue(),
    },
    { requiredKeys: [] },
  )
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.constantFrom(...TYPES), payload, fc.nat(400))), (lines) => {
      const texts = lines.map(([type, value, cut]) =>
        line(type, value).slice(0, cut === 0 ? undefined : cut * 5),
      )
      expect(() => read(...texts).map(checked)).not.toThrow()
    }),
  )
})
