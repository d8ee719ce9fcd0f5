// Lines of a Claude Code transcript as entries: hand-written after the real program's, and hostile ones.
import { Entry, Usage } from '@tutti/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createTranscriptLines } from './transcript-lines.ts'

const at = (second: number) => `2026-11-22T12:00:0${second}.000Z`
const usage = {
  input_tokens: 31,
  cache_creation_input_tokens: 4,
  cache_read_input_tokens: 100,
  output_tokens: 11,
}
const says = (block: unknown, more: object = {}) => ({
  type: 'assistant',
  uuid: 'u2',
  timestamp: at(1),
  isSidechain: false,
  message: { id: 'msg_1', role: 'assistant', model: 'claude-x', content: [block], usage },
  ...more,
})
const person = (content: unknown, more: object = {}) => ({
  type: 'user',
  uuid: 'u1',
  timestamp: at(0),
  origin: { kind: 'human' },
  message: { role: 'user', content },
  ...more,
})
const bash = { type: 'tool_use', id: 'toolu_1', name: 'Bash', input: { command: 'ls' } }

function read(lines: readonly unknown[], thread: string | null = null) {
  const mapper = createTranscriptLines()
  const changes = lines.map((line) =>
    mapper.take(typeof line === 'string' ? line : JSON.stringify(line), thread),
  )
  return { mapper, changes, entries: mapper.entries() }
}

test('a message on several lines is one entry, counted once, and its tool gets its output later', () => {
  const result = { type: 'tool_result', tool_use_id: 'toolu_1', content: 'a.txt', is_error: false }
  const { entries, changes, mapper } = read([
    person('list them'),
    says({ type: 'thinking', thinking: 'hm' }),
    says({ type: 'text', text: 'Looking.' }, { uuid: 'u3' }),
    says(bash, { uuid: 'u4' }),
    person([result], { uuid: 'u5', timestamp: at(3) }),
  ])

  expect(entries).toMatchObject([
    { id: 'u1', role: 'person', parts: [{ type: 'text', text: 'list them' }] },
    {
      id: 'msg_1',
      role: 'agent',
      model: 'claude-x',
      parts: [
        { type: 'thinking', text: 'hm' },
        { type: 'text', text: 'Looking.' },
        {
          type: 'tool',
          name: 'Bash',
          input: { command: 'ls' },
          output: 'a.txt',
          failed: false,
          durationMs: 2000,
        },
      ],
    },
  ])
  expect(changes.flatMap((change) => (change.usage ? [change.usage] : []))).toEqual([
    {
      id: 'msg_1',
      model: 'claude-x',
      at: Date.parse(at(1)),
      tokens: { input: 31, output: 11, cacheRead: 100, cacheWrite: 4 },
      costUsd: null,
    },
  ])
  expect(mapper.openTools()).toEqual([])
})

test('a tool that waits for an approval is open', () => {
  expect(read([says(bash)]).mapper.openTools()).toMatchObject([{ id: 'toolu_1', name: 'Bash', output: null }])
})

test('a change to a file is a diff beside its tool, also for a new file', () => {
  const edit = { type: 'tool_use', id: 'toolu_1', name: 'Edit', input: {} }
  const done = (toolUseResult: unknown) =>
    person([{ type: 'tool_result', tool_use_id: 'toolu_1', content: 'ok' }], { toolUseResult })
  const hunk = { oldStart: 1, oldLines: 1, newStart: 1, newLines: 1, lines: ['-hello', '+bye'] }
  const changed = read([says(edit), done({ filePath: 'w.txt', structuredPatch: [hunk] })])
  const created = read([
    says(edit),
    done({ type: 'create', filePath: 'n.txt', content: 'one\ntwo\n', structuredPatch: [] }),
  ])

  expect(changed.entries[0]?.parts[1]).toEqual({
    type: 'diff',
    path: 'w.txt',
    diff: '@@ -1,1 +1,1 @@\n-hello\n+bye',
  })
  expect(created.entries[0]?.parts[1]).toEqual({
    type: 'diff',
    path: 'n.txt',
    diff: '@@ -0,0 +1,2 @@\n+one\n+two',
  })
})

test('what no person wrote is a note: interrupts, notices of tasks, errors of the service, compactions', () => {
  const synthetic = {
    id: 'x',
    model: '<synthetic>',
    content: [{ type: 'text', text: 'API Error: 400' }],
    usage,
  }
  const { entries, changes } = read([
    person([{ type: 'text', text: '[Request interrupted by user]' }], { uuid: 'a', origin: undefined }),
    person('<task-notification>done</task-notification>', {
      uuid: 'b',
      origin: { kind: 'task-notification' },
    }),
    { ...says(''), uuid: 'c', message: synthetic },
    {
      type: 'system',
      subtype: 'compact_boundary',
      uuid: 'd',
      content: 'Conversation compacted',
      timestamp: at(2),
    },
    person('caveat', { uuid: 'e', isMeta: true }),
  ])

  expect(entries.map(({ role, parts }) => [role, parts[0]?.type])).toEqual([
    ['system', 'note'],
    ['system', 'note'],
    ['system', 'note'],
    ['system', 'note'],
  ])
  expect(changes.every((change) => change.usage === null)).toBe(true)
})

test('a sub-agent is a thread of its own, counts, and fills no context of the main one', () => {
  const { entries, changes } = read([says({ type: 'text', text: 'hi' }, { isSidechain: true })], 'agent7')

  expect(entries[0]?.thread).toBe('agent7')
  expect(changes[0]).toMatchObject({ usage: { id: 'msg_1' }, context: null })
})

test('a long paste is shown as the words that were pasted, also between words of its own, and broken ones as they are', () => {
  const paste = (words: string) => `<pasted_content id="f740">\n${words}\n</pasted_content id="f740">`
  const textOf = (text: string) => read([person(text)]).entries[0]?.parts

  expect(textOf(`\n\n${paste('one\ntwo')}\n`)).toEqual([{ type: 'text', text: 'one\ntwo' }])
  expect(textOf(`look: ${paste('one')} and ${paste('two')}`)).toEqual([
    { type: 'text', text: 'look: one and two' },
  ])
  expect(textOf('<pasted_content id="x">\nopen')).toEqual([
    { type: 'text', text: '<pasted_content id="x">\nopen' },
  ])
})

test('an image is kept when it is small enough', () => {
  const image = (data: string) => ({
    type: 'image',
    source: { type: 'base64', media_type: 'image/png', data },
  })
  const { entries } = read([person([image('aGk='), image('A'.repeat(6_000_000))])])

  expect(entries[0]?.parts).toEqual([
    { type: 'image', media: 'image/png', data: 'aGk=' },
    { type: 'image', media: 'image/png', data: null },
  ])
})

test('lines that the program writes for itself, that were cut, or that are foreign say nothing', () => {
  const lines = [
    '{"type":"api-request","x":1}',
    '{"type":"mode"}',
    '{"type":"user","mess',
    '',
    'null',
    '[1]',
    '7',
    '{}',
  ]

  expect(read(lines).entries).toEqual([])
})

test('C27 hostile text stays text: nothing is lost, nothing acts, and each entry is valid', () => {
  const hostile = '<img src=x onerror=alert(1)>\u001B[2J\u001B]0;title\u0007'
  const { entries } = read([says({ ...bash, name: hostile, input: { command: hostile } }), person(hostile)])

  expect(entries[0]?.parts[0]).toMatchObject({ name: hostile, input: { command: hostile } })
  expect(entries[1]?.parts[0]).toEqual({ type: 'text', text: hostile })
})

test('whatever stands in a line, it never throws, and what comes of it is valid', () => {
  const block = fc.oneof(
    fc.jsonValue(),
    fc.record({
      type: fc.constantFrom('text', 'thinking', 'tool_use', 'tool_result', 'image'),
      text: fc.oneof(fc.string(), fc.jsonValue()),
      id: fc.constantFrom('t1', 't2', '__proto__'),
      tool_use_id: fc.constantFrom('t1', 't2', '__proto__'),
      name: fc.oneof(fc.string(), fc.jsonValue()),
      input: fc.jsonValue(),
      content: fc.jsonValue(),
    }),
  )
  const line = fc.record({
    type: fc.constantFrom('user', 'assistant', 'system'),
    uuid: fc.oneof(fc.constantFrom('a', 'b'), fc.jsonValue()),
    timestamp: fc.oneof(fc.constant(at(1)), fc.jsonValue()),
    subtype: fc.constantFrom('api_error', 'other'),
    content: fc.jsonValue(),
    isSidechain: fc.boolean(),
    toolUseResult: fc.oneof(
      fc.jsonValue(),
      fc.record({ filePath: fc.string(), structuredPatch: fc.array(fc.jsonValue()) }),
    ),
    message: fc.oneof(
      fc.jsonValue(),
      fc.record({
        id: fc.constantFrom('m1', 'm2', '__proto__'),
        model: fc.oneof(fc.string(), fc.jsonValue()),
        content: fc.oneof(fc.string(), fc.array(block)),
        usage: fc.oneof(
          fc.jsonValue(),
          fc.record({ input_tokens: fc.oneof(fc.nat(), fc.double(), fc.string()) }),
        ),
      }),
    ),
  })

  fc.assert(
    fc.property(fc.array(line, { maxLength: 8 }), (lines) => {
      const { entries, changes } = read(lines)
      for (const entry of entries) expect(() => Entry.parse(entry)).not.toThrow()
      for (const change of changes) if (change.usage) Usage.parse(change.usage)
      expect(new Set(entries.map(({ id }) => id)).size).toBe(entries.length)
    }),
  )
})
