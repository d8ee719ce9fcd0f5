// Stands between a program and the scripted model and keeps what the model was asked: only what arrives here has been seen by it.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createModelServer } from '@tutti/rehearsal'

/** One request to the model: `notices` counts the notices in all that it was given, `leaks` the words that no notice may hold. */
export interface Asked {
  who: string
  at: number
  /** When the answer had gone out; null while it is on its way. */
  answeredAt: number | null
  notices: number
  leaks: boolean
}

export interface ModelTap {
  /** The base address for one agent: the tap knows by it who asks. */
  urlOf(who: string): string
  /** What an agent has asked, oldest first. */
  asked(who: string): readonly Asked[]
  close(): Promise<void>
}

const NOTICE = /You have \d+ new messages?\. Read with/gu

/** `secret` stands in every message that is sent, and must never reach a model. */
export async function openModelTap(secret: string): Promise<ModelTap> {
  const model = await createModelServer()
  const all: Asked[] = []

  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const [, who = '', path = ''] = /^\/as\/([^/]+)(\/.*)$/u.exec(request.url ?? '') ?? []
    const body = await bodyOf(request)
    const asked = askedIn(who, body.toString('utf8'), secret)
    // Only what is a question to the model counts: programs also ask for lists and count tokens.
    if (request.method === 'POST' && !/count_?tokens/iu.test(path)) all.push(asked)
    const gone = new AbortController()
    response.once('close', () => {
      asked.answeredAt ??= Date.now()
      gone.abort()
    })
    const answer = await fetch(`${model.url}${path}`, { ...sent(request, body), signal: gone.signal })
    response.writeHead(answer.status, headersOf(answer))
    for await (const chunk of answer.body ?? []) response.write(chunk)
    asked.answeredAt = Date.now()
    response.end()
  }

  const server = createServer((request, response) => {
    serve(request, response).catch(() => response.destroy()) // The program hung up, as it does when it is interrupted.
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  return {
    urlOf: (who) => `http://127.0.0.1:${port}/as/${who}`,
    asked: (who) => all.filter((one) => one.who === who),
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await model.close()
    },
  }
}

const askedIn = (who: string, text: string, secret: string): Asked => ({
  who,
  at: Date.now(),
  answeredAt: null,
  notices: text.match(NOTICE)?.length ?? 0,
  leaks: text.includes(secret),
})

const sent = ({ method = 'GET', headers }: IncomingMessage, body: Buffer): RequestInit => ({
  method,
  headers: { 'content-type': headers['content-type'] ?? 'application/json' },
  ...(method === 'POST' ? { body: new Uint8Array(body) } : {}),
})

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) if (Buffer.isBuffer(chunk)) chunks.push(chunk)
  return Buffer.concat(chunks)
}

const headersOf = (answer: Response): Record<string, string> =>
  Object.fromEntries(
    [...answer.headers].filter(
      ([name]) => !['content-length', 'transfer-encoding', 'connection'].includes(name),
    ),
  )
