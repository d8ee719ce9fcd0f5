// How `tutti` speaks with the daemon of its machine: the same answers as by the network.
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from '@tutti/client'
import { routes } from '@tutti/core'
import { expect, test } from 'vitest'
import { fetchAnywhere } from './near-fetch.ts'

const noNetwork = () => Promise.reject(new Error('no network here'))

test('a client with the address of a socket calls the server behind it, with its body and its headers', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tutti-unix-'))
  const socket = join(folder, 'hub.sock')
  const seen: unknown[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      seen.push([
        request.method,
        request.url,
        request.headers.authorization,
        Buffer.concat(chunks).toString(),
      ])
      response.writeHead(request.url === '/v1/health' ? 200 : 404, { 'Content-Type': 'application/json' })
      response.end(JSON.stringify({ ok: true, error: { code: 'message.unknown', message: 'No.' } }))
    })
  })
  await new Promise<void>((resolve) => server.listen(socket, resolve))
  const client = createClient({
    routes: routes(),
    fetch: fetchAnywhere(noNetwork),
    baseUrl: `unix:${socket}`,
    headers: () => ({ Authorization: 'Bearer x' }),
  })

  expect(await client.getHealth()).toMatchObject({ ok: true })
  await expect(client.sendPrompt({ id: 'agt_1', text: 'words' })).rejects.toMatchObject({
    status: 404,
    code: 'message.unknown',
  })

  expect(seen).toEqual([
    ['GET', '/v1/health', 'Bearer x', ''],
    ['POST', '/v1/agents/agt_1/prompts', 'Bearer x', '{"text":"words"}'],
  ])
  server.close()
  rmSync(folder, { recursive: true })
})

test('every other address goes by the network, and where nobody listens is a failure of it', async () => {
  await expect(fetchAnywhere(noNetwork)('http://localhost.example:1/x', {})).rejects.toThrow(
    'no network here',
  )
  await expect(fetchAnywhere(noNetwork)('https://127.0.0.1:1/x', {})).rejects.toThrow('no network here')
  await expect(fetchAnywhere(noNetwork)('http://localhost:1/x', {})).rejects.toThrow('ECONNREFUSED')
  await expect(fetchAnywhere(noNetwork)('unix:/nowhere/hub.sock/v1/health', {})).rejects.toThrow('ENOENT')
})

test('by the port of the machine words are read as they are, and a file as a stream of its bytes', async () => {
  const server = createServer((request, response) => {
    const isFile = request.url === '/file'
    response.writeHead(isFile ? 200 : 429, {
      'Content-Type': isFile ? 'application/x-tar' : 'application/json; charset=utf-8',
      'Retry-After': '7',
    })
    response.end(isFile ? Buffer.from([0, 255, 10]) : '{"words":"größe"}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
  const near = fetchAnywhere(noNetwork)

  const words = await near(`${url}/words?a=b`, {})
  const file = await near(`${url}/file`, {})

  expect([words.ok, words.status, words.headers.get('retry-after')]).toEqual([false, 429, '7'])
  expect([await words.json(), await words.text()]).toEqual([{ words: 'größe' }, '{"words":"größe"}'])
  expect([...new Uint8Array(await file.arrayBuffer())]).toEqual([0, 255, 10])
  server.closeAllConnections()
  server.close()
})
