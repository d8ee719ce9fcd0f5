// A file as the stream of bytes that an answer takes.
import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'

// Node's own web stream type and the platform's differ in name only.
export const fileStream = (path: string): ReadableStream<Uint8Array> =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  Readable.toWeb(createReadStream(path)) as ReadableStream<Uint8Array>
