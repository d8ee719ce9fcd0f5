// Writes what a session shows to a file in asciicast v2 (https://docs.asciinema.org/manual/asciicast/v2/), safe against a
// kill: at most the last second is lost.
import type { FileHandle } from 'node:fs/promises'
import { open } from 'node:fs/promises'
import { StringDecoder } from 'node:string_decoder'
import type { Clock } from '@tutti/core'
import { fault } from '@tutti/core'
import type { OutFrame, Send } from './viewer.ts'

export interface RecordingOptions {
  path: string
  title: string
  clock: Clock
  /** Gives frames to the sink, beginning with a snapshot, until the answer is called; `Terminals.tap` fits. */
  tap(send: Send): Promise<Tap>
  /** The file could not be written; the recording has ended. */
  failed(error: unknown): void
}

/** An open source of frames. */
export interface Tap {
  grant(bytes: number): void
  /** Asks for a picture at the next chance. */
  picture(): void
  close(): void
}

export interface Recording {
  /** Ends the recording. Resolves when all of it is on the disk. */
  stop(): Promise<void>
}

// The promise is one second; half of it leaves time for a slow disk.
const WRITE_EVERY_MS = 500
// How much one plays at most to see any moment. With all its history a picture is up to 2 MB, a quarter of it.
const PICTURE_EVERY_BYTES = 8 * 1024 * 1024
// A terminal's reset (RIS) begins each picture, so that a player needs no frame of its own for it.
const RESET = '\u001bc'

/** Starts to record into a new file, which only its owner may read. Rejects if it exists. */
export async function startRecording(options: RecordingOptions): Promise<Recording> {
  const file = await open(options.path, 'wx', 0o600)
  const writer = createWriter(file, options)
  try {
    const tap = await options.tap((frame) => writer.take(frame))
    await begun(writer, tap, options.clock)
    writer.opened(tap)
    return {
      stop: async () => {
        tap.close()
        await writer.end()
      },
    }
  } catch (error) {
    await file.close()
    throw error
  }
}

interface Writer {
  /** Resolves with the first picture. */
  begun: Promise<void>
  take(frame: OutFrame): void
  opened(tap: Tap): void
  end(): Promise<void>
}

const FIRST_PICTURE_MS = 5000

async function begun(writer: Writer, tap: Tap, clock: Clock): Promise<void> {
  const { promise, reject } = Promise.withResolvers<never>()
  const cancel = clock.after(FIRST_PICTURE_MS, () => {
    tap.close()
    reject(fault('terminal.failed', { problem: 'the session shows nothing' }))
  })
  await Promise.race([writer.begun, promise])
  cancel()
}

function createWriter(file: FileHandle, { clock, title, failed }: RecordingOptions): Writer {
  const decoder = new StringDecoder('utf8')
  const first = Promise.withResolvers<void>()
  let startedMs = -1
  let size = ''
  let lines: string[] = []
  let taken = 0
  let sincePicture = 0
  let tap: Tap | undefined
  let writing = Promise.resolve()
  let isEnded = false
  let cancel = (): void => {}

  const event = (code: 'o' | 'r', data: string): void => {
    lines.push(JSON.stringify([Math.round((clock.now() - startedMs) * 1000) / 1e6, code, data]))
  }

  const sized = (cols: number, rows: number): void => {
    if (startedMs < 0) {
      startedMs = clock.now()
      const timestamp = Math.floor(startedMs / 1000)
      lines.push(JSON.stringify({ version: 2, width: cols, height: rows, timestamp, title }))
    } else if (size !== `${cols}x${rows}`) {
      event('r', `${cols}x${rows}`)
    }
    size = `${cols}x${rows}`
  }

  const take = (frame: OutFrame): void => {
    if (frame.type === 'snapshot') {
      sized(frame.cols, frame.rows)
      decoder.end()
      first.resolve()
      sincePicture = 0
      event('o', RESET + decoder.write(Buffer.from(frame.bytes)))
    } else if (frame.type === 'data') {
      event('o', decoder.write(Buffer.from(frame.bytes)))
    } else {
      return
    }
    taken += frame.bytes.byteLength
    sincePicture += frame.bytes.byteLength
  }

  // Credit comes back only with what has been written: a slow disk gets pictures instead of filling the memory.
  const write = (): Promise<void> => {
    const text = lines.map((line) => `${line}\n`).join('')
    const bytes = taken
    lines = []
    taken = 0
    writing = append(writing, text, bytes)
    return writing
  }

  const append = async (before: Promise<void>, text: string, bytes: number): Promise<void> => {
    await before
    if (text === '') return
    await file.appendFile(text)
    await file.datasync()
    tap?.grant(bytes)
    if (sincePicture > PICTURE_EVERY_BYTES) tap?.picture()
  }

  const tick = (): void => {
    write().then(later, (error: unknown) => {
      tap?.close()
      failed(error)
    })
  }
  const later = (): void => {
    if (!isEnded) cancel = clock.after(WRITE_EVERY_MS, tick)
  }

  return {
    begun: first.promise,
    take,
    opened: (source) => {
      tap = source
      tick()
    },
    end: async () => {
      isEnded = true
      cancel()
      await write()
      await file.close()
    },
  }
}
