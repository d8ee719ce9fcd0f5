// Reads SCIP files (Sourcegraph's code intelligence protocol, scip.proto): definitions and references that another indexer has
// resolved exactly. Only the fields that the map needs are decoded; unknown ones are skipped, as protobuf asks.

export interface ScipOccurrence {
  symbol: string
  /** From 1. */
  line: number
  column: number
  isDefinition: boolean
  /** Last line of what it defines; 0 where it is not said. */
  endLine: number
}

export interface ScipDocument {
  path: string
  occurrences: ScipOccurrence[]
}

export interface ScipIndex {
  tool: string
  documents: ScipDocument[]
}

/** Throws RangeError for what is cut off or no protobuf at all. */
export function readScip(bytes: Uint8Array): ScipIndex {
  const index: ScipIndex = { tool: '', documents: [] }
  eachField(bytes, (field, value) => {
    // Index: metadata = 1, documents = 2.
    if (field === 1 && value instanceof Uint8Array) index.tool = toolIn(value)
    if (field === 2 && value instanceof Uint8Array) index.documents.push(readDocument(value))
  })
  return index
}

function toolIn(metadata: Uint8Array): string {
  let name = ''
  eachField(metadata, (field, value) => {
    // Metadata: tool_info = 2; ToolInfo: name = 1.
    if (field !== 2 || !(value instanceof Uint8Array)) return
    eachField(value, (inner, text) => {
      if (inner === 1 && text instanceof Uint8Array) name = textOf(text)
    })
  })
  return name
}

function readDocument(bytes: Uint8Array): ScipDocument {
  const document: ScipDocument = { path: '', occurrences: [] }
  eachField(bytes, (field, value) => {
    if (!(value instanceof Uint8Array)) return
    // Document: relative_path = 1, occurrences = 2.
    if (field === 1) document.path = textOf(value)
    if (field === 2) document.occurrences.push(readOccurrence(value))
  })
  return document
}

const DEFINITION = 1

function readOccurrence(bytes: Uint8Array): ScipOccurrence {
  const made: ScipOccurrence = { symbol: '', line: 0, column: 0, isDefinition: false, endLine: 0 }
  eachField(bytes, (field, value) => {
    // Occurrence: range = 1 (packed), symbol = 2, symbol_roles = 3, enclosing_range = 7.
    if (typeof value === 'number') {
      if (field === 3) made.isDefinition = (value & DEFINITION) !== 0
    } else if (field === 1) {
      const [line = 0, column = 0] = numbersIn(value)
      Object.assign(made, { line: line + 1, column: column + 1 })
    } else if (field === 2) made.symbol = textOf(value)
    else if (field === 7) made.endLine = lastLine(numbersIn(value))
  })
  return made
}

/** A range of one line has three numbers, of several four. */
const lastLine = (range: readonly number[]): number => ((range.length === 4 ? range[2] : range[0]) ?? 0) + 1

const decoder = new TextDecoder()
const textOf = (bytes: Uint8Array) => decoder.decode(bytes)

function numbersIn(bytes: Uint8Array): number[] {
  const found: number[] = []
  const at = { at: 0 }
  while (at.at < bytes.length) found.push(varint(bytes, at))
  return found
}

/** Calls back with each field's number and its value: a number, or the bytes of what has a length. */
function eachField(bytes: Uint8Array, visit: (field: number, value: number | Uint8Array) => void): void {
  const place = { at: 0 }
  while (place.at < bytes.length) {
    const tag = varint(bytes, place)
    const field = Math.floor(tag / 8)
    switch (tag % 8) {
      case 0:
        visit(field, varint(bytes, place))
        break
      case 1:
        skip(bytes, place, 8)
        break
      case 2:
        visit(field, skip(bytes, place, varint(bytes, place)))
        break
      case 5:
        skip(bytes, place, 4)
        break
      default:
        throw new RangeError(`no protobuf: wire type ${tag % 8} at byte ${place.at}`)
    }
  }
}

function skip(bytes: Uint8Array, place: { at: number }, length: number): Uint8Array {
  const end = place.at + length
  if (end > bytes.length) throw new RangeError(`cut off: ${end} bytes announced, ${bytes.length} there`)
  const part = bytes.subarray(place.at, end)
  place.at = end
  return part
}

/** No number here needs more than 53 bits; ten bytes are the longest there is. */
function varint(bytes: Uint8Array, place: { at: number }): number {
  let value = 0
  let factor = 1
  for (let count = 0; count < 10; count++) {
    const byte = bytes[place.at]
    if (byte === undefined) throw new RangeError('cut off in a number')
    place.at += 1
    value += (byte & 0x7f) * factor
    if (byte < 0x80) return value
    factor *= 128
  }
  throw new RangeError('no protobuf: a number without an end')
}
