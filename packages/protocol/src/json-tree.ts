// JSON as it was written: number tokens and key order survive, because foreign signatures were made over them (J1, J5).
import { AmpError } from './amp-error.ts'
import { JSON_LIMITS } from './limits.ts'

/** A JSON value as JavaScript has it. */
export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue }

/** A JSON text as a tree: numbers as their tokens, members in the order in which they came. */
export type JsonNode =
  | { readonly kind: 'null' }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'number'; readonly token: string }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'array'; readonly items: readonly JsonNode[] }
  | { readonly kind: 'object'; readonly members: ReadonlyMap<string, JsonNode> }

export type JsonObject = Extract<JsonNode, { kind: 'object' }>

/**
 * Reads one JSON text (RFC 8259, I-JSON of RFC 7493; rules J1-J3). Bytes must be well-formed UTF-8 without a byte order mark.
 * Throws AmpError `invalid_request` for anything else, also for doubled keys, a key `__proto__`, lone surrogates, numbers
 * beyond a double, and for more levels, members or values than JSON_LIMITS.
 */
export function parseJson(source: string | Uint8Array): JsonNode {
  const text = typeof source === 'string' ? source : decoded(source)
  const reader = new Reader(text)
  const node = reader.value(0)
  reader.end()
  return node
}

/** The tree of a JavaScript value; throws a TypeError for what JSON has no word for (undefined, NaN, a Date, a cycle ...). */
export function jsonTree(value: unknown, depth = 0): JsonNode {
  if (depth > JSON_LIMITS.depth) throw new TypeError(`JSON may be ${JSON_LIMITS.depth} levels deep`)
  if (value === null) return { kind: 'null' }
  if (typeof value === 'boolean') return { kind: 'boolean', value }
  if (typeof value === 'string') return { kind: 'string', value: wellFormed(value) }
  if (typeof value === 'number') return { kind: 'number', token: numberToken(value) }
  if (Array.isArray(value)) return { kind: 'array', items: value.map((item) => jsonTree(item, depth + 1)) }
  if (!isPlain(value)) throw new TypeError(`JSON has no word for a ${typeof value}`)
  const members = new Map<string, JsonNode>()
  for (const [key, inner] of Object.entries(value)) members.set(wellFormed(key), jsonTree(inner, depth + 1))
  return { kind: 'object', members }
}

/** The JavaScript value of a tree; numbers become doubles. */
export function jsonValue(node: JsonNode): JsonValue {
  switch (node.kind) {
    case 'null':
      return null
    case 'boolean':
    case 'string':
      return node.value
    case 'number':
      return Number(node.token)
    case 'array':
      return node.items.map(jsonValue)
    case 'object':
  }
  return Object.fromEntries([...node.members].map(([key, inner]) => [key, jsonValue(inner)]))
}

function decoded(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw new AmpError('invalid_request', 'Expected well-formed UTF-8')
  }
}

function wellFormed(text: string): string {
  if (text.isWellFormed()) return text
  throw new TypeError('JSON text may not hold half a surrogate pair')
}

function numberToken(value: number): string {
  if (Number.isFinite(value)) return Object.is(value, -0) ? '-0' : String(value)
  throw new TypeError(`JSON has no word for ${value}`)
}

function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

const BLANK = /[ \t\n\r]*/y
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y
const WORD = /true|false|null/y
// What may end a run of plain characters inside a string.
// oxlint-disable-next-line no-control-regex -- control characters are exactly what must be found
const STOP = /["\\\u0000-\u001f]/g

class Reader {
  private at = 0
  private members = 0
  private values = 0
  private readonly source: string
  constructor(source: string) {
    this.source = source
  }

  value(depth: number): JsonNode {
    if (depth > JSON_LIMITS.depth) throw this.wrong(`at most ${JSON_LIMITS.depth} levels`)
    if (++this.values > JSON_LIMITS.values) throw this.wrong(`at most ${JSON_LIMITS.values} values`)
    this.token(BLANK)
    const node = this.plain(depth)
    this.token(BLANK)
    return node
  }

  end(): void {
    if (this.at !== this.source.length) throw this.wrong('the end of the text')
  }

  private plain(depth: number): JsonNode {
    const first = this.source[this.at]
    if (first === '{') return this.object(depth)
    if (first === '[') return this.array(depth)
    if (first === '"') return { kind: 'string', value: this.string() }
    const word = this.token(WORD)
    if (word === 'null') return { kind: 'null' }
    if (word !== '') return { kind: 'boolean', value: word === 'true' }
    const token = this.token(NUMBER)
    if (token === '' || !Number.isFinite(Number(token))) throw this.wrong('a JSON value')
    return { kind: 'number', token }
  }

  private object(depth: number): JsonNode {
    const members = new Map<string, JsonNode>()
    this.list('}', () => {
      this.token(BLANK)
      const key = this.string()
      this.token(BLANK)
      this.expect(':')
      if (key === '__proto__' || members.has(key)) throw this.wrong('each key once, none `__proto__`')
      if (++this.members > JSON_LIMITS.members) throw this.wrong(`at most ${JSON_LIMITS.members} members`)
      members.set(key, this.value(depth + 1))
    })
    return { kind: 'object', members }
  }

  private array(depth: number): JsonNode {
    const items: JsonNode[] = []
    this.list(']', () => items.push(this.value(depth + 1)))
    return { kind: 'array', items }
  }

  private list(close: string, item: () => void): void {
    this.at += 1
    this.token(BLANK)
    if (this.source[this.at] === close) {
      this.at += 1
      return
    }
    for (;;) {
      item()
      if (this.source[this.at] === ',') this.at += 1
      else return this.expect(close)
    }
  }

  private string(): string {
    const start = this.at
    this.expect('"')
    for (let stop = this.stop(); stop !== '"'; stop = this.stop()) {
      if (stop !== '\\') throw this.wrong('the end of a string')
      this.at += 2
    }
    this.at += 1
    const text = unescaped(this.source.slice(start, this.at))
    if (text === null || !text.isWellFormed()) throw this.wrong('a well-formed string')
    return text
  }

  // Moves to the next character that needs a decision and returns it; '' at the end of the text.
  private stop(): string {
    STOP.lastIndex = this.at
    this.at = STOP.exec(this.source)?.index ?? this.source.length
    return this.source[this.at] ?? ''
  }

  private expect(char: string): void {
    if (this.source[this.at] !== char) throw this.wrong(`\`${char}\``)
    this.at += 1
  }

  private token(pattern: RegExp): string {
    pattern.lastIndex = this.at
    const token = pattern.exec(this.source)?.[0] ?? ''
    this.at += token.length
    return token
  }

  private wrong(wanted: string): AmpError {
    return new AmpError('invalid_request', `Expected ${wanted} at character ${this.at} of the JSON`)
  }
}

function unescaped(literal: string): string | null {
  if (!literal.includes('\\')) return literal.slice(1, -1)
  try {
    const text: unknown = JSON.parse(literal)
    return typeof text === 'string' ? text : null
  } catch {
    return null
  }
}
