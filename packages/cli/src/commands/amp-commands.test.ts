// `tutti amp-conformance` against servers that are none: what it says, and how it ends.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { anIo, endAll } from '../../test/support.ts'

afterEach(endAll)

async function against(answer: (path: string) => [number, unknown], ...flags: string[]) {
  const server = createServer((request, response) => {
    request.resume()
    const [status, body] = answer(request.url ?? '')
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { printed, run } = anIo(null)
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/`
  const code = await run('amp-conformance', url, ...flags)
  server.closeAllConnections()
  server.close()
  return { code, ...printed }
}

test('a server that registers and does nothing else fails its checks, each with what came', async () => {
  let count = 0
  const registered = () => ({ address: `kit-${++count}@default.example`, api_key: `amp_live_sk_${count}` })
  const { code, out } = await against(
    (path) => (path.endsWith('/register') ? [201, registered()] : [404, { error: 'not_found' }]),
    '--json',
  )
  const { passed, total, results } = JSON.parse(out) as {
    passed: number
    total: number
    results: { rule: string; complaint: string | null }[]
  }
  expect(code).toBe(1)
  expect([total > 45, passed < total, results.length === total]).toEqual([true, true, true])
  expect(results.find(({ complaint }) => complaint !== null)?.complaint).toContain('404')
})

test('a server that registers nobody, and a word that is no URL, are told in a sentence', async () => {
  const refused = await against(() => [403, { error: 'forbidden' }])
  expect(refused.code).not.toBe(0)
  expect(refused.err).toMatch(/\w/)
  const { printed, run } = anIo(null)
  expect(await run('amp-conformance', 'example')).toBe(2)
  expect(printed.err).toContain('https://example.com/v1')
})
