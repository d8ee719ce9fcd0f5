// Reads recordings without loading them: how long they are, where a moment is in the file, where a text was shown.
import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'

export interface RecordingIndex {
  width: number
  height: number
  /** ms UTC of the beginning. */
  startedAt: number
  title: string
  durationMs: number
  sizeBytes: number
  /** Moments from which one can play, because a reset and a whole picture stand there. Ascending; the first is 0. */
  pictures: { atMs: number; offset: number }[]
}

export interface RecordingHit {
  atMs: number
  /** The line in which the text was shown, without colours. */
  line: string
}

// Playing on from a picture skips nothing, so one in ten seconds is enough to jump by.
const PICTURE_EVERY_MS = 10_000
const HITS = 500
const LINE_CHARS = 500

interface Entry {
  offset: number
  seconds: number
  code: string
  data: string
}

/** Reads the file once. A line that was cut off by a crash ends it. Undefined where it is no recording. */
export async function indexRecording(path: string): Promise<RecordingIndex | undefined> {
  let index: RecordingIndex | undefined
  for await (const { line, offset, end } of linesOf(path)) {
    if (!index) {
      index = headerOf(line)
      if (!index) return undefined
      index.sizeBytes = end
      continue
    }
    const entry = entryOf(line, offset)
    if (!entry) break
    index.durationMs = Math.round(entry.seconds * 1000)
    index.sizeBytes = end
    notePicture(index, entry)
  }
  return index
}

/** Where the text was shown, ignoring case, at most 500 times. Output that a redraw tore apart is not found. */
export async function searchRecording(path: string, text: string): Promise<RecordingHit[]> {
  const wanted = text.toLowerCase()
  const hits: RecordingHit[] = []
  let rest = ''
  for await (const { line, offset } of linesOf(path)) {
    const entry = entryOf(line, offset)
    if (entry?.code !== 'o') continue
    const lines = (rest + plain(entry.data)).split(/\r?\n|\r/)
    rest = (lines.at(-1) ?? '').slice(-LINE_CHARS)
    for (const shown of lines) {
      if (!shown.toLowerCase().includes(wanted)) continue
      hits.push({ atMs: Math.round(entry.seconds * 1000), line: shown.trim().slice(0, LINE_CHARS) })
      rest = ''
      if (hits.length === HITS) return hits
    }
  }
  return hits
}

function notePicture(index: RecordingIndex, { code, data, offset, seconds }: Entry): void {
  const atMs = Math.round(seconds * 1000)
  const last = index.pictures.at(-1)
  if (code !== 'o' || !data.startsWith('\u001bc')) return
  if (!last || atMs - last.atMs >= PICTURE_EVERY_MS) index.pictures.push({ atMs, offset })
}

async function* linesOf(path: string): AsyncGenerator<{ line: string; offset: number; end: number }> {
  const lines = createInterface({
    input: createReadStream(path, 'utf8'),
    crlfDelay: Number.POSITIVE_INFINITY,
  })
  let offset = 0
  for await (const line of lines) {
    const end = offset + Buffer.byteLength(line) + 1
    yield { line, offset, end }
    offset = end
  }
}

function headerOf(line: string): RecordingIndex | undefined {
  const value = parsed(line)
  if (typeof value !== 'object' || value === null) return undefined
  const header = new Map<string, unknown>(Object.entries(value))
  if (header.get('version') !== 2) return undefined
  const number = (name: string): number => Number(header.get(name) ?? 0)
  const title = header.get('title')
  return {
    width: number('width'),
    height: number('height'),
    startedAt: number('timestamp') * 1000,
    title: typeof title === 'string' ? title : '',
    durationMs: 0,
    sizeBytes: 0,
    pictures: [],
  }
}

function entryOf(line: string, offset: number): Entry | undefined {
  const value = parsed(line)
  if (!Array.isArray(value)) return undefined
  const [seconds, code, data] = value as unknown[]
  if (typeof seconds !== 'number' || typeof code !== 'string' || typeof data !== 'string') return undefined
  return { offset, seconds, code, data }
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    // The last line of a recording that was cut off.
    return undefined
  }
}

// oxlint-disable-next-line no-control-regex -- what a terminal does not show
const SEQUENCES = /\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)|\u001b\[[0-?]*[ -/]*[@-~]|\u001b[ -/]*[0-~]/g
// oxlint-disable-next-line no-control-regex -- the same
const CONTROLS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g

const plain = (data: string): string => data.replaceAll(SEQUENCES, '').replaceAll(CONTROLS, '')
