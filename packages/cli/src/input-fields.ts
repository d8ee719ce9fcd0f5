// From an operation's input schema to the arguments and flags of its command, and back from what was typed to the input.
import type { Operation } from '@tutti/core'
import { z } from 'zod'
import type { Argument, Call, Flag } from './command.ts'
import { UsageError } from './exit-code.ts'
import { fieldWords } from './field-words.ts'

type Kind = 'text' | 'number' | 'switch' | 'list' | 'record' | 'json'

export interface Field {
  /** Where it lies in the input: ['persona', 'role']. */
  path: readonly string[]
  /** Its flag without dashes: persona-role. */
  name: string
  kind: Kind
  required: boolean
  choices?: readonly string[]
  /** The kind of thing whose id it is, which people call by name. */
  names?: 'agent' | 'user' | 'node'
  /** One text may hold several, separated by commas. */
  commas?: boolean
  /** `none` takes away what is there. */
  canBeNothing?: boolean
}

const Json = z.looseObject({
  type: z.string().optional(),
  pattern: z.string().optional(),
  enum: z.array(z.unknown()).optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  required: z.array(z.string()).optional(),
  items: z.unknown().optional(),
  propertyNames: z.unknown().optional(),
  anyOf: z.array(z.unknown()).optional(),
})
type Json = z.infer<typeof Json>

/** The fields of the operation's input; an object of named fields is spread into one flag for each. */
export function fieldsOf(row: Operation): Field[] {
  const schema = Json.parse(z.toJSONSchema(row.input, { io: 'input', unrepresentable: 'any' }))
  return inObject(schema, [])
}

function inObject(schema: Json, path: readonly string[]): Field[] {
  const required = new Set(path.length === 0 ? schema.required : [])
  return Object.entries(schema.properties ?? {}).flatMap(([name, value]) => {
    const inner = Json.parse(value)
    const here = [...path, name]
    if (inner.properties) return inObject(inner, here)
    return [{ ...kindOf(inner), path: here, name: here.map(kebab).join('-'), required: required.has(name) }]
  })
}

type Known = Pick<Field, 'kind' | 'choices' | 'names' | 'commas' | 'canBeNothing'>

/** How nothing is written where it is an answer. */
const NOTHING = 'none'

function kindOf(schema: Json): Known {
  if (schema.type === 'array') return listKind(Json.parse(schema.items ?? {}))
  if (schema.type === 'boolean') return { kind: 'switch' }
  if (schema.type === 'integer' || schema.type === 'number') return { kind: 'number' }
  if (schema.propertyNames) return { kind: 'record' }
  if (schema.type === 'string') return { kind: 'text', ...textKind(schema) }
  return oneOfSeveral((schema.anyOf ?? []).map((one) => Json.parse(one)))
}

/** What may be one of several things, such as a word or nothing. */
function oneOfSeveral(kinds: readonly Json[]): Known {
  const things = kinds.filter(({ type }) => type !== 'null')
  const [only, ...others] = things
  if (!only || !things.every(({ type }) => type === only.type) || only.properties) return { kind: 'json' }
  const known: Known = others.length === 0 ? kindOf(only) : { kind: only.type === 'string' ? 'text' : 'json' }
  if (things.length === kinds.length) return known
  return { ...known, ...(known.choices ? { choices: [...known.choices, NOTHING] } : {}), canBeNothing: true }
}

function listKind(items: Json): Known {
  // Words such as tags hold no comma; free text such as a program's arguments may.
  return { kind: 'list', commas: items.pattern !== undefined || items.enum !== undefined, ...textKind(items) }
}

function textKind(schema: Json): Pick<Field, 'choices' | 'names'> {
  if (schema.enum) return { choices: schema.enum.map(String) }
  if (schema.pattern?.startsWith('^agt_')) return { names: 'agent' }
  if (schema.pattern?.startsWith('^usr_')) return { names: 'user' }
  if (schema.pattern?.startsWith('^did:key:')) return { names: 'node' }
  return {}
}

/** The positional arguments of the operation's command. */
export const argumentsOf = (row: Operation, fields: readonly Field[]): Argument[] =>
  (row.cli?.args ?? []).flatMap((name) => {
    const field = fields.find((one) => one.path.join('.') === name)
    if (!field) return []
    return [
      {
        name: field.name,
        optional: !field.required,
        many: field.kind === 'list',
        ...(field.names ? { completes: field.names } : {}),
        ...(field.choices ? { says: field.choices.join(' | ') } : {}),
      },
    ]
  })

/** The flags for the fields that are not arguments. */
export function flagsOf(row: Operation, fields: readonly Field[]): Flag[] {
  const positional = new Set(row.cli?.args)
  return flagsFor(fields.filter((field) => !positional.has(field.path.join('.'))))
}

/** One flag for each field. */
export const flagsFor = (fields: readonly Field[]): Flag[] =>
  fields.map((field) => ({
    name: field.name,
    says: sayOf(field),
    value: VALUES[field.kind],
    kind: flagKind(field),
    choices: field.choices,
  }))

function flagKind({ kind }: Field): Flag['kind'] {
  if (kind === 'switch') return 'switch'
  return kind === 'list' || kind === 'record' ? 'list' : 'text'
}

const VALUES: Readonly<Record<Kind, string>> = {
  text: 'TEXT',
  number: 'NUMBER',
  switch: '',
  list: 'TEXT',
  record: 'NAME=VALUE',
  json: 'JSON',
}

/** What it is, what it may be, and whether it is needed. */
function sayOf(field: Field): string {
  const parts = [
    fieldWords(field.name),
    ...(field.choices ? [field.choices.join(', ')] : []),
    ...(field.canBeNothing && !field.choices ? ['none takes it away'] : []),
    ...(field.kind === 'list' || field.kind === 'record' ? ['may be given more than once'] : []),
    ...(field.kind === 'switch' ? [`--no-${field.name} for no`] : []),
    ...(field.required ? ['needed'] : []),
  ]
  return parts.filter((part) => part !== '').join('; ')
}

/** The input as typed. Throws UsageError for a number that is none and for a needed flag that is missing. */
export function inputFrom(
  call: Pick<Call, 'text' | 'list' | 'on'>,
  fields: readonly Field[],
): Record<string, unknown> {
  const input: Record<string, unknown> = {}
  for (const field of fields) {
    const value = valueOf(call, field)
    if (value === undefined) {
      if (field.required) throw new UsageError(`--${field.name} is needed.`)
      continue
    }
    place(input, field.path, value)
  }
  return input
}

function place(into: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [first = '', ...rest] = path
  if (rest.length === 0) {
    into[first] = value
    return
  }
  const inner: Record<string, unknown> = { ...Object(into[first]) }
  place(inner, rest, value)
  into[first] = inner
}

function valueOf(call: Pick<Call, 'text' | 'list' | 'on'>, field: Field): unknown {
  if (field.kind === 'switch') return call.on(field.name)
  if (field.kind === 'list' || field.kind === 'record') {
    const given = call.list(field.name)
    if (given.length === 0) return undefined
    if (field.kind === 'record') return recordFrom(field, given)
    return field.commas ? given.flatMap((one) => one.split(',')).filter((one) => one !== '') : [...given]
  }
  const typed = call.text(field.name)
  if (typed === undefined) return undefined
  if (field.canBeNothing && typed === NOTHING) return null
  if (field.kind === 'number') return numberFrom(field, typed)
  return field.kind === 'json' ? jsonFrom(field, typed) : typed
}

function numberFrom(field: Field, typed: string): number {
  if (/^-?\d+(?:\.\d+)?$/.test(typed)) return Number(typed)
  throw new UsageError(`--${field.name} expects a number, got ${JSON.stringify(typed)}.`)
}

function jsonFrom(field: Field, typed: string): unknown {
  try {
    return JSON.parse(typed)
  } catch {
    throw new UsageError(`--${field.name} expects JSON, got ${JSON.stringify(typed)}.`)
  }
}

function recordFrom(field: Field, given: readonly string[]): Record<string, string> {
  const pairs = given.map((one): [string, string] => {
    const at = one.indexOf('=')
    if (at < 1) throw new UsageError(`--${field.name} expects NAME=VALUE, got ${JSON.stringify(one)}.`)
    return [one.slice(0, at), one.slice(at + 1)]
  })
  return Object.fromEntries(pairs)
}

const kebab = (name: string) => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
