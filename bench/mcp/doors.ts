// The doors at which the public MCP suite knocks: it sends no token, so one is put beside what it sends, and nothing else changed.
import { createServer, request as httpRequest, type IncomingMessage, type RequestListener } from 'node:http'
import { answerRpc } from '../../packages/server/src/mcp/rpc.ts'
import type { Stage } from '../stage.ts'
import { FIXTURES } from './fixtures.ts'

export interface Door {
  url: string
  close(): Promise<void>
}

/** The daemon itself, with its guard: host, origin and all else are as the suite sent them. */
export const doorToDaemon = (stage: Stage): Promise<Door> =>
  listen((request, response) => {
    // The daemon knows itself by its own port; a name that is not ours stays what it is.
    const { host = '', origin } = request.headers
    const own = (text: string) => text.replace(/:\d+$/u, `:${stage.port}`)
    const upstream = httpRequest(
      {
        host: '127.0.0.1',
        port: stage.port,
        path: '/mcp',
        method: request.method,
        setHost: false,
        headers: {
          ...request.headers,
          host: own(host),
          ...(origin === undefined ? {} : { origin: own(origin) }),
          authorization: `Bearer ${stage.token()}`,
        },
      },
      (answer) => {
        response.writeHead(answer.statusCode ?? 500, answer.headers)
        answer.pipe(response)
      },
    )
    upstream.on('error', () => response.destroy())
    request.pipe(upstream)
  })

/** Our protocol layer with a table of fixtures in place of the operations. */
export const doorToFixtures = (): Promise<Door> =>
  listen((request, response) => {
    const answer = async () => {
      const { status, json } = await answerRpc(await bodyOf(request), {
        ...FIXTURES,
        version: '0.0.0',
        instructions: '',
        header: (name) => [request.headers[name]].flat()[0],
      })
      response.writeHead(status, { 'content-type': 'application/json' }).end(json ?? '')
    }
    // As the route of the daemon: a stream from server to client is not offered.
    if (request.method === 'POST') answer().catch(() => response.destroy())
    else response.writeHead(405, { allow: 'POST' }).end()
  })

async function listen(listener: RequestListener): Promise<Door> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  return {
    url: `http://localhost:${port}/mcp`,
    close() {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) if (Buffer.isBuffer(chunk)) chunks.push(chunk)
  return Buffer.concat(chunks)
}
