// C38 no request leaves for this machine, its network or a metadata service, however the address is written.
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createOutbound, isPublic, OutboundRefusal } from './outbound.ts'

let server: Server
let port: number
const seen: string[] = []

beforeAll(async () => {
  server = createServer((request, response) => {
    seen.push(request.url ?? '')
    if (request.url === '/away') response.writeHead(302, { Location: 'http://169.254.169.254/latest/' })
    if (request.url === '/round') response.writeHead(302, { Location: '/end' })
    response.end('answer')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  port = (server.address() as AddressInfo).port
})
afterAll(() => server.close())

const refused = async (url: string, fetchOutbound = createOutbound()) => {
  try {
    await fetchOutbound({ url, method: 'GET' })
    return 'sent'
  } catch (error) {
    return error instanceof OutboundRefusal ? 'refused' : String(error)
  }
}

test('C38 every spelling of an address inside is refused, and nothing is connected', async () => {
  const hosts = [
    '127.0.0.1',
    '127.1',
    '2130706433',
    '0x7f000001',
    '0177.0.0.1',
    '0.0.0.0',
    '0',
    '10.0.0.1',
    '172.16.0.1',
    '192.168.1.1',
    '100.64.0.1',
    '169.254.169.254',
    '[::1]',
    '[::]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[fd00::1]',
    '[fe80::1]',
    '[fec0::1]',
    '[64:ff9b::7f00:1]',
    '[2002:7f00:1::]',
    'localhost',
    '１２７.0.0.1',
  ]
  for (const host of hosts) {
    expect([host, await refused(`https://${host}:${port}/x`)]).toEqual([host, 'refused'])
  }
  const others = [
    'file:///etc/passwd',
    'gopher://127.0.0.1/',
    'http://example.com/',
    'https://a:b@example.com/',
    'x',
    '',
  ]
  for (const url of others) expect([url, await refused(url)]).toEqual([url, 'refused'])
  expect(seen).toEqual([])
})

test('C38 a name that leads inside, wholly or in part, is refused by what it resolves to', async () => {
  const answers = [['127.0.0.1'], ['93.184.216.34', '10.0.0.1'], ['::ffff:10.0.0.1'], []]
  for (const addresses of answers) {
    const door = createOutbound({
      resolve: (_host, done) =>
        done(
          null,
          addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
        ),
    })
    expect([addresses, await refused(`https://names.example:${port}/`, door)]).toEqual([addresses, 'refused'])
  }
  expect(seen).toEqual([])
})

test('C38 an origin that an admin has named may be inside, but its redirects may not lead elsewhere', async () => {
  const fetchOutbound = createOutbound()
  const base = `http://127.0.0.1:${port}`
  const trusted = new Set([base])
  const ask = (path: string, redirects: number) =>
    fetchOutbound({ url: base + path, method: 'GET', trusted, redirects })

  expect((await ask('/right', 0)).status).toBe(200)
  expect((await ask('/away', 0)).status).toBe(302)
  await expect(ask('/away', 2)).rejects.toThrow(OutboundRefusal)
  expect((await ask('/round', 2)).status).toBe(200)
  expect(seen).toEqual(['/right', '/away', '/away', '/round', '/end'])
})

test('public addresses are public', () => {
  expect(['93.184.216.34', '1.1.1.1', '2606:4700::1111'].map(isPublic)).toEqual([true, true, true])
})
