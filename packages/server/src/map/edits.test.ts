// What entries of conversations say of files, in the words of different programs.
import type { Entry, Part } from '@tutti/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { handledIn } from './edits.ts'

const anEntry = (...parts: Part[]): Entry => ({
  id: 'e',
  role: 'agent',
  at: 1,
  parts,
  thread: null,
  model: null,
})

const aTool = (name: string, input: unknown): Part => ({
  type: 'tool',
  id: 't',
  name,
  input,
  output: '',
  failed: false,
  durationMs: 1,
})

const aDiff = (path: string, ...lines: string[]): Part => ({ type: 'diff', path, diff: lines.join('\n') })

test('the lines of a change are those that it changed, not those that a hunk shows around them', () => {
  const diff = aDiff(
    'a.ts',
    '--- a',
    '+++ b',
    '@@ -3,5 +3,6 @@ run()',
    ' one',
    '-two',
    '+2',
    '+3',
    ' four',
    ' five',
    '-six',
    '\\ No newline',
  )

  expect(handledIn(anEntry(diff))).toEqual([
    {
      path: 'a.ts',
      did: 'changed',
      lines: [
        [4, 5],
        [8, 8],
      ],
    },
  ])
})

test('a difference that names the file alone is of the file that the tool before it has named', () => {
  const parts = [aTool('replace', { file_path: '/shop/till/a.ts' }), aDiff('a.ts', '@@ -1 +1 @@', '-a', '+b')]

  expect(handledIn(anEntry(...parts)).map((one) => `${one.did} ${one.path}`)).toEqual([
    'changed /shop/till/a.ts',
    'changed /shop/till/a.ts',
  ])
})

test('looking is no change, and a tool that failed did nothing', () => {
  const failed = { ...aTool('Edit', { file_path: 'b.ts' }), failed: true }
  const parts = [aTool('Read', { path: 'a.ts' }), failed, aTool('Bash', { command: 'ls' })]

  expect(handledIn(anEntry(...parts))).toEqual([{ path: 'a.ts', did: 'read', lines: [] }])
})

test('any text for a difference gives lines in order, each from 1', () => {
  const line = fc.oneof(fc.string(), fc.constantFrom('@@ -1,2 +3,4 @@', '+x', '-x', ' x', '@@ -0,0 +0,0 @@'))
  fc.assert(
    fc.property(fc.array(line), (lines) => {
      const [found] = handledIn(anEntry(aDiff('a.ts', ...lines)))
      for (const [from, to] of found?.lines ?? []) expect(from >= 1 && to >= from).toBe(true)
    }),
  )
})
