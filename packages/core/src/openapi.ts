// The OpenAPI 3.1 document, derived from the operations table.
import { z } from 'zod'
import { faultCodes } from './fault.ts'
import { operation, operationNames, type OperationName } from './operations.ts'
import type { Operation } from './operation.ts'

type Json = Record<string, unknown>

/** The document of `/openapi.json`. */
export function openapi(version: string): Json {
  const paths: Record<string, Json> = {}
  for (const name of operationNames()) {
    const row = operation(name)
    paths[row.path] = { ...paths[row.path], [row.method.toLowerCase()]: entry(name, row) }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Tutti',
      version,
      description: 'The control room for a team of AI agents.',
      license: { name: 'MIT' },
    },
    servers: [{ url: '/' }],
    security: [{ token: [] }, { login: [] }],
    paths,
    components: {
      schemas: { Fault: FAULT_SCHEMA },
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer' },
        login: {
          type: 'apiKey',
          in: 'cookie',
          name: 'tutti_login',
          description: 'With the header X-Tutti: 1.',
        },
      },
    },
  }
}

const FAULT_SCHEMA = {
  type: 'object',
  required: ['error'],
  properties: {
    error: {
      type: 'object',
      required: ['code', 'message'],
      properties: {
        code: { type: 'string', enum: faultCodes().map((row) => row.code) },
        message: { type: 'string' },
        details: { type: 'object' },
      },
    },
  },
}

function entry(name: OperationName, row: Operation): Json {
  const properties = inputProperties(row)
  const inPath = pathHoles(row.path)
  const rest = Object.keys(properties.fields).filter((field) => !inPath.includes(field))
  const inQuery = hasBody(row) ? [] : rest
  return {
    operationId: name,
    summary: row.says,
    ...(row.may === 'public' ? { security: [] } : { 'x-permission': row.may }),
    parameters: [
      ...inPath.map((field) =>
        parameter(field, 'path', { schema: properties.fields[field], required: true }),
      ),
      ...inQuery.map((field) =>
        parameter(field, 'query', {
          schema: properties.fields[field],
          required: properties.required.includes(field),
        }),
      ),
      ...(row.versioned
        ? [parameter('If-Match', 'header', { schema: { type: 'string' }, required: true })]
        : []),
    ],
    ...(hasBody(row) ? { requestBody: body(properties, rest) } : {}),
    ...(row.raw ? { requestBody: RAW_BODY } : {}),
    responses: responses(row),
  }
}

/** Whether the fields outside the path travel as a JSON body. */
export const hasBody = (row: Pick<Operation, 'method' | 'raw'>): boolean =>
  row.method !== 'GET' && row.method !== 'DELETE' && row.raw === undefined

const RAW_BODY = {
  required: true,
  content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } },
}

/** The `{holes}` of a path, in order. */
export const pathHoles = (path: string): string[] =>
  [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '')

interface InputFields {
  fields: Record<string, Json>
  required: string[]
}

function inputProperties(row: Operation): InputFields {
  const schema: unknown = z.toJSONSchema(row.input, { io: 'input', unrepresentable: 'any' })
  const shape = z.object({
    properties: z.record(z.string(), z.record(z.string(), z.unknown())).default({}),
    required: z.array(z.string()).default([]),
  })
  const { properties, required } = shape.parse(schema)
  return { fields: properties, required }
}

const parameter = (
  name: string,
  where: string,
  rest: { schema: Json | undefined; required: boolean },
): Json => ({
  name,
  in: where,
  ...rest,
})

const body = (all: InputFields, names: string[]): Json => ({
  required: true,
  content: {
    'application/json': {
      schema: {
        type: 'object',
        properties: Object.fromEntries(names.map((name) => [name, all.fields[name]])),
        required: names.filter((name) => all.required.includes(name)),
        additionalProperties: false,
      },
    },
  },
})

function responses(row: Operation): Json {
  const content = row.bytes
    ? { [row.bytes]: { schema: { type: 'string', format: 'binary' } } }
    : { 'application/json': { schema: z.toJSONSchema(row.output, { io: 'output', unrepresentable: 'any' }) } }
  return {
    200: { description: row.says, content },
    default: {
      description: 'A fault of the catalogue',
      content: { 'application/json': { schema: { $ref: '#/components/schemas/Fault' } } },
    },
  }
}
