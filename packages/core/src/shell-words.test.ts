// Words as a shell splits them, with a real shell to compare.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { commandFit } from './rule-pattern.ts'
import { shellTokens } from './shell-words.ts'

const valuesOf = (text: string) =>
  shellTokens(text)?.map((token) => (token.kind === 'word' ? token.value : { operator: token.raw }))

test.each([
  ['git log  "two words"', ['git', 'log', 'two words']],
  [`a'b "c'"d"`, ['ab "cd']],
  ['a&&b>c', ['a', { operator: '&&' }, 'b', { operator: '>' }, 'c']],
  ['a;\nb', ['a', { operator: ';\n' }, 'b']],
  ['echo $HOME a\\ b "`id`" \'$x\'', ['echo', null, null, null, '$x']],
  ['ls *.ts {a,b} ~ #c d#', ['ls', null, null, null, null, 'd#']],
  ['a \u001b b', undefined],
  ['a "b', undefined],
])('%j', (text, expected) => {
  expect(valuesOf(text)).toEqual(expected)
})

const wordsOf = (text: string) =>
  shellTokens(text)?.flatMap((token) => (token.kind === 'word' ? [token.value] : [])) ?? []

// A shell that runs one of these finds no command of that name, and a folder of its own to write to.
const PIECES = Array.from('ab\t\'"\\$`{},*?[];&|<>()#~=!\n\ré%^').concat('-c', '..', ' ', ' ', ' ')

test('C10 what a star stands for is what a shell hands to the program, word by word, and nothing else happens', () => {
  const texts = fc
    .sample(fc.array(fc.constantFrom(...PIECES), { minLength: 1, maxLength: 9 }), {
      numRuns: 5000,
      seed: 11,
    })
    .map((pieces) => pieces.join(''))
    .filter((text) => commandFit('run *', `run ${text}`).fits)
  expect(texts.length).toBeGreaterThan(100)
  const folder = mkdtempSync(join(tmpdir(), 'tutti-words-'))
  try {
    const script = ["run() { printf '%s\\0' \"$@\"; printf '\\1'; }", ...texts.map((text) => `run ${text}`)]
    const { stdout, stderr } = spawnSync('/bin/sh', [], {
      input: script.join('\n'),
      cwd: folder,
      env: { PATH: folder, LC_ALL: 'C.UTF-8' },
      encoding: 'utf8',
    })

    expect(stderr).toBe('')
    expect(stdout.split('\u0001').slice(0, -1)).toEqual(
      texts.map((text) =>
        wordsOf(text)
          .map((word) => `${word}\0`)
          .join(''),
      ),
    )
    expect(readdirSync(folder)).toEqual([])
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('every text is split or refused, and no piece of it is lost', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...PIECES) }), (text) => {
      const tokens = shellTokens(text)
      fc.pre(tokens !== null)
      const joined = tokens?.map(({ raw }) => raw).join('')
      expect(joined?.replaceAll(/[ \t]/g, '')).toBe(text.replaceAll(/[ \t]/g, ''))
    }),
  )
})
