// Data without a printer of its own: what people read stands first, and a table fits the terminal.
import { expect, test } from 'vitest'
import { describe as described } from './describe.ts'
import { createPage } from './page.ts'

const page = (columns: number) => createPage({ columns, now: 1_000_000, colour: false })
const rows = [
  {
    id: 'rec_1m830j6a6jbmkqjr8mwj62',
    agentId: 'agt_1m82zqyddpdrvaz60pf7rd',
    agentName: 'docs-api',
    startedAt: 940_000,
    endedAt: null,
    costMicros: 1_250_000,
    note: '',
  },
]

test('a list leads with names and ends with the id; what nothing is said by is left out', () => {
  expect(described(page(0), rows)).toBe(
    ['AGENT NAME  STARTED    COST   ID', 'docs-api    1 min ago  $1.25  rec_1m830j6a6jbmkqjr8mwj62'].join(
      '\n',
    ),
  )
})

test('a table with more columns than fit shows the first of them and the id', () => {
  const fields = Array.from({ length: 20 }, (_, i) => [`field${i}`, 'some words'])
  const wide = [{ id: 'rec_1m830j6a6jbmkqjr8mwj62', ...Object.fromEntries(fields) }]

  const lines = described(page(80), wide).split('\n')

  expect(lines.every((line) => line.length <= 80)).toBe(true)
  expect(lines[1]).toContain('rec_1m830j6a6jbmkqjr8mwj62')
  expect(described(page(0), wide)).toContain('FIELD19')
})

test('things within things are told one after the other', () => {
  expect(described(page(80), [{ node: 'a', health: { load: 1 } }])).toBe('node    a\nhealth\n  load  1')
})
