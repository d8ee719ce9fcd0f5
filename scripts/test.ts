// `npm test`: every check of the project in order, and at the end one line that says how many passed.
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from './build.ts'
import { command, node, root, seconds, tool, type Ran } from './command.ts'
import { needChromium, needTmux, type Need } from './need.ts'
import { countsOf, type Counts } from './test-counts.ts'

interface Outcome extends Counts {
  /** What to read when something failed. */
  output: string
}

const BROWSER = 'packages/web/test/browser'
const reports = mkdtempSync(join(tmpdir(), 'tutti-test-'))

const one = ({ code, output }: Ran): Outcome => ({
  passed: code === 0 ? 1 : 0,
  failed: code === 0 ? 0 : 1,
  skipped: 0,
  output,
})

const check =
  (...argv: string[]) =>
  async () =>
    one(await command([node, tool(argv[0] ?? ''), ...argv.slice(1)]))

async function need(what: Promise<Need>): Promise<Outcome> {
  const found = await what
  if (found.ok) return { passed: 1, failed: 0, skipped: 0, output: '' }
  return { passed: 0, failed: 1, skipped: 0, output: found.sentence }
}

/** A suite of vitest; a file that cannot be read or an error outside of tests is a failure too. */
async function suite(name: string, args: string[], env: Record<string, string> = {}): Promise<Outcome> {
  const report = join(reports, `${name}.json`)
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  const ran = await command([node, tool('vitest'), 'run', ...reporters, ...args], { env })
  const content = existsSync(report) ? readFileSync(report, 'utf8') : null
  return { ...countsOf(content, ran.code), output: ran.output }
}

/** Takes each guard away in turn: one whose test stays green is a failure. */
async function guards(): Promise<Outcome> {
  const { code, output } = await command([node, 'packages/server/test/mutate-guards.ts'])
  const passed = output.match(/^red /gm)?.length ?? 0
  const failed = output.match(/^GREEN /gm)?.length ?? 0
  return { passed, failed: code !== 0 && failed === 0 ? 1 : failed, skipped: 0, output }
}

async function bundles(): Promise<Outcome> {
  try {
    await build({ release: false })
    return { passed: 1, failed: 0, skipped: 0, output: '' }
  } catch (error) {
    return { passed: 0, failed: 1, skipped: 0, output: String(error) }
  }
}

/** Without a Chromium these are skipped, and the reason stands at the end of everything. */
async function browser(): Promise<Outcome> {
  const files = globSync(`${BROWSER}/**/*.test.ts`, { cwd: root }).length
  const chromium = await needChromium()
  if (!chromium.ok) {
    return {
      passed: 0,
      failed: 0,
      skipped: files,
      output: `the browser tests (${files} files). ${chromium.sentence}`,
    }
  }
  const config = join(BROWSER, 'vitest.config.ts')
  return suite('browser', ['--config', config], { CHROMIUM_PATH: chromium.path })
}

const steps: [name: string, run: () => Promise<Outcome>][] = [
  ['tmux', () => need(needTmux())],
  ['format', check('oxfmt', '--check')],
  ['lint', check('oxlint', '--type-aware', '--deny-warnings')],
  ['types', check('tsc', '-p', 'tsconfig.json')],
  ['types of the dashboard', check('tsc', '-p', 'packages/web/tsconfig.json')],
  ['types of its tests', check('tsc', '-p', 'packages/web/test/tsconfig.json')],
  ['unit and integration tests', () => suite('unit', [])],
  ['guards taken away', guards],
  ['unused code', check('knip', '--config', 'scripts/knip.json', '--no-progress')],
  ['build', bundles],
  ['browser tests', browser],
]

const total: Counts = { passed: 0, failed: 0, skipped: 0 }
const skips: string[] = []

for (const [name, run] of steps) {
  const began = performance.now()
  process.stdout.write(`${name} … `)
  const outcome = await run()
  for (const key of ['passed', 'failed', 'skipped'] as const) total[key] += outcome[key]
  console.log(`${verdict(outcome)}, ${seconds(performance.now() - began)}`)
  if (outcome.failed > 0) console.log(`${outcome.output.trimEnd()}\n`)
  else if (outcome.skipped > 0) skips.push(`${outcome.skipped} in ${name}.`, ...reasons(outcome.output))
}
rmSync(reports, { recursive: true, force: true })

for (const reason of skips) console.log(`SKIPPED: ${reason}`)
console.log(
  `${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ''}`,
)
process.exitCode = total.failed > 0 ? 1 : 0

/** Why tests were left out, in the words of the tests themselves, each once. */
function reasons(output: string): string[] {
  if (!output.includes('\n')) return [output]
  return [...new Set(Array.from(output.matchAll(/^SKIPPED:? (.+)$/gm), ([, why]) => why ?? ''))]
}

function verdict({ passed, failed, skipped }: Counts): string {
  const parts = [`${passed} passed`]
  if (failed > 0) parts.push(`${failed} FAILED`)
  if (skipped > 0) parts.push(`${skipped} SKIPPED`)
  return parts.join(', ')
}
