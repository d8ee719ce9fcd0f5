// The fields of a foreign JSON object, each asked for by name and rule, so that a refusal names the field that is wrong.
import { AmpError, wrongField } from './amp-error.ts'
import type { JsonNode, JsonObject } from './json-tree.ts'

/** What a text must be: a test, and the words that complete "Expected `field` to be ...". */
export interface TextRule {
  readonly wanted: string
  readonly is: (text: string) => boolean
}

/** Reads one object; `path` is put before each name in errors. A missing field is `missing_field`, a wrong one `invalid_field`. */
export interface Fields {
  text(name: string, rule: TextRule): string
  /** Null where the field is absent, null or empty: senders write all three for "none". */
  optionalText(name: string, rule: TextRule): string | null
  count(name: string, max: number): number
  flag(name: string): boolean
  object(name: string): JsonObject
  optionalObject(name: string): JsonObject | null
  optionalList(name: string, maxItems: number): readonly JsonNode[]
  node(name: string): JsonNode | undefined
}

export function fieldsOf(object: JsonObject, path = ''): Fields {
  const named = (name: string): string => (path === '' ? name : `${path}.${name}`)
  const node = (name: string): JsonNode | undefined => object.members.get(name)
  const present = (name: string): JsonNode => {
    const found = node(name)
    if (found !== undefined) return found
    throw new AmpError('missing_field', `Expected a field \`${named(name)}\``, named(name))
  }
  const checkedText = (name: string, value: JsonNode, rule: TextRule): string => {
    if (value.kind === 'string' && rule.is(value.value)) return value.value
    throw wrongField(named(name), rule.wanted)
  }
  const isNone = (value: JsonNode | undefined): boolean => value === undefined || value.kind === 'null'
  return {
    text: (name, rule) => checkedText(name, present(name), rule),
    optionalText: (name, rule) => {
      const value = node(name)
      if (value === undefined || isNone(value)) return null
      return value.kind === 'string' && value.value === '' ? null : checkedText(name, value, rule)
    },
    count: (name, max) => {
      const value = present(name)
      const count = value.kind === 'number' ? Number(value.token) : Number.NaN
      if (Number.isSafeInteger(count) && count >= 0 && count <= max) return count
      throw wrongField(named(name), `a whole number from 0 to ${max}`)
    },
    flag: (name) => {
      const value = node(name)
      if (value === undefined || isNone(value)) return false
      if (value.kind === 'boolean') return value.value
      throw wrongField(named(name), 'true or false')
    },
    object: (name) => {
      const value = present(name)
      if (value.kind === 'object') return value
      throw wrongField(named(name), 'an object')
    },
    optionalObject: (name) => {
      const value = node(name)
      if (value?.kind === 'object') return value
      if (isNone(value)) return null
      throw wrongField(named(name), 'an object')
    },
    optionalList: (name, maxItems) => {
      const value = node(name)
      if (isNone(value)) return []
      if (value?.kind === 'array' && value.items.length <= maxItems) return value.items
      throw wrongField(named(name), `a list of at most ${maxItems}`)
    },
    node,
  }
}

/** A text of at most so many code points. */
export const atMost = (max: number): TextRule => ({
  wanted: `a text of at most ${max} characters`,
  is: (text) => text.length <= max || (text.length <= max * 2 && Array.from(text).length <= max),
})

/** A text that fits a pattern and is at most `max` UTF-16 units long. */
export const matching = (wanted: string, pattern: RegExp, max = 255): TextRule => ({
  wanted,
  is: (text) => text.length <= max && pattern.test(text),
})
