// Versions: what counts as proved.
import { expect, test } from 'vitest'
import { isWithin, versionIn } from './version.ts'

const range = { from: '2.1.330', to: '2.2.0' }

test.each([
  ['2.1.330', true],
  ['2.1.999', true],
  ['2.2.0', true],
  ['2.1.329', false],
  ['2.2.1', false],
  ['10.0.0', false],
  ['', false],
  ['latest', false],
])('%s is within the proved range: %s', (version, expected) => {
  expect(isWithin(version, range)).toBe(expected)
})

test('a version that is not known is not within', () => expect(isWithin(null, range)).toBe(false))

test('the version is found in what a program prints', () => {
  expect(versionIn('2.1.330 (Claude Code)\n')).toBe('2.1.330')
  expect(versionIn('command not found')).toBeNull()
})
