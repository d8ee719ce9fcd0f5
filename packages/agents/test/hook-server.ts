// Where hooks report in tests: the daemon's endpoint in small, with the token checked and a waiting caller's end passed on.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { RunningKit } from '../src/kit.ts'

export interface HookServer {
  url: string
  /** Names of the hooks that came, in order. */
  calls: { name: string; payload: unknown; at: number }[]
  /** Cuts off whoever waits, as a daemon that is killed. */
  cut(): void
  close(): Promise<void>
}

/** Hands hooks to whatever kit is running at that moment; without one the caller is cut off, as by a daemon that is gone. */
export async function startHookServer(token: string, kit: () => RunningKit | null): Promise<HookServer> {
  const calls: HookServer['calls'] = []

  async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) if (Buffer.isBuffer(chunk)) chunks.push(chunk)
    const name = /^\/v1\/hooks\/(\w+)$/.exec(request.url ?? '')?.[1]
    const running = kit()
    if (name === undefined || request.headers.authorization !== `Bearer ${token}`) {
      response.writeHead(401).end()
    } else if (!running) {
      response.destroy()
    } else {
      const payload: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'))
      calls.push({ name, payload, at: Date.now() })
      const gone = new AbortController()
      response.once('close', () => {
        if (!response.writableFinished) gone.abort()
      })
      const body = await running.hook(name, payload, gone.signal)
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    }
  }

  const server = createServer((request, response) => {
    take(request, response).catch(() => response.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    url: `http://127.0.0.1:${port}`,
    calls,
    cut: () => server.closeAllConnections(),
    close: () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeAllConnections()
      return closed
    },
  }
}
