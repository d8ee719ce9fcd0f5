// Times and sizes in words.
import { expect, test } from 'vitest'
import { byteSize, clockTime, relative } from './relative-time.ts'

test('times are relative in their largest whole unit', () => {
  const now = 1_000_000_000_000
  expect(relative(now - 30_000, now, 'en')).toBe('now')
  expect(relative(now - 5 * 60_000, now, 'en')).toBe('5m ago')
  expect(relative(now - 26 * 3_600_000, now, 'en')).toBe('yesterday')
})

test('sizes are in decimal units and the locale of the reader', () => {
  expect(byteSize(0, 'en')).toBe('0 bytes')
  expect(byteSize(1_234_567, 'en')).toBe('1.2 MB')
  expect(byteSize(1_234_567, 'de')).toBe('1,2 MB')
})

test('lengths read as a clock', () => {
  expect(clockTime(62.9)).toBe('1:02')
  expect(clockTime(3723)).toBe('1:02:03')
})
