// Reads a file of lines as it grows: each line once, never the whole file again, through truncation and rotation.
import { open, type FileHandle } from 'node:fs/promises'

export interface Tail {
  /** The lines that are whole since the last call, a bounded number of bytes. Never rejects because the file is missing. */
  next(): Promise<News>
}

export interface News {
  lines: readonly string[]
  /** The file is another one than before, or was cut: what was read of it before counts no longer. */
  isFresh: boolean
  /** There is more already; call again. */
  hasMore: boolean
}

// Large enough for few calls, small enough that the thread is never held for long.
const CHUNK_BYTES = 1024 * 1024
// A line beyond this is no message: it is left out, and the reader goes on after it.
const LONGEST_LINE_BYTES = 32 * 1024 * 1024
// What lies right before the place where reading goes on: a file that was replaced or written anew differs there.
const MARK_BYTES = 64
const NOTHING: News = { lines: [], isFresh: false, hasMore: false }

interface Place {
  inode: bigint
  /** Where the next byte to read lies. */
  at: number
  mark: Buffer
  /** Bytes of a line that has no end yet. */
  rest: Buffer[]
  restBytes: number
  isSkipping: boolean
}

export function createTail(path: string): Tail {
  let place: Place | null = null
  return {
    async next() {
      const file = await openIfThere(path)
      if (!file) return gone()
      try {
        const { ino: inode, size } = await file.stat({ bigint: true })
        const known = place
        const isSame = known !== null && known.inode === inode && (await continues(file, known, Number(size)))
        const here = isSame ? known : beginning(inode)
        place = here
        const lines = linesIn(here, await chunkAt(file, here.at))
        return { lines, isFresh: known !== null && !isSame, hasMore: here.at < Number(size) }
      } finally {
        await file.close()
      }
    },
  }

  function gone(): News {
    const wasThere = place !== null
    place = null
    return wasThere ? { ...NOTHING, isFresh: true } : NOTHING
  }
}

const beginning = (inode: bigint): Place => ({
  inode,
  at: 0,
  mark: Buffer.alloc(0),
  rest: [],
  restBytes: 0,
  isSkipping: false,
})

async function openIfThere(path: string): Promise<FileHandle | null> {
  try {
    return await open(path, 'r')
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR'))
      return null
    throw error
  }
}

async function continues(file: FileHandle, place: Place, size: number): Promise<boolean> {
  if (size < place.at) return false
  const there = await bytesAt(file, place.at - place.mark.length, place.mark.length)
  return there.equals(place.mark)
}

const chunkAt = (file: FileHandle, at: number): Promise<Buffer> => bytesAt(file, at, CHUNK_BYTES)

async function bytesAt(file: FileHandle, at: number, length: number): Promise<Buffer> {
  if (length === 0) return Buffer.alloc(0)
  const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(length), 0, length, at)
  return buffer.subarray(0, bytesRead)
}

function linesIn(place: Place, chunk: Buffer): string[] {
  place.at += chunk.length
  place.mark = Buffer.from(Buffer.concat([place.mark, chunk.subarray(-MARK_BYTES)]).subarray(-MARK_BYTES))
  const lines: string[] = []
  let from = 0
  for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, from)) {
    const line = take(place, chunk.subarray(from, end))
    if (line !== null) lines.push(line)
    from = end + 1
  }
  keep(place, chunk.subarray(from))
  return lines
}

function take(place: Place, end: Buffer): string | null {
  const isWhole = !place.isSkipping && place.restBytes + end.length <= LONGEST_LINE_BYTES
  // Decoded only as a whole: a character may lie across two chunks.
  const line = isWhole ? Buffer.concat([...place.rest, end]).toString('utf8') : null
  forget(place, false)
  return line
}

function keep(place: Place, start: Buffer): void {
  if (place.isSkipping || start.length === 0) return
  if (place.restBytes + start.length > LONGEST_LINE_BYTES) return forget(place, true)
  // A copy: the chunk itself must not be held for a few bytes of it.
  place.rest.push(Buffer.from(start))
  place.restBytes += start.length
}

function forget(place: Place, isSkipping: boolean): void {
  place.rest = []
  place.restBytes = 0
  place.isSkipping = isSkipping
}
