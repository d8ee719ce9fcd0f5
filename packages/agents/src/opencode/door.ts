// OpenCode's HTTP port: calls with the password of this start, and its stream of events.
import type { Fields } from '../foreign.ts'
import { fieldsOf, parsed } from '../foreign.ts'
import { REFUSED } from '../offer.ts'
import { createEventReader } from './event-stream.ts'

export interface Door {
  /** The answer's JSON. Rejects when nobody answers within 10 s, or with words of the answer that refuses. */
  get(path: string): Promise<unknown>
  post(path: string, body: Fields): Promise<unknown>
  /** Calls for each event until the stream ends; resolves then, rejects when it cannot be opened. */
  listen(listening: Listening): Promise<void>
}

export interface Listening {
  onEvent(event: Fields): void
  /** The stream stands. */
  onOpen(door: Door): void
  signal: AbortSignal
}

const CALL_TIMEOUT_MS = 10_000

export function openDoor({ port, password }: { port: number; password: string }): Door {
  const headers = {
    authorization: `Basic ${Buffer.from(`opencode:${password}`).toString('base64')}`,
    'content-type': 'application/json',
  }
  const base = `http://127.0.0.1:${port}`

  async function call(path: string, init: RequestInit): Promise<unknown> {
    // A redirect would carry the password elsewhere.
    const answer = await fetch(base + path, {
      ...init,
      headers,
      redirect: 'error',
      signal: AbortSignal.timeout(CALL_TIMEOUT_MS),
    })
    const text = await answer.text()
    if (!answer.ok)
      throw new Error(`OpenCode refused ${path}: ${answer.status} ${text.slice(0, 300)}`, { cause: REFUSED })
    return parsed(text)
  }

  const door: Door = {
    get: (path) => call(path, {}),
    post: (path, body) => call(path, { method: 'POST', body: JSON.stringify(body) }),
    async listen({ onEvent, onOpen, signal }) {
      const answer = await fetch(`${base}/event`, { headers, redirect: 'error', signal })
      if (!answer.ok || !answer.body) throw new Error(`OpenCode refused its events: ${answer.status}`)
      onOpen(door)
      const reader = createEventReader()
      for await (const piece of answer.body)
        for (const event of reader.take(piece)) onEvent(fieldsOf(parsed(event)))
    },
  }
  return door
}
