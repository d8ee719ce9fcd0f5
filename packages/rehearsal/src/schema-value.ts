// The smallest value that fits a JSON schema: clients ask for titles, summaries and routes as JSON, and reject plain words.
import { isObject, objectOf, textOf, textsOf } from './json.ts'

// Deeper schemas are recursive ones, which an empty value ends.
const DEEPEST = 12

/** A value for a schema: the first choice where there is one, else something short and plain of its type. */
export function valueFor(schema: unknown, depth = 0): unknown {
  const { type, enum: choices, const: only, anyOf, oneOf, properties, items } = objectOf(schema)
  if (only !== undefined) return only
  if (Array.isArray(choices)) return choices[0]
  const variants = [anyOf, oneOf].find(Array.isArray)
  if (variants && depth < DEEPEST) return valueFor(variants[0], depth + 1)
  const kind = (textsOf(type)[0] ?? textOf(type)).toLowerCase()
  return ofKind(kind, properties, { items, depth })
}

function ofKind(
  kind: string,
  properties: unknown,
  { items, depth }: { items: unknown; depth: number },
): unknown {
  if (kind === 'object' || isObject(properties)) return objectFor(properties, depth)
  if (kind === 'array') return items === undefined || depth >= DEEPEST ? [] : [valueFor(items, depth + 1)]
  return plain(kind)
}

function objectFor(properties: unknown, depth: number): unknown {
  if (depth >= DEEPEST) return {}
  const entries = Object.entries(objectOf(properties))
  return Object.fromEntries(entries.map(([name, inner]) => [name, valueFor(inner, depth + 1)]))
}

function plain(kind: string): unknown {
  if (kind === 'boolean') return false
  if (kind === 'number' || kind === 'integer') return 0
  return kind === 'null' ? null : 'Scripted session'
}
