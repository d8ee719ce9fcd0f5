// A client of the model server for tests: it posts, and parses event streams as a vendor's library does.
import { createModelServer, type ModelServer } from '../src/model-server.ts'

// oxlint-disable-next-line typescript/no-explicit-any -- answers have the shapes of four vendors, and a test states the one it expects
export type Json = Record<string, any>
export type Received = { event: string | undefined; data: Json | string }

export type TestClient = {
  server: ModelServer
  post(path: string, body: unknown, signal?: AbortSignal): Promise<Response>
  json(path: string, body: unknown): Promise<Json>
  frames(path: string, body: unknown): Promise<Received[]>
}

/** A fresh server with a client of it. */
export async function createTestClient(): Promise<TestClient> {
  const server = await createModelServer()

  const post = (path: string, body: unknown, signal?: AbortSignal) =>
    fetch(server.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: typeof body === 'string' ? body : JSON.stringify(body),
      ...(signal && { signal }),
    })

  return {
    server,
    post,
    json: async (path, body) => parsed(await (await post(path, body)).text()),
    frames: async (path, body) => {
      const response = await post(path, body)
      const blocks = (await response.text()).split('\n\n').filter((block) => block !== '')
      return blocks.map(received)
    },
  }
}

function received(block: string): Received {
  const data = /^data: (.*)$/m.exec(block)?.[1] ?? ''
  return { event: /^event: (.*)$/m.exec(block)?.[1], data: data === '[DONE]' ? data : parsed(data) }
}

function parsed(text: string): Json {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see Json
  return JSON.parse(text) as Json
}
