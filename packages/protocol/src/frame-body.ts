// The checks that every part of a frame's body passes, so that malformed bytes end in one typed error.

/** Why a frame was refused. `channel` is null where the header itself could not be read. */
export class FrameError extends Error {
  readonly code: 'frame.short' | 'frame.type' | 'frame.size' | 'frame.text' | 'frame.field'
  readonly channel: number | null
  constructor(code: FrameError['code'], message: string, channel: number | null) {
    super(message)
    this.name = 'FrameError'
    this.code = code
    this.channel = channel
  }
}

/** Sides of a terminal, in cells. Wider or taller ones exist on no desk; the limit keeps a viewer from asking for gigabytes. */
export const MAX_DIMENSION = 1000

export const isDimension = (n: number): boolean => Number.isInteger(n) && n >= 1 && n <= MAX_DIMENSION

/** The fields of a JSON body with checks that name the field that is wrong. */
export interface Fields {
  channel: number
  text(name: string): string
  count(name: string): number
  dimension(name: string): number
  one<T extends string>(name: string, of: readonly T[]): T
  value(name: string): unknown
  inner(name: string): Fields
}

export function jsonBody(body: Uint8Array, limitBytes: number, channel: number): Fields {
  const raw = text(limited(body, limitBytes, channel), channel)
  let value: unknown
  try {
    value = JSON.parse(raw)
  } catch {
    throw new FrameError('frame.text', 'Expected a JSON object', channel)
  }
  return fieldsOf(value, channel)
}

function fieldsOf(value: unknown, channel: number): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new FrameError('frame.field', 'Expected a JSON object', channel)
  }
  const own = new Map<string, unknown>(Object.entries(value))
  const checked = <T>(name: string, wanted: string, is: (v: unknown) => v is T): T => {
    const v = own.get(name)
    if (is(v)) return v
    throw new FrameError('frame.field', `Expected \`${name}\` to be ${wanted}`, channel)
  }
  return {
    channel,
    text: (name) => checked(name, 'a text', (v) => typeof v === 'string'),
    count: (name) => checked(name, 'a count', isCount),
    dimension: (name) =>
      checked(name, `1 to ${MAX_DIMENSION}`, (v): v is number => isCount(v) && isDimension(v)),
    one: <T extends string>(name: string, of: readonly T[]) =>
      checked(name, `one of ${of.join(', ')}`, (v): v is T => of.some((option) => option === v)),
    value: (name) => own.get(name),
    inner: (name) => fieldsOf(own.get(name), channel),
  }
}

const isCount = (v: unknown): v is number => typeof v === 'number' && Number.isSafeInteger(v) && v >= 0

export function limited(body: Uint8Array, limitBytes: number, channel: number): Uint8Array {
  if (body.byteLength <= limitBytes) return body
  throw new FrameError('frame.size', `Expected at most ${limitBytes} bytes, got ${body.byteLength}`, channel)
}

export function exactly(body: Uint8Array, bytes: number, channel: number): Uint8Array {
  if (body.byteLength === bytes) return body
  throw new FrameError('frame.size', `Expected a body of ${bytes} bytes, got ${body.byteLength}`, channel)
}

export function atLeast(body: Uint8Array, bytes: number, channel: number): void {
  if (body.byteLength >= bytes) return
  throw new FrameError(
    'frame.short',
    `Expected a body of at least ${bytes} bytes, got ${body.byteLength}`,
    channel,
  )
}

export const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

const encoder = new TextEncoder()
// ignoreBOM keeps a leading U+FEFF, which a paste may begin with.
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

export const utf8 = (value: string): Uint8Array => encoder.encode(value)

export function text(bytes: Uint8Array, channel: number): string {
  try {
    return decoder.decode(bytes)
  } catch {
    throw new FrameError('frame.text', 'Expected well-formed UTF-8', channel)
  }
}
