// The budget of the dashboard: what a page loads as script before its terminal, and that no schema travels.
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'

const folder = join(import.meta.dirname, '../../../../dist/release/web')

const BUDGET_BYTES = 150_000

const assets = () => readdirSync(join(folder, 'assets')).filter((name) => name.endsWith('.js'))
const gzipped = (name: string) => gzipSync(readFileSync(join(folder, 'assets', name))).byteLength

// Screens are loaded late, each with what it imports; the largest one counts on top of what every page needs.
test('a page needs at most 150 kB of gzipped script before its terminal', () => {
  const page = readFileSync(join(folder, 'index.html'), 'utf8')
  const first = assets().filter((name) => page.includes(name))
  const late = assets().filter((name) => !first.includes(name) && !/^(xterm|terminal-pane)-/.test(name))
  const base = first.reduce((sum, name) => sum + gzipped(name), 0)
  const largest = Math.max(...late.map(gzipped))

  expect(first.length).toBeGreaterThan(0)
  expect(base + largest).toBeLessThanOrEqual(BUDGET_BYTES)
})

test('no schema library travels to the browser', () => {
  const found = assets().filter((name) =>
    readFileSync(join(folder, 'assets', name), 'utf8').includes('ZodError'),
  )
  expect(found).toEqual([])
})
