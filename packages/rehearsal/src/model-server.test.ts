// The model server over real HTTP: scripts played turn by turn, the ledger exact, errors in the vendor's words.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createModelServer } from './model-server.ts'
import { createTestClient, type Json, type TestClient } from '../test/model-client.ts'
import { PLAIN_ANSWER } from './turns.ts'

let client: TestClient

beforeEach(async () => {
  client = await createTestClient()
})
afterEach(() => client.server.close())

const bashTool = {
  name: 'Bash',
  input_schema: {
    properties: { command: {}, description: { type: 'string' } },
    required: ['command', 'description'],
  },
}
const claude = (messages: unknown[], more: Json = {}) => ({
  model: 'claude-x',
  max_tokens: 100,
  messages,
  tools: [bashTool],
  ...more,
})

describe('Anthropic Messages', () => {
  test('a script is played turn by turn, each after the result of the one before', async () => {
    const prompt = { role: 'user', content: '[[say: looking]] [[sh: ls]] [[say: bye]]' }

    const first = await client.json('/v1/messages', claude([prompt]))
    const result = {
      role: 'user',
      content: [{ type: 'tool_result', tool_use_id: first['content'][1].id, content: 'a.txt' }],
    }
    const second = await client.json(
      '/v1/messages',
      claude([prompt, { role: 'assistant', content: first['content'] }, result]),
    )

    expect(first['stop_reason']).toBe('tool_use')
    expect(first['content']).toEqual([
      { type: 'text', text: 'looking' },
      {
        type: 'tool_use',
        id: expect.stringMatching(/^toolu_/),
        name: 'Bash',
        input: { command: 'ls', description: 'As the script says' },
      },
    ])
    expect(second).toMatchObject({ stop_reason: 'end_turn', content: [{ type: 'text', text: 'bye' }] })
    expect(second['id']).not.toBe(first['id'])
  })

  test('the stream adds up to the whole answer, and its usage to the ledger', async () => {
    const text = 'A sentence that is longer than one piece, with ünïcödé and 🎻.'
    const body = claude([{ role: 'user', content: `[[think: hm]] [[say: ${text}]] [[sh: ls -la]]` }], {
      stream: true,
    })

    const events = await client.frames('/v1/messages', body)

    const data = events.map((event) => event.data as Json)
    const deltas = data
      .filter((event) => event['type'] === 'content_block_delta')
      .map((event) => event['delta'])
    expect(events.map((event) => event.event)).toEqual(data.map((event) => event['type']))
    expect([events[0]?.event, events.at(-1)?.event]).toEqual(['message_start', 'message_stop'])
    expect(deltas.map((delta) => delta.text ?? '').join('')).toBe(text)
    expect(deltas.map((delta) => delta.thinking ?? '').join('')).toBe('hm')
    expect(JSON.parse(deltas.map((delta) => delta.partial_json ?? '').join(''))).toMatchObject({
      command: 'ls -la',
    })
    const told = data.find((event) => event['type'] === 'message_delta')!['usage']
    const entry = client.server.ledger().entries[0]!
    expect([told.input_tokens + told.cache_read_input_tokens, told.output_tokens]).toEqual([
      entry.inputTokens,
      entry.outputTokens,
    ])
    expect(entry).toMatchObject({
      api: 'anthropic',
      model: 'claude-x',
      stream: true,
      status: 200,
      outcome: 'complete',
    })
  })

  test('what the system says after the prompt is not the prompt', async () => {
    const reply = await client.json(
      '/v1/messages',
      claude([
        { role: 'user', content: '[[say: from the person]]' },
        { role: 'system', content: [{ type: 'text', text: '# Environment [[say: never]]' }] },
      ]),
    )

    expect(reply['content']).toEqual([{ type: 'text', text: 'from the person' }])
  })

  test('the prompt is the last text that is no reminder, also in turns merged after a failure', async () => {
    const merged = {
      role: 'user',
      content: [
        { type: 'text', text: '<system-reminder>[[say: never]]</system-reminder>' },
        { type: 'text', text: '[[status: 400]]' },
        { type: 'text', text: '[[say: second prompt]]' },
        { type: 'text', text: '<system-reminder>\n[[say: never]]\n</system-reminder>' },
      ],
    }

    expect((await client.json('/v1/messages', claude([merged])))['content']).toEqual([
      { type: 'text', text: 'second prompt' },
    ])
  })

  test('prose gets a polite answer, and a request without tools is never asked to act', async () => {
    const prose = await client.json('/v1/messages', claude([{ role: 'user', content: 'Hello there' }]))
    const titled = await client.json(
      '/v1/messages',
      claude([{ role: 'user', content: '[[sh: ls]]' }], { tools: [] }),
    )

    expect(prose['content']).toEqual([{ type: 'text', text: PLAIN_ANSWER }])
    expect(titled['stop_reason']).toBe('end_turn')
  })

  test('an answer that must be JSON fits its schema', async () => {
    const schema = {
      type: 'object',
      properties: {
        title: { type: 'string' },
        kind: { enum: ['a', 'b'] },
        tags: { type: 'array', items: { type: 'number' } },
      },
    }
    const body = claude([{ role: 'user', content: '[[sh: ls]]' }], {
      output_config: { format: { type: 'json_schema', schema } },
    })

    const { content } = await client.json('/v1/messages', body)

    expect(JSON.parse(content[0].text)).toEqual({ title: 'Scripted session', kind: 'a', tags: [0] })
  })

  test('count_tokens gives what the ledger books for the same request', async () => {
    const body = claude([{ role: 'user', content: '[[say: hi]]' }], { system: 'Be brief.' })

    const counted = await client.json('/v1/messages/count_tokens', body)
    await client.json('/v1/messages', body)

    expect(counted).toEqual({ input_tokens: client.server.ledger().entries[0]!.inputTokens })
    expect(client.server.ledger().totals.requests).toBe(1)
  })

  test('a question becomes the question tool of the client', async () => {
    const ask = { name: 'AskUserQuestion', input_schema: { properties: { questions: {} } } }
    const body = claude([{ role: 'user', content: '[[ask: Which colour? | Red | Blue]]' }], { tools: [ask] })

    const { content } = await client.json('/v1/messages', body)

    expect(content[0].input.questions[0]).toMatchObject({
      question: 'Which colour?',
      options: [{ label: 'Red' }, { label: 'Blue' }],
    })
  })
})

describe('failures', () => {
  const prompt = (content: string) => claude([{ role: 'user', content }])

  test('a status fails as many requests as it says, then the turn is given, and it starts afresh', async () => {
    const codes: number[] = []

    for (let request = 0; request < 8; request++)
      codes.push((await client.post('/v1/messages', prompt('[[status: 529x3 | 7]] [[say: hi]]'))).status)

    expect(codes).toEqual([529, 529, 529, 200, 529, 529, 529, 200])
    expect(client.server.ledger().totals).toMatchObject({ requests: 8, refused: 6, complete: 2 })
  })

  test('a status that clients do not retry stays', async () => {
    for (let request = 0; request < 3; request++)
      expect((await client.post('/v1/messages', prompt('[[status: 400]]'))).status).toBe(400)
  })

  test('each vendor fails in its own shape, with headers to retry by', async () => {
    const text = '[[status: 429x9 | 12]]'
    const anthropicReply = await client.post('/v1/messages', prompt(text))
    const openaiReply = await client.post('/v1/responses', { model: 'm', input: text })
    const geminiReply = await client.post('/v1beta/models/g:generateContent', {
      contents: [{ role: 'user', parts: [{ text }] }],
    })

    for (const reply of [anthropicReply, openaiReply, geminiReply]) {
      expect(reply.status).toBe(429)
      expect(reply.headers.get('retry-after')).toBe('12')
    }
    expect(await anthropicReply.json()).toMatchObject({ type: 'error', error: { type: 'rate_limit_error' } })
    expect(await openaiReply.json()).toMatchObject({
      error: { type: 'rate_limit_error', code: 'rate_limit_exceeded' },
    })
    expect(await geminiReply.json()).toMatchObject({
      error: { code: 429, status: 'RESOURCE_EXHAUSTED', details: [{ retryDelay: '12s' }] },
    })
  })

  test('a body that is no JSON object is 400 in the shape of its API, and an unknown path 404', async () => {
    const broken = await client.post('/v1/messages', '{"model":')
    const list = await client.post('/v1/chat/completions', [1])

    expect([broken.status, list.status, (await client.post('/v2/nothing', {})).status]).toEqual([
      400, 400, 404,
    ])
    expect(await broken.json()).toMatchObject({ type: 'error', error: { type: 'invalid_request_error' } })
  })

  test('hostile shapes never fail the server', async () => {
    const shapes = [
      {},
      { messages: 'x' },
      { messages: [null, 1, { content: [null, { text: 1 }] }] },
      { input: { a: 1 } },
      { contents: [{ parts: 'x' }] },
      { messages: [], tools: [null, {}] },
    ]

    for (const shape of shapes)
      for (const path of [
        '/v1/messages',
        '/v1/responses',
        '/v1/chat/completions',
        '/v1beta/models/g:generateContent',
      ])
        expect((await client.post(path, shape)).status).toBe(200)
  })

  test('a client that leaves in the middle is booked as cut, with no output', async () => {
    const leaving = new AbortController()
    const body = { ...prompt('[[say: a]] [[sleep: 60000]] [[say: b]]'), stream: true }

    const response = await client.post('/v1/messages', body, leaving.signal)
    const reader = response.body!.getReader()
    await reader.read()
    leaving.abort()

    await expect
      .poll(() => client.server.ledger().entries[0])
      .toMatchObject({ outcome: 'cut', outputTokens: 0 })
  })

  test('close ends a stream that sleeps', async () => {
    const streaming = client.post('/v1/messages', { ...prompt('[[sleep: 60000]]'), stream: true })
    await (await streaming).body!.getReader().read()

    await expect(client.server.close()).resolves.toBeUndefined()
  })

  test('an address beyond loopback is refused', async () => {
    await expect(createModelServer({ host: '0.0.0.0' })).rejects.toThrow(/loopback/)
  })
})

test('the ledger over HTTP is the ledger of the server, and its totals are the sum of its entries', async () => {
  await client.post('/v1/messages', claude([{ role: 'user', content: '[[say: one]]' }]))
  await client.post('/v1/responses', { model: 'other', input: '[[say: two]]' })

  const report = (await (await fetch(`${client.server.url}/ledger`)).json()) as Json

  expect(report).toEqual(client.server.ledger())
  expect(report['totals'].inputTokens).toBe(
    report['entries'][0].inputTokens + report['entries'][1].inputTokens,
  )
  expect(report['byModel']['claude-x'].outputTokens).toBe(1)
  expect(Object.keys(report['byModel'])).toEqual(['claude-x', 'other'])
})
