// Pictures are told by their bytes: real headers of each kind, and everything that is none.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readPicture } from './picture.ts'

const bytes = (...parts: (string | number[])[]) =>
  new Uint8Array(
    parts.flatMap((part) => (typeof part === 'string' ? Array.from(Buffer.from(part, 'latin1')) : part)),
  )

const PNG = bytes(
  [0x89],
  'PNG\r\n',
  [0x1a, 0x0a, 0, 0, 0, 13],
  'IHDR',
  [0, 0, 1, 0, 0, 0, 0, 128, 8, 6, 0, 0, 0],
)
const JPEG = bytes(
  [0xff, 0xd8, 0xff, 0xe0, 0, 16],
  'JFIF',
  [0, 1, 1, 0, 0, 1, 0, 1, 0, 0, 0xff, 0xc4, 0, 3, 0],
  [0xff, 0xc2, 0, 17, 8, 0, 100, 1, 44, 3],
)
const LOSSY = bytes(
  'RIFF',
  [0, 0, 0, 0],
  'WEBPVP8 ',
  [0, 0, 0, 0, 0, 0, 0, 0x9d, 0x01, 0x2a, 64, 0, 32, 0x40],
)
const LOSSLESS = bytes('RIFF', [0, 0, 0, 0], 'WEBPVP8L', [0, 0, 0, 0, 0x2f, 63, 0xc0, 7, 0])
const EXTENDED = bytes('RIFF', [0, 0, 0, 0], 'WEBPVP8X', [10, 0, 0, 0, 0, 0, 0, 0, 255, 0, 0, 127, 0, 0])

test.each([
  ['PNG', PNG, { type: 'image/png', width: 256, height: 128 }],
  ['progressive JPEG', JPEG, { type: 'image/jpeg', width: 300, height: 100 }],
  ['lossy WebP', LOSSY, { type: 'image/webp', width: 64, height: 32 }],
  ['lossless WebP', LOSSLESS, { type: 'image/webp', width: 64, height: 32 }],
  ['extended WebP', EXTENDED, { type: 'image/webp', width: 256, height: 128 }],
])('a %s is known by its first bytes, with its size', (_, picture, expected) => {
  expect(readPicture(picture)).toEqual(expected)
})

test('one that is cut short before its size is none', () => {
  for (const picture of [PNG, JPEG, LOSSY, LOSSLESS, EXTENDED]) {
    for (const length of [0, 1, 8, 12, 15]) expect(readPicture(picture.subarray(0, length))).toBeNull()
  }
})

test.each([
  '<svg xmlns="http://www.w3.org/2000/svg">',
  '<html>',
  'GIF89a\x01\0\x01\0',
  'BM',
  '%PDF-1.7',
  'RIFF....WAVE',
])('%j is none', (text) => {
  expect(readPicture(bytes(text.padEnd(64)))).toBeNull()
})

test('no bytes make it throw or run on', () => {
  const start = fc.constantFrom(PNG, JPEG, LOSSY, LOSSLESS, EXTENDED, new Uint8Array())
  fc.assert(
    fc.property(start, fc.nat(30), fc.uint8Array({ maxLength: 100 }), (picture, length, rest) => {
      const result = readPicture(new Uint8Array([...picture.subarray(0, length), ...rest]))
      expect(result === null || result.type.startsWith('image/')).toBe(true)
    }),
  )
})
