// Reads what tests have run from a coverage file in lcov's format, where test runners leave one.
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { readText } from '../tree.ts'

/** Of a file: its lines that could run, sorted, and whether each did. */
export interface Covered {
  lines: number[]
  ran: boolean[]
}

const PLACES = ['coverage/lcov.info', 'lcov.info', 'coverage.lcov', 'coverage/coverage.lcov']

/** Where it lies, and which state of it; '' where there is none. */
export function coverageStamp(root: string): string {
  for (const place of PLACES) {
    const found = statSync(join(root, place), { throwIfNoEntry: false })
    if (found?.isFile()) return `${place} ${found.mtimeMs}`
  }
  return ''
}

/** By path; empty where there is no such file. */
export function coverageOf(root: string): ReadonlyMap<string, Covered> {
  const place = coverageStamp(root).split(' ', 1)[0] ?? ''
  return place === '' ? new Map() : parseLcov(readText(root, place).text ?? '', root)
}

/** `SF:` names a file, `DA:LINE,COUNT` a line of it; everything else is of no matter here. */
export function parseLcov(text: string, root: string): ReadonlyMap<string, Covered> {
  const counts = new Map<string, Map<number, boolean>>()
  let open = new Map<number, boolean>()
  for (const line of text.split('\n')) {
    const file = /^SF:(.+?)\r?$/.exec(line)?.[1]
    if (file !== undefined) {
      const path = file.startsWith(`${root}/`) ? file.slice(root.length + 1) : file.replace(/^\.\//, '')
      open = counts.get(path) ?? new Map<number, boolean>()
      counts.set(path, open)
    }
    const [, at, count] = /^DA:(\d+),(\d+)/.exec(line) ?? []
    // The same file twice, of two runs: what either has run has run.
    if (at !== undefined) open.set(Number(at), open.get(Number(at)) === true || Number(count) > 0)
  }
  return new Map([...counts].map(([path, lines]) => [path, sorted(lines)]))
}

function sorted(counts: ReadonlyMap<number, boolean>): Covered {
  const lines = [...counts].sort(([a], [b]) => a - b)
  return { lines: lines.map(([line]) => line), ran: lines.map(([, ran]) => ran) }
}

/** Percent of the lines from and to that ran, plus one; 0 where none of them could. */
export function sharePlusOne(covered: Covered | undefined, from: number, to: number): number {
  if (!covered) return 0
  let could = 0
  let did = 0
  for (const [at, line] of covered.lines.entries()) {
    if (line < from || line > to) continue
    could += 1
    if (covered.ran[at] === true) did += 1
  }
  return could === 0 ? 0 : Math.round((100 * did) / could) + 1
}
