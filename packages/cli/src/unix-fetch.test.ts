// How `tutti` speaks over a Unix socket: the same answers as by the network.
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from '@tutti/client'
import { routes } from '@tutti/core'
import { expect, test } from 'vitest'
import { fetchAnywhere } from './unix-fetch.ts'

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

test('every other address goes by the network, and a socket where nobody listens is a failure of it', async () => {
  await expect(fetchAnywhere(noNetwork)('http://localhost:1/x', {})).rejects.toThrow('no network here')
  await expect(fetchAnywhere(noNetwork)('unix:/nowhere/hub.sock/v1/health', {})).rejects.toThrow('ENOENT')
})
