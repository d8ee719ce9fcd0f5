// Asks axe what is wrong with a page for those who see, hear or press otherwise.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** Once for each load of the page. */
export const loadAxe = (page: Page) => page.evaluate(AXE)

interface Finding {
  id: string
  impact: string
  nodes: { html: string; failureSummary: string }[]
}

// What programs draw there, and in which colours, is theirs.
const PROGRAMS = ['.xterm-rows', 'main li [aria-hidden]']

/** Serious and critical findings, one line each. */
export async function axe(page: Page): Promise<string[]> {
  const found = await page.evaluate(
    `axe.run({ exclude: ${JSON.stringify(PROGRAMS)} }, { resultTypes: ['violations'] }).then(({ violations }) => violations)`,
  )
  const violations = found as Finding[]
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map((node) => `${id}: ${node.html.slice(0, 160)} ${node.failureSummary}`),
    )
}
