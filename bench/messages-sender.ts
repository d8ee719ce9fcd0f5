// Posts letters by hand over connections that stay open. Node's own clients cost half as much for a request as the daemon does,
// and both share the machine: what is measured is the daemon.
import { connect, type Socket } from 'node:net'
import type { Stage } from './stage.ts'

export interface LetterBox {
  /** Resolves when the whole answer is there; rejects for any other than 200. */
  post(letter: { to: string; text: string }): Promise<void>
  close(): void
}

/** Opens a connection for each letter that is under way beside others, and keeps it for the next. */
export function openLetterBox({ port, token }: Stage): LetterBox {
  const head = [
    'POST /v1/mail HTTP/1.1',
    `Host: 127.0.0.1:${port}`,
    `Authorization: Bearer ${token()}`,
    'Content-Type: application/json',
  ].join('\r\n')
  let free: ReturnType<typeof openLine>[] = []
  return {
    async post(letter) {
      // One that waited for long may have been closed by the daemon.
      free = free.filter((line) => line.isOpen())
      const line = free.pop() ?? openLine(port)
      const body = JSON.stringify(letter)
      const status = await line.ask(`${head}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`)
      free.push(line)
      if (status !== 200) throw new Error(`the daemon answered ${status}`)
    },
    close: () => free.forEach((line) => line.close()),
  }
}

function openLine(port: number) {
  const socket: Socket = connect(port, '127.0.0.1').setNoDelay().setEncoding('latin1')
  let heard = ''
  let waiting: PromiseWithResolvers<number> | null = null
  socket.on('data', (part) => {
    heard += String(part)
    const status = statusOf(heard)
    if (status === null) return
    heard = ''
    waiting?.resolve(status)
    waiting = null
  })
  socket.on('error', (error) => waiting?.reject(error))
  socket.on('close', () => waiting?.reject(new Error('the daemon closed the connection')))
  return {
    isOpen: () => !socket.closed,
    ask(request: string): Promise<number> {
      waiting = Promise.withResolvers()
      socket.write(request)
      return waiting.promise
    },
    close: () => socket.destroy(),
  }
}

/** The status of an answer, one byte a character; null where it is not whole yet. */
function statusOf(answer: string): number | null {
  const end = answer.indexOf('\r\n\r\n')
  if (end === -1) return null
  const length = /\r\ncontent-length: (\d+)/i.exec(answer.slice(0, end))?.[1]
  // Without a length a refusal comes in pieces, and the last one is empty.
  const isWhole =
    length === undefined ? answer.endsWith('\r\n0\r\n\r\n') : answer.length >= end + 4 + Number(length)
  return isWhole ? Number(answer.slice(9, 12)) : null
}
