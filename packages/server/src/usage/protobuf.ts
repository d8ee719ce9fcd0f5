// Reads the wire format of protocol buffers (protobuf.dev, "Encoding"), as far as OTLP needs it: foreign bytes, so every length is judged.

/** One field as it stands: a number for varint, bytes for the rest. */
export interface Field {
  number: number
  value: bigint | Uint8Array
}

export class WireError extends Error {}

const VARINT = 0
const FIXED64 = 1
const LENGTH = 2
const FIXED32 = 5
const MAX_VARINT_BYTES = 10

/** The fields of a message, in order. Throws WireError where the bytes are no message. */
export function fieldsIn(bytes: Uint8Array): Field[] {
  const fields: Field[] = []
  for (let at = 0; at < bytes.byteLength;) {
    const key = varint(bytes, at)
    const number = Number(key.value >> 3n)
    const read = valueAt(bytes, key.end, Number(key.value & 7n))
    fields.push({ number, value: read.value })
    at = read.end
  }
  return fields
}

interface Read<T> {
  value: T
  end: number
}

function valueAt(bytes: Uint8Array, at: number, type: number): Read<bigint | Uint8Array> {
  if (type === VARINT) return varint(bytes, at)
  if (type === FIXED64) return piece(bytes, at, 8)
  if (type === FIXED32) return piece(bytes, at, 4)
  if (type !== LENGTH) throw new WireError(`wire type ${type}`)
  const { value: length, end } = varint(bytes, at)
  return piece(bytes, end, Number(length))
}

function piece(bytes: Uint8Array, at: number, length: number): Read<Uint8Array> {
  const end = at + length
  if (end > bytes.byteLength) throw new WireError('a field goes beyond the end')
  return { value: bytes.subarray(at, end), end }
}

function varint(bytes: Uint8Array, at: number): Read<bigint> {
  let value = 0n
  for (let i = 0; i < MAX_VARINT_BYTES; i++) {
    const byte = bytes[at + i]
    if (byte === undefined) throw new WireError('a number goes beyond the end')
    value |= BigInt(byte & 0x7f) << BigInt(7 * i)
    if ((byte & 0x80) === 0) return { value: BigInt.asUintN(64, value), end: at + i + 1 }
  }
  throw new WireError('a number is too long')
}

const view = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

/** Messages, texts or groups of bytes under that number. */
export const bytesOf = (fields: readonly Field[], number: number): Uint8Array[] =>
  fields.flatMap((field) =>
    field.number === number && field.value instanceof Uint8Array ? [field.value] : [],
  )

export const textOf = (fields: readonly Field[], number: number): string =>
  new TextDecoder().decode(bytesOf(fields, number).at(-1) ?? new Uint8Array())

export function varintOf(fields: readonly Field[], number: number): bigint | null {
  const value = fields.findLast((field) => field.number === number)?.value
  return typeof value === 'bigint' ? value : null
}

/** An unsigned or, with `signed`, a signed 64-bit number of fixed width. */
export function fixed64Of(fields: readonly Field[], number: number, signed = false): bigint | null {
  const value = bytesOf(fields, number).find(({ byteLength }) => byteLength === 8)
  if (value === undefined) return null
  return signed ? view(value).getBigInt64(0, true) : view(value).getBigUint64(0, true)
}

export function doubleOf(fields: readonly Field[], number: number): number | null {
  const value = bytesOf(fields, number).find(({ byteLength }) => byteLength === 8)
  return value === undefined ? null : view(value).getFloat64(0, true)
}
