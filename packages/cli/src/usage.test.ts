// Help that is read: everything is in it, by subject, and it fits the terminal.
import { describe, expect, test } from 'vitest'
import { anIo } from '../test/support.ts'
import { allCommands } from './commands/all-commands.ts'

describe('help', () => {
  test('is found in the overview, which fits a terminal of 80 cells', async () => {
    const { run, printed } = anIo(null, { outTty: true, columns: 80, env: { NO_COLOR: '1' } })
    expect(await run('help')).toBe(0)
    const shown = new Set(printed.out.split(/[\s,]+/))
    const lost = allCommands().filter(
      ({ words, hidden }) => !hidden && !shown.has(words.split(' ').at(-1) ?? ''),
    )
    expect(lost.map(({ words }) => words)).toEqual([])
    expect(printed.out.split('\n').filter((line) => line.length > 80)).toEqual([])
  })

  test('of one word is a line each, and says where their flags are', async () => {
    for (const typed of [['map'], ['agents', '--help']]) {
      const { run, printed } = anIo(null, { outTty: true, columns: 80, env: { NO_COLOR: '1' } })
      expect(await run(...typed)).toBe(0)
      expect(printed.out).toContain(`\`tutti help ${typed[0]} …\``)
      expect(printed.out).not.toContain('--data')
    }
  })
})
