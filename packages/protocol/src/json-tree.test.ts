// J1-J3: what counts as JSON from outside, and that reading it costs little however hostile it is.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { AmpError } from './amp-error.ts'
import { utf8Bytes } from './bytes.ts'
import { jsonTree, jsonValue, parseJson } from './json-tree.ts'

const wellFormedJson = fc
  .json({ maxDepth: 6 })
  .filter((text) => !text.includes('__proto__') && text.isWellFormed())

test('J1 reads what JSON.parse reads, with the same value', () => {
  fc.assert(
    fc.property(wellFormedJson, (text) => {
      expect(jsonValue(parseJson(text))).toEqual(JSON.parse(text))
    }),
  )
})

test('J1 any text ends in a tree or in AmpError, and a tree only where JSON.parse agrees', () => {
  const nearJson = fc.string({
    unit: fc.constantFrom(...Array.from('{}[]",:\\ue1-+.0tn \n\u0000é')),
    maxLength: 20,
  })
  fc.assert(
    fc.property(fc.oneof(nearJson, fc.string()), (text) => {
      expect([outcome(() => JSON.parse(text)), 'refused']).toContainEqual(
        outcome(() => jsonValue(parseJson(text))),
      )
    }),
    { numRuns: 2000 },
  )
})

test('J1 keeps number tokens and the order of members', () => {
  const node = parseJson('{"b":1.50,"a":1E+2,"10":-0}')

  if (node.kind !== 'object') throw new Error('not an object')
  expect([...node.members].map(([key, n]) => [key, n.kind === 'number' && n.token])).toEqual([
    ['b', '1.50'],
    ['a', '1E+2'],
    ['10', '-0'],
  ])
})

describe('J3 C19 refuses', () => {
  test.each([
    ['a doubled key', '{"a":1,"a":2}'],
    ['a key doubled by an escape', String.raw`{"a":1,"\u0061":2}`],
    ['__proto__', '{"__proto__":{"x":1}}'],
    ['__proto__ by an escape', String.raw`{"\u005f_proto__":{"x":1}}`],
    ['half a surrogate pair', String.raw`"\ud800"`],
    ['a number beyond a double', '1e999'],
    ['a comma too many', '[1,]'],
    ['a bare word', 'undefined'],
    ['a byte order mark', '\ufeff1'],
    ['a raw line feed in a string', '"\n"'],
    ['more text behind', '1 1'],
    ['nothing', ''],
  ])('%s', (_, text) => {
    expect(() => parseJson(text)).toThrow(AmpError)
  })

  test('bytes that are not UTF-8', () => {
    expect(() => parseJson(Uint8Array.of(0x22, 0xff, 0x22))).toThrow(AmpError)
  })

  test('J2 10,000 levels, 100,000 keys and a megabyte of brackets, each in little time', () => {
    const hostile = [
      '['.repeat(10_000) + ']'.repeat(10_000),
      '['.repeat(1_000_000),
      `{${Array.from({ length: 100_000 }, (_, i) => `"k${i}":0`).join(',')}}`,
      `[${'0,'.repeat(100_000)}0]`,
    ]
    const started = performance.now()

    for (const text of hostile) expect(() => parseJson(text)).toThrow(AmpError)

    // What is not linear in it takes minutes.
    expect(performance.now() - started).toBeLessThan(10_000)
  })
})

test('J3 a string of a megabyte of escapes is read', () => {
  const node = parseJson(utf8Bytes(`"${String.raw`\u0041`.repeat(150_000)}"`))

  expect(jsonValue(node)).toBe('A'.repeat(150_000))
})

test.each([
  ['undefined', { a: undefined }],
  ['NaN', [Number.NaN]],
  ['a bigint', 1n],
  ['a Date', new Date(0)],
  ['half a surrogate pair', '\ud800'],
])('J4 a value that JSON has no word for is a bug of the caller: %s', (_, value) => {
  expect(() => jsonTree(value)).toThrow(TypeError)
})

test('J4 a cycle ends in an error', () => {
  const loop: unknown[] = []
  loop.push(loop)

  expect(() => jsonTree(loop)).toThrow(TypeError)
})

function outcome(read: () => unknown): unknown {
  try {
    return { value: read() }
  } catch (error) {
    return error instanceof AmpError ? 'refused' : String(error)
  }
}
