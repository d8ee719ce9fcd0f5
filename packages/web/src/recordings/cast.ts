// Reads asciicast version 2 (docs.asciinema.org/manual/asciicast/v2): a header line, then one event a line.

export interface CastEvent {
  /** Seconds since the start. */
  at: number
  kind: 'output' | 'resize'
  /** The text, or for a resize "COLSxROWS". */
  data: string
}

export interface Cast {
  cols: number
  rows: number
  startedAt: number | null
  events: readonly CastEvent[]
  /** Seconds. */
  length: number
}

/** Throws an Error that says what is wrong. A last line that was cut off, as a running recording has, is left out. */
export function parseCast(text: string): Cast {
  const lines = text.split('\n')
  const header = json(lines[0] ?? '')
  if (field(header, 'version') !== 2) throw new Error('the first line is no asciicast header of version 2')
  const events: CastEvent[] = []
  for (const [index, line] of lines.slice(1).entries()) {
    if (line.trim() === '') continue
    const event = eventOf(json(line))
    if (event) events.push(event)
    else if (index < lines.length - 2 && json(line) === undefined)
      throw new Error(`line ${index + 2} is not JSON`)
  }
  const startedAt = field(header, 'timestamp')
  return {
    cols: size(field(header, 'width'), 80),
    rows: size(field(header, 'height'), 24),
    startedAt: typeof startedAt === 'number' ? startedAt * 1000 : null,
    events,
    length: events.at(-1)?.at ?? 0,
  }
}

function eventOf(value: unknown): CastEvent | null {
  if (!Array.isArray(value)) return null
  const [at, kind, data]: unknown[] = value
  if (typeof at !== 'number' || !Number.isFinite(at) || at < 0 || typeof data !== 'string') return null
  if (kind === 'o') return { at, kind: 'output', data }
  return kind === 'r' && sizeOf(data) ? { at, kind: 'resize', data } : null
}

/** "120x36" as numbers. */
export function sizeOf(text: string): { cols: number; rows: number } | null {
  const [, cols, rows] = /^(\d{1,4})x(\d{1,4})$/.exec(text) ?? []
  return cols && rows && Number(cols) > 0 && Number(rows) > 0
    ? { cols: Number(cols), rows: Number(rows) }
    : null
}

const size = (value: unknown, otherwise: number): number =>
  typeof value === 'number' && Number.isInteger(value) && value > 0 && value <= 1000 ? value : otherwise

function json(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined // the caller says which line it was
  }
}

const field = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null
    ? new Map<string, unknown>(Object.entries(value)).get(name)
    : undefined

/** The same events with no wait longer than that many seconds. */
export function withoutWaits(cast: Cast, longest: number | null): Cast {
  if (longest === null) return cast
  let cut = 0
  let before = 0
  const events = cast.events.map((event) => {
    cut += Math.max(0, event.at - before - longest)
    before = event.at
    return { ...event, at: event.at - cut }
  })
  return { ...cast, events, length: events.at(-1)?.at ?? 0 }
}

// Everything that draws rather than says: CSI, OSC and other sequences, and single controls but the line's end.
const CONTROLS =
  // oxlint-disable-next-line no-control-regex
  /\u001b\[[0-?]*[ -/]*[@-~]|\u001b[\]PX^_][\s\S]*?(?:\u0007|\u001b\\)|\u001b[ -/]*[0-~]|[\u0000-\u0009\u000b-\u001f\u007f]/g

/** The indexes of the events in whose output the words occur, also where they run over two events of one line. */
export function findInCast(cast: Cast, words: string): number[] {
  const wanted = words.toLowerCase()
  if (wanted === '') return []
  const hits: number[] = []
  let tail = ''
  for (const [index, event] of cast.events.entries()) {
    if (event.kind !== 'output') continue
    const text = event.data.replaceAll(CONTROLS, '').toLowerCase()
    const joined = tail + text
    if (joined.includes(wanted)) hits.push(index)
    tail = joined.slice(joined.length - Math.min(wanted.length - 1, joined.length))
  }
  return hits
}
