// Calls of six languages against samples whose every call site was labelled by hand.
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openCodeMap } from '../code-map.ts'
import { extractors } from '../extractors.ts'
import { scoreSample } from './samples.ts'

const SAMPLES = join(import.meta.dirname, '../../../samples')

const LANGUAGES = ['python', 'go', 'rust', 'java', 'ruby']

// The samples in `held` were written after the rules and no rule was ever changed for them.
test.each([
  ...LANGUAGES.map((name) => ({ name, least: 200 })),
  { name: 'kotlin', least: 140 },
  ...LANGUAGES.map((name) => ({ name: `held/${name}`, least: 40 })),
])('$name: precision 95 %, recall 80 % over $least call sites', async ({ name, least }) => {
  const root = join(SAMPLES, name)
  const map = openCodeMap({ root, database: ':memory:', extractors: await extractors(root) })
  map.index()

  const score = scoreSample(map)
  map.close()

  expect(score.sites).toBeGreaterThanOrEqual(least)
  expect(score.right / score.ours, `wrong: ${score.wrong.join(', ')}`).toBeGreaterThanOrEqual(0.95)
  expect(score.right / score.wanted, `missed: ${score.missed.join(', ')}`).toBeGreaterThanOrEqual(0.8)
})
