// The command line is read exactly: nothing unknown is passed over, and nothing after -- is taken for a flag.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Command } from './command.ts'
import { UsageError } from './exit-code.ts'
import { findCommand, parseCommand, splitGlobals } from './parse.ts'

const command = (more: Partial<Command>): Command => ({
  words: 'x',
  says: 'X',
  args: [],
  flags: [],
  run: async () => ({ data: null }),
  ...more,
})

const many = command({
  args: [{ name: 'name' }, { name: 'tags', many: true, optional: true }],
  flags: [
    { name: 'wake', says: '', kind: 'switch' },
    { name: 'env', says: '', kind: 'list', short: 'e' },
    { name: 'label', says: '', kind: 'text' },
  ],
})

function thrownBy(act: () => unknown): unknown {
  try {
    act()
    return null
  } catch (error) {
    return error
  }
}

describe('a command line', () => {
  test('gives arguments, flags, lists and negations', () => {
    const given = parseCommand(many, ['a', '--no-wake', 'b', '-e', '1', '--env=2', '--label', 'x y', 'c'])
    expect(given.need('name')).toBe('a')
    expect(given.list('tags')).toEqual(['b', 'c'])
    expect(given.list('env')).toEqual(['1', '2'])
    expect(given.on('wake')).toBe(false)
    expect(given.text('label')).toBe('x y')
  })

  test('keeps what follows -- as it is, for a program', () => {
    const words = fc.array(fc.string({ minLength: 1, maxLength: 8 }), { maxLength: 6 })
    fc.assert(
      fc.property(words, (rest) => {
        const given = parseCommand(command({ args: [{ name: 'name' }], rest: 'PROGRAM' }), [
          'a',
          '--',
          ...rest,
        ])
        expect(given.need('name')).toBe('a')
        expect(given.rest).toEqual(rest)
      }),
    )
  })

  test('ends in a UsageError and nothing else, whatever is typed', () => {
    const word = fc.oneof(
      fc.string({ maxLength: 8 }),
      fc.constantFrom('--wake', '--env', '-e', '--', '--no-label', '-x'),
    )
    fc.assert(
      fc.property(fc.array(word, { maxLength: 8 }), (argv) => {
        const thrown = thrownBy(() => parseCommand(many, argv))
        expect(thrown === null || thrown instanceof UsageError).toBe(true)
      }),
    )
  })

  test('may hold the global flags anywhere before --', () => {
    const line = splitGlobals(['a', '--json', '--url=http://x', 'b', '--token', 't', '--', '--json'])
    expect(line.globals).toEqual({ json: true, help: false, url: 'http://x', token: 't' })
    expect(line.argv).toEqual(['a', 'b', '--', '--json'])
  })

  test('finds the longest words', () => {
    const commands = [command({ words: 'backup' }), command({ words: 'backup list' })]
    expect(findCommand(commands, ['backup', 'list'])?.command.words).toBe('backup list')
    expect(findCommand(commands, ['backup', 'file'])).toMatchObject({ argv: ['file'] })
    expect(findCommand(commands, ['nothing'])).toBeNull()
  })
})
