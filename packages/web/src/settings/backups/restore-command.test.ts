// The command that somebody pastes into a shell must say the path and nothing else.
import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { restoreCommand, shellWord } from './restore-command.ts'

test('a plain path stays readable', () => {
  expect(restoreCommand('/home/ada/.tutti/backups/bak_1.tar')).toBe(
    'tutti down\ntutti restore /home/ada/.tutti/backups/bak_1.tar\ntutti up',
  )
})

test('a real shell reads every path back as one word', () => {
  const path = fc.string({ minLength: 1, maxLength: 24 }).filter((text) => !text.includes('\0'))
  const paths = fc.sample(path, 40).concat(["/it's", '/$(id)', '/a b', '/`id`;#', '-t', '~'])

  const script = paths.map((one) => `printf '%s\\0' ${shellWord(one)}`).join('\n')
  const read = execFileSync('sh', ['-c', script], { encoding: 'utf8' }).split('\0').slice(0, -1)

  expect(read).toEqual(paths)
})
