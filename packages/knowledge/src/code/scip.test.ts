// SCIP files: read as written by others, safe against what is no such file, and exact edges in the map.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { openCodeMap } from './code-map.ts'
import { findNodes } from './questions/nodes.ts'
import { references } from './questions/relations.ts'
import { importScip } from './scip-import.ts'
import { readScip } from './scip.ts'
import { typescript } from './typescript/extractor.ts'

// A writer of its own, after the published schema.
const number = (value: number): number[] =>
  value < 128 ? [value] : [(value % 128) | 128, ...number(Math.floor(value / 128))]
const field = (at: number, bytes: readonly number[]) => [
  ...number(at * 8 + 2),
  ...number(bytes.length),
  ...bytes,
]
const text = (at: number, value: string) => field(at, [...new TextEncoder().encode(value)])
const occurrence = (symbol: string, range: number[], isDefinition = false) =>
  field(2, [
    ...field(1, range.flatMap(number)),
    ...text(2, symbol),
    ...(isDefinition ? [...number(24), 1] : []),
  ])
const document = (path: string, ...occurrences: number[][]) =>
  field(2, [...text(1, path), ...occurrences.flat()])
const anIndex = (...documents: number[][]) =>
  Uint8Array.from([...field(1, field(2, text(1, 'scip-test'))), ...documents.flat()])

const MAKE = 'scip-test npm shop 1.0 `a.ts`/make().'

test('documents, symbols, places and roles are read', () => {
  const index = readScip(
    anIndex(document('a.ts', occurrence(MAKE, [0, 16, 20], true), occurrence(MAKE, [300, 2, 6]))),
  )
  expect(index).toEqual({
    tool: 'scip-test',
    documents: [
      {
        path: 'a.ts',
        occurrences: [
          { symbol: MAKE, line: 1, column: 17, isDefinition: true, endLine: 0 },
          { symbol: MAKE, line: 301, column: 3, isDefinition: false, endLine: 0 },
        ],
      },
    ],
  })
})

function outcome(run: () => unknown): string {
  try {
    run()
    return 'read'
  } catch (error) {
    return error instanceof Error ? error.name : 'nothing'
  }
}

test('any bytes are read or refused with a RangeError, never anything else', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      expect(['read', 'RangeError']).toContain(outcome(() => readScip(bytes)))
    }),
  )
})

test('a reference that the map could not resolve is in it after the import, and an unknown document is named', () => {
  const root = mkdtempSync(join(tmpdir(), 'tutti-map-'))
  writeFileSync(join(root, 'a.ts'), 'export function make() { return 1 }\n')
  writeFileSync(
    join(root, 'b.ts'),
    'declare const any: any\nexport function use() {\n  return any.of.make()\n}\n',
  )
  const map = openCodeMap({ root, database: ':memory:', extractors: [typescript] })
  onTestFinished(() => {
    map.close()
    rmSync(root, { recursive: true })
  })
  map.index()
  const of = () =>
    references(map, findNodes(map.store, 'make')[0]?.id ?? 0).map((one) => `${one.node.path} ${one.rule}`)
  expect(of()).toEqual([])

  const bytes = anIndex(
    document('a.ts', occurrence(MAKE, [0, 16, 20], true)),
    document('b.ts', occurrence(MAKE, [2, 16, 20])),
    document('gone.ts', occurrence(MAKE, [1, 1, 2])),
  )
  expect(importScip(map, bytes)).toEqual({
    tool: 'scip-test',
    documents: 2,
    added: 1,
    confirmed: 0,
    unknown: ['gone.ts'],
  })
  importScip(map, bytes)

  expect(of()).toEqual(['use scip'])
})
