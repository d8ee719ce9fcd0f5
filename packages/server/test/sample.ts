// A value that fits a schema, so that handlers of features that are not under test can answer something valid.
import { z } from 'zod'

const Shape = z.looseObject({
  type: z.union([z.string(), z.array(z.string())]).optional(),
  const: z.unknown().optional(),
  enum: z.array(z.unknown()).optional(),
  anyOf: z.array(z.unknown()).optional(),
  oneOf: z.array(z.unknown()).optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  required: z.array(z.string()).optional(),
  minItems: z.number().optional(),
  items: z.unknown().optional(),
  minimum: z.number().optional(),
  pattern: z.string().optional(),
})

export const sampleOf = (schema: z.ZodType): unknown =>
  sample(z.toJSONSchema(schema, { io: 'output', unrepresentable: 'any' }))

function sample(json: unknown): unknown {
  const shape = Shape.parse(json)
  if (shape.const !== undefined) return shape.const
  if (shape.enum !== undefined) return shape.enum[0]
  const choice = shape.anyOf ?? shape.oneOf
  if (choice !== undefined) return sample(choice.at(-1))
  return ofType(shape)
}

type Shaped = z.infer<typeof Shape>

function ofType(shape: Shaped): unknown {
  if (shape.type === 'object') {
    const entries = (shape.required ?? []).map((name) => [name, sample(shape.properties?.[name])])
    return Object.fromEntries(entries)
  }
  if (shape.type === 'array') return Array.from({ length: shape.minItems ?? 0 }, () => sample(shape.items))
  if (shape.type === 'integer' || shape.type === 'number') return Math.max(shape.minimum ?? 0, -1_000_000)
  if (shape.type === 'boolean') return false
  return shape.type === 'string' ? text(shape.pattern) : null
}

function text(pattern: string | undefined): string {
  // The ids of AMP: msg_<digits>_<letters and digits>.
  const amp = /^\^(msg|att)\[/.exec(pattern ?? '')?.[1]
  if (amp !== undefined) return `${amp}_1_a`
  const prefix = /^\^([a-z]+_)/.exec(pattern ?? '')?.[1]
  if (prefix !== undefined) return prefix + '0'.repeat(22)
  // A word, a domain, a machine, a digest, or a version.
  const known = ['a', 'a.a', `did:key:z6Mk${'a'.repeat(44)}`, 'a'.repeat(64), '1.0.0']
  return known.find((one) => pattern === undefined || new RegExp(pattern).test(one)) ?? 'a'
}

/** An input that fits the operation's schema, optional fields left out. */
export const sampleInput = (row: { input: z.ZodType }): Record<string, unknown> => {
  const json: unknown = z.toJSONSchema(row.input, { io: 'input', unrepresentable: 'any' })
  return sample(json) as Record<string, unknown>
}
