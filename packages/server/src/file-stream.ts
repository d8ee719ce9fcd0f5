// A file as the stream of bytes that an answer takes.
import { createReadStream } from 'node:fs'

/** Opened when it is first read: the answer to a HEAD is never read, and nobody would close the file. */
export function fileStream(path: string): ReadableStream<Uint8Array> {
  const bytes = bytesOf(path)
  return new ReadableStream(
    {
      async pull(controller) {
        const { done, value } = await bytes.next()
        if (done) controller.close()
        else controller.enqueue(value)
      },
      async cancel() {
        await bytes.return(undefined)
      },
    },
    { highWaterMark: 0 },
  )
}

async function* bytesOf(path: string): AsyncGenerator<Uint8Array, undefined> {
  for await (const chunk of createReadStream(path)) yield chunk
}
