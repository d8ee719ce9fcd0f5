// The input line keeps its promises whatever is typed.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { EMPTY_EDITOR, edited, sent, textIn, type Editor } from './editor.ts'
import type { Key, KeyName } from './keys.ts'

const names: KeyName[] = [
  'left',
  'right',
  'home',
  'end',
  'backspace',
  'delete',
  'ctrl-u',
  'ctrl-k',
  'ctrl-w',
  'up',
  'down',
  'newline',
  'tab',
]
const aKey = fc.oneof(
  fc.constantFrom(...names).map((name): Key => ({ is: 'key', name })),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 5 }).map((text): Key => ({ is: 'text', text })),
)
const typed = (keys: Key[], editor: Editor = EMPTY_EDITOR) => keys.reduce(edited, editor)
const key = (name: KeyName): Key => ({ is: 'key', name })
const text = (value: string): Key => ({ is: 'text', text: value })

test('words are typed, corrected and removed where the cursor stands', () => {
  expect(textIn(typed([text('one twö three'), key('ctrl-w'), key('home'), key('delete'), text('O')]))).toBe(
    'One twö ',
  )
  expect(textIn(typed([text('🎻a'), key('left'), key('backspace')]))).toBe('a')
})

test('what was sent is found again with the arrow keys', () => {
  const twice = sent(typed([text('second')], sent(typed([text('first')]))))

  expect(textIn(typed([key('up'), key('up'), key('up')], twice))).toBe('first')
  expect(textIn(typed([key('up'), key('up'), key('down')], twice))).toBe('second')
  expect(textIn(typed([key('up'), key('down')], twice))).toBe('')
})

test('property: the cursor stays inside the text', () => {
  fc.assert(
    fc.property(fc.array(aKey, { maxLength: 40 }), (keys) => {
      const { cursor, chars } = typed(keys)
      expect(cursor).toBeGreaterThanOrEqual(0)
      expect(cursor).toBeLessThanOrEqual(chars.length)
    }),
  )
})
