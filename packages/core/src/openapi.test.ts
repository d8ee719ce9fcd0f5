// The document of /openapi.json against the table it comes from and the rules of OpenAPI 3.1.
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { faultCodes } from './fault.ts'
import { hasBody, openapi, pathHoles } from './openapi.ts'
import { must } from './must.ts'
import { operation, operationNames, routes } from './operations.ts'

const Schema = z.record(z.string(), z.unknown())
const Content = z.record(z.string(), z.strictObject({ schema: Schema }))
const Entry = z.strictObject({
  operationId: z.string(),
  summary: z.string().min(1),
  security: z.array(z.never()).optional(),
  'x-permission': z.string().optional(),
  parameters: z.array(
    z.strictObject({
      name: z.string(),
      in: z.enum(['path', 'query', 'header']),
      required: z.boolean(),
      schema: Schema,
    }),
  ),
  requestBody: z.strictObject({ required: z.literal(true), content: Content }).optional(),
  responses: z.record(z.string(), z.strictObject({ description: z.string(), content: Content })),
})
const Document = z.strictObject({
  openapi: z.literal('3.1.0'),
  info: z.strictObject({
    title: z.string(),
    version: z.string(),
    description: z.string(),
    license: z.strictObject({ name: z.string() }),
  }),
  servers: z.array(z.strictObject({ url: z.string() })),
  security: z.array(z.record(z.string(), z.array(z.never()))),
  paths: z.record(
    z.string().startsWith('/v1/'),
    z.partialRecord(z.enum(['get', 'post', 'put', 'patch', 'delete']), Entry),
  ),
  components: z.strictObject({ schemas: Schema, securitySchemes: Schema }),
})

/** The row that an entry tells of. */
const rowOf = (entry: z.infer<typeof Entry>) =>
  operation(
    must(
      operationNames().find((name) => name === entry.operationId),
      entry.operationId,
    ),
  )

const document = Document.parse(structuredClone(openapi('1.2.3')))
const entries = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, entry]) => ({ path, method, entry: Entry.parse(entry) })),
)

describe('the document', () => {
  test('has each operation once, at its place and with its permission', () => {
    expect(entries.map(({ entry }) => entry.operationId).sort()).toEqual(operationNames().toSorted())
    for (const { path, method, entry } of entries) {
      const row = rowOf(entry)
      expect([row.path, row.method.toLowerCase()]).toEqual([path, method])
      expect(entry['x-permission'] ?? 'public').toBe(row.may)
      expect(entry.security).toEqual(row.may === 'public' ? [] : undefined)
    }
  })

  test('every hole of a path is a required path parameter, and nothing else is', () => {
    for (const { path, entry } of entries) {
      const inPath = entry.parameters.filter((parameter) => parameter.in === 'path')
      expect(inPath.map(({ name }) => name)).toEqual(pathHoles(path))
      expect(inPath.every(({ required }) => required)).toBe(true)
    }
  })

  test('every input field travels exactly once: in the path, the query or the body', () => {
    for (const { entry } of entries) {
      const row = rowOf(entry)
      const body = z
        .object({ properties: Schema, additionalProperties: z.literal(false) })
        .optional()
        .parse(entry.requestBody?.content['application/json']?.schema)
      const fields = [
        ...entry.parameters.filter(({ in: where }) => where !== 'header').map((parameter) => parameter.name),
        ...Object.keys(body?.properties ?? {}),
      ]
      expect(fields.sort()).toEqual(Object.keys(row.input.shape).sort())
      expect(body !== undefined).toBe(hasBody(row))
    }
  })

  test('a versioned operation demands If-Match, and no other does', () => {
    for (const { entry } of entries) {
      const demands = entry.parameters.some(
        (parameter) => parameter.name === 'If-Match' && parameter.required,
      )
      expect([entry.operationId, demands]).toEqual([entry.operationId, rowOf(entry).versioned === true])
    }
  })

  test('every reference leads somewhere, and every fault code is named', () => {
    const text = JSON.stringify(document)
    const references = [...text.matchAll(/"\$ref":"([^"]+)"/g)].map((match) => match[1])
    expect(references.length).toBeGreaterThan(0)
    for (const reference of new Set(references)) expect(reference).toBe('#/components/schemas/Fault')
    for (const { code } of faultCodes())
      expect(JSON.stringify(document.components.schemas)).toContain(`"${code}"`)
  })

  test('is the same each time, and plain JSON', () => {
    expect(JSON.parse(JSON.stringify(openapi('1.2.3')))).toEqual(document)
  })
})

describe('the light table', () => {
  test('names method, path and media type of every operation and carries no schema', () => {
    for (const name of operationNames()) {
      const { method, path, bytes, raw } = operation(name)
      const more = { ...(bytes ? { bytes } : {}), ...(raw ? { raw: true } : {}) }
      expect(routes()[name]).toEqual({ method, path, ...more })
    }
  })
})
