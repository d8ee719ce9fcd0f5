// Keeps the newest output of a session with its byte offsets, so that viewers read at their own pace and resume.

export interface Ring {
  /** Offset of the oldest byte that is still here. */
  start(): number
  /** Offset behind the newest byte. */
  end(): number
  append(bytes: Uint8Array): void
  /** Bytes from the offset on, at most `max`, possibly fewer; empty where none are there. They are the ring's own memory. */
  read(offset: number, max: number): Uint8Array
  /** Says that bytes are missing here: nothing before can be continued any more. */
  skip(): void
  /** Keeps at most so much from now on. */
  limit(bytes: number): void
}

// Small enough that an idle session costs little, large enough that a flood makes few of them.
const CHUNK_BYTES = 64 * 1024

interface Chunk {
  offset: number
  bytes: Uint8Array
  used: number
}

/** A ring of at most so many bytes, in chunks that come and go whole. */
export function createRing(firstCapBytes: number): Ring {
  let capBytes = firstCapBytes
  let chunks: Chunk[] = []
  let end = 0
  let start = 0

  const last = (): Chunk => {
    const chunk = chunks.at(-1)
    if (chunk && chunk.used < chunk.bytes.byteLength) return chunk
    const fresh = { offset: end, bytes: new Uint8Array(CHUNK_BYTES), used: 0 }
    chunks.push(fresh)
    return fresh
  }

  const append = (bytes: Uint8Array): void => {
    for (let at = 0; at < bytes.byteLength;) {
      const chunk = last()
      const part = bytes.subarray(at, at + chunk.bytes.byteLength - chunk.used)
      chunk.bytes.set(part, chunk.used)
      chunk.used += part.byteLength
      at += part.byteLength
      end += part.byteLength
    }
    while (chunks.length * CHUNK_BYTES > capBytes && chunks.length > 1) chunks.shift()
    start = Math.max(start, chunks[0]?.offset ?? end)
  }

  const read = (offset: number, max: number): Uint8Array => {
    const first = chunks[0]
    if (!first || offset < start || offset >= end) return new Uint8Array()
    const chunk = chunks[Math.floor((offset - first.offset) / CHUNK_BYTES)]
    if (!chunk) return new Uint8Array()
    const at = offset - chunk.offset
    return chunk.bytes.subarray(at, Math.min(chunk.used, at + max))
  }

  const skip = (): void => {
    // One offset is left out, so that a reader that had everything before the gap still learns of it.
    end++
    start = end
    chunks = []
  }

  const limit = (bytes: number): void => {
    capBytes = bytes
    append(new Uint8Array())
  }

  return { start: () => start, end: () => end, append, read, skip, limit }
}
