// What a terminal sends and what it means, wherever the pieces are cut.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createKeyDecoder, type Key } from './keys.ts'

function decode(...inputs: string[]): Key[] {
  const decoder = createKeyDecoder()
  return merged([...inputs.flatMap((input) => decoder.feed(input)), ...decoder.flush()])
}

/** Text typed in two pieces is the same text. */
function merged(keys: Key[]): Key[] {
  const whole: Key[] = []
  for (const key of keys) {
    const last = whole.at(-1)
    if (key.is === 'text' && last?.is === 'text')
      whole[whole.length - 1] = { is: 'text', text: last.text + key.text }
    else whole.push(key)
  }
  return whole
}

const key = (name: string) => ({ is: 'key', name })

test('text, controls and sequences become keys', () => {
  expect(decode('aé東\r\u001B[A\u001BOB\u001B[1;5C\u001B[3~\u0003\u007F')).toEqual([
    { is: 'text', text: 'aé東' },
    ...['enter', 'up', 'down', 'right', 'delete', 'ctrl-c', 'backspace'].map(key),
  ])
})

test('an escape alone is the Escape key, after a silence', () => {
  const decoder = createKeyDecoder()

  expect(decoder.feed('\u001B')).toEqual([])
  expect(decoder.waits()).toBe(true)
  expect(decoder.flush()).toEqual([key('escape')])
  expect(decoder.waits()).toBe(false)
})

test('Alt with Enter is a new line, and answers of the terminal are no keys', () => {
  expect(decode('\u001B\r\u001B[?1;2c\u001B]11;rgb:0/0/0\u0007\u001B[Ix')).toEqual([
    key('newline'),
    { is: 'text', text: 'x' },
  ])
})

test('a paste is one key with its lines, and without controls', () => {
  expect(decode('\u001B[200~a\rb\r\nc\u001B[2J\u0003\u001B[201~d')).toEqual([
    { is: 'paste', text: 'a\nb\nc[2J' },
    { is: 'text', text: 'd' },
  ])
})

test('a paste without an end is delivered in parts, so that memory is bounded', () => {
  const decoder = createKeyDecoder()

  const keys = [
    decoder.feed('\u001B[200~'),
    decoder.feed('x'.repeat(1024 * 1024 + 10)),
    decoder.feed('y'),
  ].flat()

  expect(keys).toHaveLength(1)
})

const pieces = fc.constantFrom(
  '\u001B',
  '[',
  '200~',
  '201~',
  '\u001B[200~',
  '\u001B[201~',
  'a',
  'é🎻',
  '\r',
  ';5A',
  ']',
  '\u0007',
  '\\',
  'O',
  '\u0003',
)

test('property: wherever the input is cut, the keys are the same', () => {
  fc.assert(
    fc.property(
      fc.array(pieces, { maxLength: 30 }),
      fc.array(fc.nat(60), { maxLength: 6 }),
      (input, cuts) => {
        const whole = Array.from(input.join(''))
        const at = [0, ...cuts.filter((cut) => cut < whole.length).sort((a, b) => a - b), whole.length]
        const parts = at.slice(1).map((end, index) => whole.slice(at[index], end).join(''))

        expect(decode(...parts)).toEqual(decode(whole.join('')))
      },
    ),
  )
})

test('property: no key carries a control character but the lines and tabs of a paste', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.oneof(pieces, fc.string({ unit: 'binary', maxLength: 2 })), maxLength: 40 }),
      (input) => {
        const texts = decode(input).flatMap((one) => (one.is === 'key' ? [] : [one.text]))
        expect(texts.join('').replaceAll(/[\n\t]/g, '')).not.toMatch(/\p{Cc}/u)
      },
    ),
  )
})
