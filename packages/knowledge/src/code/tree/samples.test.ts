// Calls of five languages against samples whose every call site was labelled by hand.
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openCodeMap } from '../code-map.ts'
import { extractors } from '../extractors.ts'
import { scoreSample } from './samples.ts'

const SAMPLES = join(import.meta.dirname, '../../../samples')

test.each(['python', 'go', 'rust', 'java', 'ruby'])(
  '%s: precision 95 %, recall 80 % over 200 call sites',
  async (name) => {
    const root = join(SAMPLES, name)
    const map = openCodeMap({ root, database: ':memory:', extractors: await extractors(root) })
    map.index()

    const score = scoreSample(map)
    map.close()

    expect(score.sites).toBeGreaterThanOrEqual(200)
    expect(score.right / score.ours, `wrong: ${score.wrong.join(', ')}`).toBeGreaterThanOrEqual(0.95)
    expect(score.right / score.wanted, `missed: ${score.missed.join(', ')}`).toBeGreaterThanOrEqual(0.8)
  },
)
