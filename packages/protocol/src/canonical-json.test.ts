// J4-J6: RFC 8785 out, and the forms of deployed senders as their own programs printed them.
import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import forms from '../vectors/json-forms.json' with { type: 'json' }
import rfc from '../vectors/rfc8785.json' with { type: 'json' }
import { JSON_FORMS, canonicalJson, jqPretty, pythonJson, writeJson } from './canonical-json.ts'
import { jqNumber, pythonNumber, scriptNumber } from './json-number.ts'
import { jsonValue, parseJson } from './json-tree.ts'

const wellFormedJson = fc
  .json({ maxDepth: 5 })
  .filter((text) => !text.includes('__proto__') && text.isWellFormed())
const double = (hex: string): number =>
  new DataView(
    Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16)).buffer,
  ).getFloat64(0)

describe('J4 RFC 8785', () => {
  test('prints the sample of section 3.2.2', () => {
    expect(writeJson(parseJson(rfc.sample.text), 'jcs')).toBe(rfc.sample.canonical)
  })

  test('sorts as section 3.2.3 does', () => {
    const canonical = writeJson(parseJson(rfc.sorting.text), 'jcs')

    expect([...canonical.matchAll(/:"([^"]*)"/g)].map(([, value]) => value)).toEqual(rfc.sorting.values)
  })

  test.each(rfc.numbers)('prints the double %s of appendix B as %s', (hex, text) => {
    expect(canonicalJson(double(hex))).toBe(text)
  })

  test('is the same for every order of members, reads back as the same value, and is stable', () => {
    fc.assert(
      fc.property(wellFormedJson, (text) => {
        const canonical = writeJson(parseJson(text), 'jcs')
        const value: unknown = JSON.parse(text)
        expect(JSON.parse(canonical)).toEqual(JSON.parse(JSON.stringify(value)))
        expect(canonicalJson(reversed(value))).toBe(canonical)
        expect(writeJson(parseJson(canonical), 'jcs')).toBe(canonical)
      }),
    )
  })

  test('gives different texts to different values', () => {
    fc.assert(
      fc.property(wellFormedJson, wellFormedJson, (a, b) => {
        const sameText = writeJson(parseJson(a), 'jcs') === writeJson(parseJson(b), 'jcs')
        expect(sameText).toBe(isDeepStrictEqual(plain(parseJson(a)), plain(parseJson(b))))
      }),
    )
  })
})

describe('J5 the forms in the field', () => {
  const node = parseJson(forms.text)

  test.each(['jq-1.6', 'python-sorted', 'js-sorted'] as const)(
    '%s prints what its program printed',
    (form) => {
      expect(writeJson(node, form)).toBe(forms.forms[form])
    },
  )

  test('J6 json.dumps with its defaults and jq with its indent print what the programs printed, DEL escaped', () => {
    expect([pythonJson(node), jqPretty(node)].every((text) => text.includes(String.raw`\u007f`))).toBe(true)
    expect(pythonJson(node)).toBe(forms.python_default)
    expect(jqPretty(node)).toBe(forms.jq_pretty)
  })

  test('insertion forms keep order and tokens, and escape only where they say so', () => {
    const text = '{"b":1.50,"a":"é\u007f"}'

    expect(writeJson(parseJson(text), 'insertion')).toBe(text)
    expect(writeJson(parseJson(text), 'insertion-ascii')).toBe(String.raw`{"b":1.50,"a":"\u00e9\u007f"}`)
    expect(writeJson(parseJson('{"z":1E+2,"～":1,"😀":2}'), 'jq-1.7')).toBe('{"z":1E+2,"～":1,"😀":2}')
  })

  test.each(forms.numbers)('prints $token as $script, $jq and $python', ({ token, script, jq, python }) => {
    expect([scriptNumber(token), jqNumber(token), pythonNumber(token)]).toEqual([script, jq, python])
  })

  test('every form of every value reads back as the value', () => {
    fc.assert(
      fc.property(wellFormedJson, fc.constantFrom(...JSON_FORMS), (text, form) => {
        const node = parseJson(text)
        expect(plain(parseJson(writeJson(node, form)))).toEqual(plain(node))
      }),
    )
  })

  test('every layout of a double reads back as the double', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const token = Object.is(value, -0) ? '-0' : String(value)
        expect(Number(scriptNumber(token))).toBe(value + 0)
        expect(Number(jqNumber(token))).toBe(value)
        expect(Number(pythonNumber(token))).toBe(token === '-0' ? 0 : value)
      }),
    )
  })
})

// -0 and 0 are one value in JSON, and two in JavaScript.
const plain = (node: ReturnType<typeof parseJson>): unknown => JSON.parse(JSON.stringify(jsonValue(node)))

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, inner]) => [key, reversed(inner)]),
  )
}
