// Chords, sequences and what belongs to a terminal.
import { expect, test } from 'vitest'
import { chordOf, keyLabel, pressedInTerminal, terminalChord, type KeyPress } from './chord.ts'
import { commands, keysOf, mayShareKeys } from './commands.ts'
import { createMatcher } from './matcher.ts'

const press = (key: string, more: Partial<KeyPress> = {}): KeyPress => ({
  key,
  code: /^[a-z]$/i.test(key) ? `Key${key.toUpperCase()}` : '',
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...more,
})

test('mod is ⌘ on a Mac and Ctrl elsewhere', () => {
  expect(chordOf(press('k', { metaKey: true }), true)).toBe('mod+k')
  expect(chordOf(press('k', { ctrlKey: true }), false)).toBe('mod+k')
  expect(chordOf(press('k', { ctrlKey: true }), true)).toBe('ctrl+k')
})

test('a sign that needs Shift is the sign alone, a letter with a modifier keeps Shift', () => {
  expect(chordOf(press('?', { shiftKey: true, code: 'Slash' }), false)).toBe('?')
  expect(chordOf(press('F', { ctrlKey: true, shiftKey: true }), false)).toBe('mod+shift+f')
  expect(chordOf(press('>', { ctrlKey: true, shiftKey: true, code: 'Period' }), false)).toBe('mod+shift+.')
})

test('a modifier alone is no chord', () => {
  expect(chordOf(press('Shift', { shiftKey: true }), false)).toBeNull()
})

test('in a terminal only ⌘ chords, elsewhere than on a Mac Ctrl-Shift chords, belong to Tutti', () => {
  expect(terminalChord('mod+k', true)).toBe('mod+k')
  expect(terminalChord('mod+k', false)).toBeNull()
  expect(terminalChord('mod+shift+k', false)).toBe('mod+k')
  expect(terminalChord('j', false)).toBeNull()
})

test('what the sheet of keys says for a terminal is what a terminal hears', () => {
  for (const { keys } of commands.filter((one) => one.inTerminal))
    for (const onApple of [true, false])
      expect(terminalChord(pressedInTerminal(keys, onApple), onApple)).toBe(keys)
  expect(keyLabel(pressedInTerminal('mod+.', false), false)).toBe('Ctrl+Shift+.')
  expect(keyLabel(pressedInTerminal('mod+.', true), true)).toBe('⌘.')
})

test('"g a" is found over two presses, and forgotten when they are far apart', () => {
  let now = 0
  const match = createMatcher(
    () => [
      { id: 'agents', chord: 'g a' },
      { id: 'all', chord: 'a' },
    ],
    () => now,
  )
  expect(match('g')).toBe('more')
  expect(match('a')).toEqual({ id: 'agents' })
  expect(match('g')).toBe('more')
  now = 5000
  expect(match('a')).toEqual({ id: 'all' })
})

test('no two commands that could run at once share their keys, and none is shadowed by the beginning of another', () => {
  const chords = commands.map(({ keys }) => keys)
  const pairs = commands.flatMap((one) => commands.map((other) => [one, other] as const))
  const shared = pairs.filter(([one, other]) => one.id < other.id && one.keys === other.keys)
  expect(shared.filter(([one, other]) => !mayShareKeys(one, other))).toEqual([])
  for (const chord of chords) expect(chords.some((other) => other.startsWith(`${chord} `))).toBe(false)
})

test('a rebound command answers to its new keys', () => {
  expect(keysOf('new', { new: 'c' })).toBe('c')
})

test('chords read as they are printed on keyboards', () => {
  expect(keyLabel('mod+shift+f', true)).toBe('⌘⇧F')
  expect(keyLabel('mod+shift+f', false)).toBe('Ctrl+Shift+F')
  expect(keyLabel('g a', false)).toBe('g a')
})
