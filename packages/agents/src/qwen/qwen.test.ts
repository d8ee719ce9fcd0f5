// Qwen Code's event file and transcript, and how it is started.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Ask, Entry, idSchema, Usage } from '@tutti/core'
import type { LaunchRequest, Signal } from '../kit.ts'
import { chatPath, createChatReader } from './chat.ts'
import { eventIn } from './events.ts'
import { qwenKit } from './kit.ts'

const line = (value: object): string => JSON.stringify(value)
const request = (tool_name: string, input: object): string =>
  line({ type: 'control_request', request_id: 'r', request: { subtype: 'can_use_tool', tool_name, input } })
const launch = (more: Partial<LaunchRequest>) =>
  qwenKit.launch({
    agentId: idSchema('agent').parse('agt_0000000000000000000000'),
    argv: ['qwen'],
    folder: '/work',
    home: '/home/ada',
    runFolder: '/run/a',
    persona: { role: '', personality: '', instructions: '' },
    trust: null,
    resume: null,
    newSession: 'uuid',
    version: '0.24.4',
    hooks: { url: 'http://127.0.0.1:1', token: 't' },
    mcp: null,
    ...more,
  })

test('a tool that wants to run is an approval, a question has its options by number', () => {
  const options = [{ label: 'Blue' }, { label: '<img onerror=x>' }]

  expect(eventIn(request('run_shell_command', { command: 'ls' }))).toMatchObject({
    request: { id: 'r', kind: 'approval', draft: { title: 'ls', tool: 'run_shell_command' } },
  })
  expect(
    eventIn(request('ask_user_question', { questions: [{ question: 'Which?', options }] })),
  ).toMatchObject({
    request: {
      kind: 'question',
      draft: {
        title: 'Which?',
        questions: [{ choices: [{ key: '1' }, { key: '2', label: '<img onerror=x>' }] }],
      },
    },
  })
})

test('prompts, answers, words and failures are told apart', () => {
  const said = (text: string) => line({ type: 'assistant', message: { content: [{ type: 'text', text }] } })

  expect(eventIn(line({ type: 'user', message: { content: [{ type: 'text', text: 'go' }] } }))).toEqual({
    type: 'prompted',
  })
  expect(eventIn(line({ type: 'user', message: { content: [{ type: 'tool_result' }] } }))).toEqual({
    type: 'other',
  })
  expect(eventIn(line({ type: 'control_response', response: { request_id: 'r' } }))).toEqual({
    type: 'answered',
    id: 'r',
  })
  expect(eventIn(`\0\0${said('hi')}`)).toMatchObject({ text: 'hi' })
  expect(eventIn(said('hi'))).toEqual({ type: 'said', text: 'hi', failure: null })
  expect(eventIn(said('[API Error: 400 no]'))).toMatchObject({ failure: '400 no' })
  expect(eventIn(said('cut').slice(0, 20))).toEqual({ type: 'other' })
})

test('the tokens of each answer of the model are told once, by its id', () => {
  const uiEvent = {
    'event.name': 'qwen-code.api_response',
    response_id: 'c1',
    model: 'q',
    input_token_count: 10,
    cached_content_token_count: 4,
    output_token_count: 2,
  }

  const told = createChatReader()(line({ type: 'system', systemPayload: { uiEvent } }))

  expect(told).toMatchObject([
    {
      type: 'usage',
      usage: { id: 'c1', model: 'q', tokens: { input: 6, output: 2, cacheRead: 4, cacheWrite: 0 } },
    },
  ])
})

test('a start names its session and its files; one that goes on does not say the first words again', () => {
  const files = ['--json-file', '/run/a/qwen-events-uuid.jsonl', '--input-file', '/run/a/qwen-input.jsonl']
  const begun = launch({ trust: 'edits', argv: ['qwen', '-i', 'say hello', '-m', 'x', '-y'] })
  const rest = ['--approval-mode', 'auto-edit', '-i', 'say hello', '-m', 'x']
  expect(begun.argv).toEqual(['qwen', '--session-id', 'uuid', ...files, ...rest])
  expect(launch({ resume: 'old', argv: ['qwen', '-i', 'say hello', '-m', 'x'] }).argv.slice(-2)).toEqual([
    '-m',
    'x',
  ])
  expect(chatPath('/home/ada', {}, { folder: '/srv/a.b', session: 's' })).toBe(
    '/home/ada/.qwen/projects/-srv-a-b/chats/s.jsonl',
  )
})

test.each([['serve'], ['-p', 'x'], ['say hello'], ['--resume', 'x']])(
  'another run stays as it is: %s',
  (...args) => {
    expect(launch({ argv: ['qwen', ...args], trust: 'full' }).argv).toEqual(['qwen', ...args])
  },
)

function checked(signal: Signal): void {
  if (signal.type === 'entries') for (const entry of signal.entries) Entry.parse(entry)
  if (signal.type === 'usage') Usage.parse(signal.usage)
}

test('whatever a line holds, nothing throws, and what is told fits the contract', () => {
  const value = fc.record(
    {
      type: fc.constantFrom(
        'user',
        'assistant',
        'system',
        'tool_result',
        'control_request',
        'control_response',
      ),
      uuid: fc.jsonValue(),
      message: fc.oneof(
        fc.jsonValue(),
        fc.record({ parts: fc.array(fc.jsonValue()), content: fc.array(fc.jsonValue()) }),
      ),
      request_id: fc.string(),
      request: fc.oneof(
        fc.jsonValue(),
        fc.record({
          subtype: fc.constant('can_use_tool'),
          tool_name: fc.oneof(fc.string(), fc.constant('ask_user_question')),
          input: fc.jsonValue(),
        }),
      ),
      response: fc.jsonValue(),
      systemPayload: fc.jsonValue(),
      usageMetadata: fc.jsonValue(),
    },
    { requiredKeys: ['type'] },
  )
  fc.assert(
    fc.property(fc.array(value), (values) => {
      const read = createChatReader()
      expect(() => values.flatMap((told) => read(line(told))).map(checked)).not.toThrow()
      const asks = values
        .map((told) => eventIn(line(told)))
        .flatMap((event) => (event.type === 'asked' ? [{ ...event.request.draft, at: 1 }] : []))
      expect(asks.map((ask) => Ask.safeParse(ask).error)).toEqual(asks.map(() => undefined))
    }),
  )
})
