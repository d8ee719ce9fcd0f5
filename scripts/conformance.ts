// `npm run conformance`: the real agent programs from npm, each through every row of the truth table, against a scripted model.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { CONFORMANCE_FILE, ConformanceReports, type ConformanceReport } from '../packages/core/src/index.ts'
import type { Driver } from '../packages/agents/test/conformance/driver.ts'
import { DRIVERS } from '../packages/agents/test/conformance/drivers.ts'
import { install } from '../packages/agents/test/conformance/install.ts'
import { programOf } from '../packages/agents/test/conformance/programs.ts'
import { conform, type Result } from '../packages/agents/test/conformance/run.ts'
import { root } from './command.ts'

const { values } = parseArgs({
  options: {
    /** A kit's name; all of them without it. */
    kit: { type: 'string', multiple: true, default: [] },
    /** Part of a row's name; all rows without it. */
    row: { type: 'string', multiple: true, default: [] },
    /** Where installed programs are kept between runs. */
    cache: { type: 'string', default: join(root, 'node_modules', '.cache', 'conformance') },
    /** The file that the dashboard reads: in the data folder of the daemon, unless said otherwise. */
    report: { type: 'string', default: join(dataFolder(), CONFORMANCE_FILE) },
  },
})

const chosen = DRIVERS.filter(({ kit }) => values.kit.length === 0 || values.kit.includes(kit.name))
const isWanted = (row: string) => values.row.length === 0 || values.row.some((part) => row.includes(part))
const folder = mkdtempSync(join(tmpdir(), 'tutti-conformance-'))
const reports: ConformanceReport[] = []
try {
  for (const driver of chosen) reports.push(await examine(driver))
} finally {
  // What was killed may write for a moment yet.
  rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
}
if (values.row.length === 0) keep()
for (const { label, version, passed, total, without } of reports)
  console.log(`${label} ${version}: ${passed}/${total}${without > 0 ? `, ${without} not supported` : ''}`)
process.exitCode = reports.length > 0 && reports.every(({ passed, total }) => passed === total) ? 0 : 1

/** A program that was not chosen keeps its last report; a run of some rows is none. */
function keep(): void {
  const before = existsSync(values.report)
    ? ConformanceReports.parse(JSON.parse(readFileSync(values.report, 'utf8')))
    : []
  const others = before.filter(({ kit }) => !reports.some((report) => report.kit === kit))
  mkdirSync(dirname(values.report), { recursive: true, mode: 0o700 })
  writeFileSync(values.report, `${JSON.stringify([...others, ...reports], null, 2)}\n`, { mode: 0o600 })
}

function dataFolder(): string {
  const { env } = process
  return env['TUTTI_DATA'] ?? join(env['XDG_DATA_HOME'] ?? join(homedir(), '.local', 'share'), 'tutti')
}

async function examine(driver: Driver): Promise<ConformanceReport> {
  const { name, label } = driver.kit
  const base = { kit: name, label, at: Date.now() }
  try {
    const installed = await install(driver, { cache: values.cache, folder })
    console.error(`${label} ${installed.version}`)
    const results = await conform(driver, installed, { only: isWanted, tell })
    const counted = results.filter(({ outcome }) => outcome !== 'without')
    const passed = counted.filter(({ outcome }) => outcome === 'passed').length
    const without = results.length - counted.length
    return { ...base, version: installed.version, passed, total: counted.length, without, results }
  } catch (error) {
    console.error(`${label}: ${String(error)}`)
    return { ...base, version: programOf(name).version, passed: 0, total: 1, without: 0, results: [] }
  }
}

function tell({ row, outcome, figures, why, ms, screen }: Result): void {
  const sign = { passed: 'ok  ', failed: 'MISS', without: '—   ' }[outcome]
  const measured = Object.entries(figures).map(([name, value]) => `${name} ${value}`)
  console.error(`  ${sign} ${row.padEnd(44)} ${measured.join(', ')}${why}  (${(ms / 1000).toFixed(1)} s)`)
  if (screen !== undefined && !why.includes(screen)) console.error(screen)
}
