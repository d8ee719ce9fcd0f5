// The way out of a sandbox, from the caller's side: what its proxy takes, what it refuses, and what it tells of it.
import { createServer, request, type IncomingMessage } from 'node:http'
import { createServer as createBareServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { quietLog } from '../db/test-support.ts'
import { createOutboundConnect } from '../outbound.ts'
import { createEgress, type Visit } from './egress.ts'

let rules: string[]
let visits: Visit[]
let closers: (() => void)[]
let proxy: number
let site: number

const bareListening = async (server: Server): Promise<number> => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closers.push(() => void server.close())
  return (server.address() as AddressInfo).port
}
const listening = async (server: ReturnType<typeof createServer>): Promise<number> => {
  closers.push(() => server.closeAllConnections())
  return bareListening(server)
}

beforeEach(async () => {
  rules = []
  visits = []
  closers = []
  site = await listening(
    createServer((message, response) => {
      const chunks: Buffer[] = []
      message.on('data', (chunk: Buffer) => chunks.push(chunk))
      message.on('end', () =>
        response.end(
          JSON.stringify({ ...message.headers, url: message.url, body: String(Buffer.concat(chunks)) }),
        ),
      )
    }),
  )
  proxy = await listening(
    createEgress({
      log: quietLog,
      // Every name is this machine; some names lead inside all the same.
      connect: createOutboundConnect({
        resolve: (_host, done) => done(null, [{ address: '127.0.0.1', family: 4 }]),
      }),
      rules: () => rules,
      ownPorts: () => [1],
      told: (visit) => visits.push(visit),
    }),
  )
})
afterEach(() => closers.forEach((close) => close()))

const textOf = async (answer: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = []
  for await (const chunk of answer) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}
const tunnel = (target: string) =>
  new Promise<{ status: number | undefined; socket?: Socket; text: string }>((resolve, reject) => {
    const sent = request({ port: proxy, method: 'CONNECT', path: target, agent: false })
    sent.on('connect', (answer, socket, head) =>
      resolve({ status: answer.statusCode, socket, text: head.toString() }),
    )
    sent.on('error', reject)
    sent.end()
  })
const get = (url: string, body = '') =>
  new Promise<{ status: number | undefined; text: string }>((resolve, reject) => {
    const headers = { Connection: 'keep-alive, x-hop', 'X-Hop': '1', 'Proxy-Authorization': 'x' }
    const sent = request(
      { port: proxy, method: 'POST', path: url, agent: false, headers },
      (answer) => void textOf(answer).then((text) => resolve({ status: answer.statusCode, text }), reject),
    )
    sent.on('error', reject)
    sent.end(body)
  })

test('a tunnel to what a rule names carries both ways, and is told', async () => {
  rules = [`127.0.0.1:${site}`]
  const { status, socket } = await tunnel(`127.0.0.1:${site}`)

  const answer = new Promise<string>((resolve) => socket?.once('data', (chunk) => resolve(String(chunk))))
  socket?.write('GET /x HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n')

  expect([status, await answer]).toEqual([200, expect.stringContaining('"url":"/x"')])
  expect(visits).toEqual([{ host: '127.0.0.1', port: site, isAllowed: true, why: '' }])
})

test('a plain request goes on without what is meant for the proxy', async () => {
  rules = [`127.0.0.1:${site}`]
  const { status, text } = await get(`http://127.0.0.1:${site}/a?b=c`, 'words')

  expect(status).toBe(200)
  const seen = JSON.parse(text) as Record<string, string>
  expect(seen).toMatchObject({ url: '/a?b=c', host: `127.0.0.1:${site}`, body: 'words' })
  expect([seen['proxy-authorization'], seen['x-hop']]).toEqual([undefined, undefined])
})

test('what no rule names is refused with what to do, and is told', async () => {
  expect((await tunnel('example.com:443')).status).toBe(403)
  expect(await get('http://example.com/')).toEqual({ status: 403, text: expect.stringContaining('--egress') })
  expect(visits.map(({ isAllowed, host }) => [isAllowed, host])).toEqual([
    [false, 'example.com'],
    [false, 'example.com'],
  ])
})

test('C38 a rule that names no port opens nothing of this machine or its network, by number or by name', async () => {
  rules = ['127.0.0.1', '10.0.0.1', 'inside.example.com', '*.example.com', '[::1]']
  const targets = ['127.0.0.1:443', '10.0.0.1:443', 'inside.example.com:443', 'a.example.com:80', '[::1]:443']
  const answers = await Promise.all(targets.map(async (target) => [target, (await tunnel(target)).status]))
  expect(answers).toEqual(targets.map((target) => [target, 403]))
})

test('C21 no rule opens Tutti itself or a metadata service', async () => {
  rules = ['127.0.0.1:1', '169.254.169.254:80', 'localhost:1']
  for (const target of ['127.0.0.1:1', '169.254.169.254:80', 'localhost:1'])
    expect([target, (await tunnel(target)).status]).toEqual([target, 403])
})

test('an answer that is none of HTTP ends one request, and nothing else', async () => {
  const liar = createBareServer((socket) => {
    socket.on('error', () => socket.destroy())
    socket.once('data', () => socket.end('HTTP/1.1 099 No\r\nContent-Length: 0\r\n\r\n'))
  })
  const port = await bareListening(liar)
  rules = [`127.0.0.1:${port}`, `127.0.0.1:${site}`]

  expect((await get(`http://127.0.0.1:${port}/`)).status).toBe(502)
  expect((await get(`http://127.0.0.1:${site}/`)).status).toBe(200)
})

test('what is no host and port, or no address, is refused', async () => {
  rules = ['*.example.com']
  for (const target of ['example.com', ':443', 'user@a.example.com:443', 'a.example.com:999999'])
    expect([target, (await tunnel(target)).status]).toEqual([target, 403])
  expect((await get('ftp://a.example.com/')).status).toBe(403)
  expect((await get('/path')).status).toBe(403)
})
