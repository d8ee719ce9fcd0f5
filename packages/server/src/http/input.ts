// Turns path, query and body into the input of an operation, or into the fault that says what does not fit.
import { fault, hasBody, isFaultCode, pathHoles, type Fault, type Operation } from '@tutti/core'
import { z } from 'zod'

export type Plain = Record<string, unknown>

export interface InputReader {
  /** Parsed input; throws input.invalid, or the fault that the schema names. */
  read(from: { path: Record<string, string>; query: URLSearchParams; body: Plain }): Plain
}

// Nothing in the API nests deeper than five; a page of brackets is an attack.
const MAX_DEPTH = 32
const PROBLEMS_SHOWN = 5

/** Prepares an operation: which of its fields travel where and, once the first query comes, as what. */
export function inputReader(name: string, row: Operation): InputReader {
  const holes = new Set(pathHoles(row.path))
  let types: Map<string, JsonType> | null = null
  const fieldsOf = (query: URLSearchParams): Plain => {
    if (query.size === 0 || hasBody(row)) return {}
    return queryFields({ name, query, types: (types ??= queryTypes(row.input)) })
  }
  return {
    read({ path, query, body }) {
      const [stray] = query.keys()
      if (hasBody(row) && stray !== undefined) throw invalid(name, [`${stray}: send it in the body`])
      const doubled = Object.keys(body).find((field) => holes.has(field))
      if (doubled !== undefined) throw invalid(name, [`${doubled}: it stands in the path already`])
      const fields = { ...body, ...fieldsOf(query), ...path }
      // A client of AMP may say more than it must: what the row does not name is not looked at.
      const result = (row.wire === 'amp' ? row.input.strip() : row.input).safeParse(fields)
      if (result.success) return result.data
      throw namedFault(result.error.issues) ?? invalid(name, result.error.issues.map(problem))
    },
  }
}

/** The JSON object of a body; an empty one is `{}`. Throws input.malformed or input.invalid. */
export function parseBody(name: string, bytes: Uint8Array): Plain {
  if (bytes.byteLength === 0) return {}
  const value = parseJson(bytes)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw fault('input.malformed', { problem: 'it is not an object' })
  }
  const flaw = structuralFlaw(value, 0)
  if (flaw !== null) throw invalid(name, [flaw])
  return { ...value }
}

export const invalid = (operation: string, problems: readonly string[]): Fault =>
  fault('input.invalid', { operation, problems: problems.slice(0, PROBLEMS_SHOWN).join('; ') })

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (error) {
    // The engine's message quotes the body, which may hold a password; only its kind is told.
    throw fault('input.malformed', { problem: error instanceof SyntaxError ? 'syntax' : 'not UTF-8' })
  }
}

function structuralFlaw(value: object, depth: number): string | null {
  if (depth > MAX_DEPTH) return `nested deeper than ${MAX_DEPTH}`
  for (const [key, inner] of Object.entries(value)) {
    if (key === '__proto__') return '__proto__: not a field'
    if (typeof inner !== 'object' || inner === null) continue
    const flaw = structuralFlaw(inner, depth + 1)
    if (flaw !== null) return flaw
  }
  return null
}

type JsonType = 'string' | 'number' | 'boolean' | 'array'

const JsonSchema = z.object({
  properties: z.record(z.string(), z.object({ type: z.string().optional() })).default({}),
})

function queryTypes(input: z.ZodObject): Map<string, JsonType> {
  const schema: unknown = z.toJSONSchema(input, { io: 'input', unrepresentable: 'any' })
  const { properties } = JsonSchema.parse(schema)
  return new Map(Object.entries(properties).map(([field, { type }]) => [field, jsonType(type)]))
}

function jsonType(type: string | undefined): JsonType {
  if (type === 'integer' || type === 'number') return 'number'
  return type === 'boolean' || type === 'array' ? type : 'string'
}

function queryFields(from: { name: string; query: URLSearchParams; types: Map<string, JsonType> }): Plain {
  const fields: Plain = {}
  for (const key of new Set(from.query.keys())) {
    const values = from.query.getAll(key)
    const type = from.types.get(key)
    if (key === '__proto__' || (type !== 'array' && values.length > 1)) {
      throw invalid(from.name, [`${key}: given more than once`])
    }
    fields[key] = type === 'array' ? values : converted(values[0] ?? '', type)
  }
  return fields
}

/** Text that is not of the type stays text, and the schema says what it expected. */
function converted(text: string, type: JsonType | undefined): unknown {
  if (type === 'boolean') return text === 'true' ? true : text === 'false' ? false : text
  if (type === 'number') return /^-?\d{1,16}$/.test(text) ? Number(text) : text
  return text
}

type Issue = z.core.$ZodIssue

function problem(issue: Issue): string {
  const where = issue.path.map(String).join('.')
  return where === '' ? issue.message : `${where}: ${issue.message}`
}

const Named = z.object({
  fault: z.string(),
  details: z.record(z.string(), z.union([z.string(), z.number()])).default({}),
})

/** A schema may name the fault that its failure is, such as agent.name-invalid. */
function namedFault(issues: readonly Issue[]): Fault | null {
  for (const issue of issues) {
    const named = issue.code === 'custom' ? Named.safeParse(issue.params) : null
    if (named?.success && isFaultCode(named.data.fault)) return fault(named.data.fault, named.data.details)
  }
  return null
}
