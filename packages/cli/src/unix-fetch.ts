// fetch() by a Unix socket, which Node's own does not take: how `tutti` speaks from inside a sandbox.
import { request, type IncomingMessage } from 'node:http'
import { unixAddress } from '@tutti/client'

type Fetch = (url: string, init: RequestInit) => Promise<Response>

/** Takes `unix:` addresses too; every other one goes to `fetchByNetwork`. */
export const fetchAnywhere =
  (fetchByNetwork: Fetch): Fetch =>
  (url, init) => {
    const address = unixAddress(url)
    if (address === null) return fetchByNetwork(url, init)
    const { promise, resolve, reject } = Promise.withResolvers<Response>()
    const sent = request(
      {
        ...address,
        method: init.method ?? 'GET',
        headers: Object.fromEntries(new Headers(init.headers)),
        ...(init.signal ? { signal: init.signal } : {}),
      },
      (answer) => void responseOf(answer).then(resolve, reject),
    )
    sent.on('error', reject)
    sent.end(bodyOf(init.body))
    return promise
  }

const EMPTY: ReadonlySet<number> = new Set([204, 205, 304])

/** The whole answer: what a sandboxed program asks for is text, or a file of a message. */
async function responseOf(answer: IncomingMessage): Promise<Response> {
  const status = answer.statusCode ?? 502
  const headers = new Headers()
  for (const [name, value] of Object.entries(answer.headers)) {
    for (const one of [value].flat()) if (one !== undefined) headers.append(name, one)
  }
  const chunks: Uint8Array[] = []
  for await (const chunk of answer) if (chunk instanceof Uint8Array) chunks.push(chunk)
  const body = EMPTY.has(status) ? null : Buffer.concat(chunks)
  return new Response(body, { status, headers })
}

/** What the client sends: text or bytes. */
function bodyOf(body: RequestInit['body']): string | Uint8Array | undefined {
  if (typeof body === 'string' || body instanceof Uint8Array) return body
  if (body === null || body === undefined) return undefined
  throw new Error('expected a body of text or bytes')
}
