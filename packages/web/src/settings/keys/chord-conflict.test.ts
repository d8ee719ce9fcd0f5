// Rebinding: no two commands may share keys, and no binding may silence another.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { commands, keysOf } from '../../keys/commands.ts'
import { createMatcher } from '../../keys/matcher.ts'
import { chordConflict, rebind } from './chord-conflict.ts'

test('the table that Tutti comes with has no conflict', () => {
  for (const { id, keys } of commands.filter(({ id }) => id !== 'recent'))
    expect([id, chordConflict(keys, id, {})]).toEqual([id, null])
})

test('keys of another command are refused and named', () => {
  expect(chordConflict('z', 'new', {})).toEqual({ kind: 'taken', by: 'undo' })
})

test('the first key of two is refused, for it would hide them', () => {
  expect(chordConflict('g', 'new', {})?.kind).toBe('hides')
})

test('two keys whose first means something are refused', () => {
  expect(chordConflict('z n', 'new', {})).toEqual({ kind: 'hidden', by: 'undo' })
})

test('keys that somebody gave away are free', () => {
  expect(chordConflict('z', 'new', { undo: 'u' })).toBeNull()
})

test('the chords of recent agents stay theirs', () => {
  expect(chordConflict('mod+7', 'new', {})).toEqual({ kind: 'taken', by: 'recent' })
})

test('going back to the usual keys leaves nothing behind', () => {
  expect(rebind({ new: 'q', undo: 'u' }, 'new', 'n')).toEqual({ undo: 'u' })
})

test('every binding that is accepted is found by the matcher', () => {
  const key = fc.constantFrom('q', 'v', 'g', 'z', 'mod+b')
  const chord = fc.oneof(
    key,
    fc.tuple(key, key).map((pair) => pair.join(' ')),
  )
  fc.assert(
    fc.property(chord, (keys) => {
      fc.pre(chordConflict(keys, 'new', {}) === null)
      const rebound = rebind({}, 'new', keys)
      const match = createMatcher(
        () => commands.map(({ id }) => ({ id, chord: keysOf(id, rebound) })),
        () => 0,
      )

      const found = keys.split(' ').map((one) => match(one))

      expect(found.at(-1)).toEqual({ id: 'new' })
    }),
  )
})
