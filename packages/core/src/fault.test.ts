// The fault catalogue: complete sentences, sensible statuses, nothing that breaks a line.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Fault, fail, fault, faultCodes, isFaultCode } from './fault.ts'

describe('the catalogue', () => {
  test.each(faultCodes())(
    '$code has a status that fits and a sentence that ends',
    ({ code, status, sentence }) => {
      expect(code).toMatch(/^[a-z]+\.[a-z-]+$/)
      expect(status).toBeGreaterThanOrEqual(400)
      expect(status).toBeLessThan(600)
      expect(sentence).toMatch(/^[A-Z{t][^]*[.`)]$/)
      expect(sentence).not.toMatch(/\n/)
    },
  )

  test('codes are told from other texts', () => {
    expect(isFaultCode('agent.unknown')).toBe(true)
    for (const text of ['constructor', 'toString', '__proto__', 'agent', ''])
      expect(isFaultCode(text)).toBe(false)
  })
})

describe('a fault', () => {
  test('fills its sentence from its details and keeps its cause', () => {
    const cause = new Error('ENOENT')
    const one = fault('folder.unknown', { path: '/x' }, cause)

    expect(one).toMatchObject({ code: 'folder.unknown', status: 404, cause })
    expect(one.message).toBe('The folder /x does not exist.')
    expect(() => fail('found.unknown')).toThrow(Fault)
  })

  test('stays one short line whatever its details hold', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 2000 }), (path) => {
        const { message } = fault('folder.unknown', { path })
        expect(message).not.toMatch(/\p{Cc}/u)
        expect(message.length).toBeLessThan(300)
      }),
    )
  })

  test('takes a detail as text, never as a pattern or another hole', () => {
    expect(fault('folder.unknown', { path: '$& {path}' }).message).toBe(
      'The folder $& {path} does not exist.',
    )
  })

  test('shows a hole that nobody filled, so that it is seen', () => {
    expect(fault('folder.unknown').message).toContain('{path}')
  })
})
