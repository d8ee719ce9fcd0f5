// The APIs beside Anthropic's over real HTTP: calls, streams that add up, and a usage that is the ledger's.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createTestClient, type Json, type TestClient } from '../../test/model-client.ts'

let client: TestClient

beforeEach(async () => {
  client = await createTestClient()
})
afterEach(() => client.server.close())

describe('OpenAI Responses', () => {
  const shell = {
    type: 'function',
    name: 'exec_command',
    parameters: { properties: { cmd: { type: 'string' } }, required: ['cmd'] },
  }
  const user = (text: string) => ({ type: 'message', role: 'user', content: [{ type: 'input_text', text }] })
  const codex = (input: unknown, more: Json = {}) => ({ model: 'gpt-x', input, tools: [shell], ...more })

  test('a call carries arguments as text, and the next request goes on with the script', async () => {
    const prompt = user("[[sh: pwd]] [[write: a b.txt | it's]] [[say: bye]]")
    const context = user('<environment_context>\n<cwd>/x</cwd>\n</environment_context>')

    const first = await client.json('/v1/responses', codex([context, prompt]))
    const call = first['output'][0]
    const output = { type: 'function_call_output', call_id: call.call_id, output: '/x' }
    const second = await client.json('/v1/responses', codex([context, prompt, call, output]))
    const written = second['output'][0]
    const third = await client.json(
      '/v1/responses',
      codex([context, prompt, call, output, written, { ...output, call_id: written.call_id }]),
    )

    expect(call).toMatchObject({ type: 'function_call', name: 'exec_command', arguments: '{"cmd":"pwd"}' })
    expect(JSON.parse(written.arguments)).toEqual({ cmd: String.raw`printf '%s\n' 'it'\''s' > 'a b.txt'` })
    expect(third['output'][0].content[0].text).toBe('bye')
    expect(third['usage'].input_tokens_details.cached_tokens).toBeGreaterThan(0)
  })

  test('the stream is numbered, adds up, and ends in response.completed with the usage of the ledger', async () => {
    const events = await client.frames(
      '/v1/responses',
      codex([user('[[think: let me see]] [[say: one two three four five six seven]] [[sh: ls]]')], {
        stream: true,
      }),
    )

    const data = events.map((event) => event.data as Json)
    const joined = (type: string) =>
      data
        .filter((event) => event['type'] === type)
        .map((event) => event['delta'])
        .join('')
    expect(data.map((event) => event['sequence_number'])).toEqual(data.map((_, index) => index))
    expect(joined('response.output_text.delta')).toBe('one two three four five six seven')
    expect(joined('response.reasoning_summary_text.delta')).toBe('let me see')
    expect(joined('response.function_call_arguments.delta')).toBe('{"cmd":"ls"}')
    const { type, response } = data.at(-1) as Json
    const { inputTokens, outputTokens, reasoningTokens } = client.server.ledger().entries[0]!
    expect(type).toBe('response.completed')
    expect(response.output.map((item: Json) => item['type'])).toEqual([
      'reasoning',
      'message',
      'function_call',
    ])
    expect(response.usage).toMatchObject({
      input_tokens: inputTokens,
      output_tokens: outputTokens,
      output_tokens_details: { reasoning_tokens: reasoningTokens },
    })
  })

  test('a custom tool gets its text as it is', async () => {
    const patch = { type: 'custom', name: 'apply_patch' }
    const body = codex([user('[[tool: apply_patch | {"input":"*** Begin Patch"} ]]')], { tools: [patch] })

    expect((await client.json('/v1/responses', body))['output'][0]).toMatchObject({
      type: 'custom_tool_call',
      input: '*** Begin Patch',
    })
  })
})

describe('Chat Completions', () => {
  const bash = {
    type: 'function',
    function: {
      name: 'bash',
      parameters: { properties: { command: { type: 'string' } }, required: ['command'] },
    },
  }
  const open = (messages: unknown[], more: Json = {}) => ({ model: 'c-x', messages, tools: [bash], ...more })

  test('a call is followed by the next turn once its tool message is there', async () => {
    const prompt = { role: 'user', content: '[[sh: ls]] [[say: bye]]' }

    const { choices } = await client.json(
      '/v1/chat/completions',
      open([{ role: 'system', content: '[[say: no]]' }, prompt]),
    )
    const said = choices[0].message
    const tool = { role: 'tool', tool_call_id: said.tool_calls[0].id, content: 'a' }
    const next = await client.json('/v1/chat/completions', open([prompt, said, tool]))

    expect(choices[0].finish_reason).toBe('tool_calls')
    expect(said.tool_calls[0].function).toEqual({ name: 'bash', arguments: '{"command":"ls"}' })
    expect(next['choices'][0].message.content).toBe('bye')
  })

  test('the stream ends in the usage and [DONE]', async () => {
    const body = open([{ role: 'user', content: '[[think: a]] [[say: b c]] [[sh: ls]]' }], {
      stream: true,
      stream_options: { include_usage: true },
    })

    const events = await client.frames('/v1/chat/completions', body)

    const chunks = events.slice(0, -1).map((event) => event.data as Json)
    const deltas = chunks.flatMap((chunk) => chunk['choices'].map((choice: Json) => choice['delta']))
    const { inputTokens, outputTokens } = client.server.ledger().entries[0]!
    expect(events.at(-1)?.data).toBe('[DONE]')
    expect(deltas.map((delta) => delta.content ?? '').join('')).toBe('b c')
    expect(
      deltas
        .flatMap((delta) => delta.tool_calls ?? [])
        .map((call) => call.function.arguments)
        .join(''),
    ).toBe('{"command":"ls"}')
    expect(chunks.at(-1)!['usage']).toMatchObject({
      prompt_tokens: inputTokens,
      completion_tokens: outputTokens,
      total_tokens: inputTokens + outputTokens,
    })
  })
})

describe('Gemini', () => {
  const declared = [
    {
      functionDeclarations: [
        { name: 'run_shell_command', parametersJsonSchema: { properties: { command: { type: 'string' } } } },
      ],
    },
  ]
  const ask = (contents: unknown[], more: Json = {}) => ({ contents, tools: declared, ...more })
  const base = '/v1beta/models/gemini-x'

  test('a call is a functionCall, and its response brings the next turn', async () => {
    const prompt = {
      role: 'user',
      parts: [{ text: 'This is the Gemini CLI. We are setting up.' }, { text: '[[sh: ls]] [[say: bye]]' }],
    }

    const first = await client.json(`${base}:generateContent`, ask([prompt]))
    const { content } = first['candidates'][0]
    const result = {
      role: 'user',
      parts: [{ functionResponse: { name: 'run_shell_command', response: { output: 'a' } } }],
    }
    const second = await client.json(`${base}:generateContent`, ask([prompt, content, result]))

    expect(content.parts[0].functionCall).toMatchObject({
      name: 'run_shell_command',
      args: { command: 'ls' },
    })
    expect(second['candidates'][0]).toMatchObject({
      finishReason: 'STOP',
      content: { parts: [{ text: 'bye' }] },
    })
    expect(second['modelVersion']).toBe('gemini-x')
  })

  test('the stream gives the usage once, with thoughts apart, and countTokens agrees', async () => {
    const body = ask([{ role: 'user', parts: [{ text: '[[think: deep thought]] [[say: hi]]' }] }])

    const events = await client.frames(`${base}:streamGenerateContent?alt=sse`, body)
    const counted = await client.json(`${base}:countTokens`, body)

    const chunks = events.map((event) => event.data as Json)
    const parts = chunks.flatMap((chunk) => chunk['candidates'][0].content.parts as Json[])
    const usages = chunks.flatMap((chunk) => chunk['usageMetadata'] ?? [])
    const entry = client.server.ledger().entries[0]!
    expect(
      parts
        .filter((part) => !part['thought'])
        .map((part) => part['text'])
        .join(''),
    ).toBe('hi')
    expect(usages).toHaveLength(1)
    expect(usages[0].candidatesTokenCount + usages[0].thoughtsTokenCount).toBe(entry.outputTokens)
    expect(usages[0].thoughtsTokenCount).toBe(entry.reasoningTokens)
    expect(counted).toEqual({ totalTokens: entry.inputTokens })
  })
})
