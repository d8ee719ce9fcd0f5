// `tutti mcp` carries each line to the daemon and each answer back, and a program never waits for an answer that does not come.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { anIo, endAll } from '../../test/support.ts'

afterEach(endAll)

async function withLines(
  lines: readonly string[],
  answer: (body: { id?: number; method?: string }) => [number, string],
) {
  const asked: { headers: Record<string, unknown>; body: unknown }[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body: { id?: number; method?: string } = JSON.parse(Buffer.concat(chunks).toString())
      asked.push({ headers: request.headers, body })
      const [status, text] = answer(body)
      response.writeHead(status).end(text)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const { printed, run } = anIo(url, {
    inputLines: async function* () {
      yield* lines
    },
  })
  const code = await run('mcp')
  server.close()
  return {
    asked,
    code,
    out: printed.out
      .trim()
      .split('\n')
      .filter((line) => line !== ''),
  }
}

test('a request is answered, a notification is not, and the stateless revision gets its headers', async () => {
  const meta = { 'io.modelcontextprotocol/protocolVersion': '2026-07-28' }
  const lines = [
    JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' }),
    '',
    JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: { name: 'sendMessage', _meta: meta },
    }),
  ]
  const { asked, code, out } = await withLines(lines, ({ id }) =>
    id === undefined ? [202, ''] : [200, `{"jsonrpc":"2.0","id":${id},"result":{}}`],
  )

  expect([code, out]).toEqual([0, ['{"jsonrpc":"2.0","id":1,"result":{}}']])
  const call = asked.find(({ headers }) => headers['mcp-method'] !== undefined)
  expect(call?.headers).toMatchObject({
    authorization: 'Bearer local',
    'mcp-method': 'tools/call',
    'mcp-name': 'sendMessage',
    'mcp-protocol-version': '2026-07-28',
  })
})

test('a refusal of the daemon is an error of the request that it refused', async () => {
  const line = JSON.stringify({ jsonrpc: '2.0', id: 9, method: 'tools/list' })
  const { out } = await withLines([line], () => [401, '{"error":{"code":"auth.invalid","message":"No."}}'])
  expect(out.map((one): unknown => JSON.parse(one))).toEqual([
    { jsonrpc: '2.0', id: 9, error: { code: -32_000, message: expect.stringContaining('auth.invalid') } },
  ])
})
