// SPEC.md and the tests speak of the same rules: none without a test, and no test of one that is not written down.
import { readFileSync, readdirSync } from 'node:fs'
import { expect, test } from 'vitest'

const here = new URL('.', import.meta.url)
const read = (path: string): string => readFileSync(new URL(path, here), 'utf8')

test('every rule of SPEC.md is quoted by a test, and every quoted rule is in SPEC.md', () => {
  const rules = Array.from(read('../SPEC.md').matchAll(/^- \*\*([A-Z]+[0-9]+)\*\*/gm), ([, rule]) => rule)
  const names = [...readdirSync(here), ...readdirSync(new URL('mesh/', here)).map((name) => `mesh/${name}`)]
  const suites = names.filter((name) => /(?<!terminal-frames)\.test\.ts$/.test(name))
  const titles = suites.flatMap(
    (name) => read(name).match(/(?<=['`])(?:[A-Z][0-9]+(?:-[A-Z][0-9]+)? )+/g) ?? [],
  )
  // C and T from 19 on are checks and threats of the security list.
  const quoted = titles
    .flatMap((title) => expanded(title).split(' '))
    .filter((rule) => /^(?!C|T[1-9][0-9])./.test(rule))

  expect(rules.filter((rule) => !quoted.includes(rule ?? ''))).toEqual([])
  expect(quoted.filter((rule) => !rules.includes(rule))).toEqual([])
})

// `M1-M3` means all three.
const expanded = (title: string): string =>
  title.replaceAll(/([A-Z])([0-9]+)-[A-Z]([0-9]+)/g, (...[, letter, from, to]: string[]) =>
    Array.from({ length: Number(to) - Number(from) + 1 }, (_, i) => `${letter}${Number(from) + i}`).join(' '),
  )
