// The tree of names: every agent once, levels joined where nothing branches.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { anAgent } from '../../test/an-agent.ts'
import { treeRows, type TreeRow } from './tree.ts'

const open = () => true
const named = (...names: string[]) => names.map((name) => anAgent({ name }))
const shown = (rows: TreeRow[]) =>
  rows.map((row) => `${'  '.repeat(row.depth)}${row.label}${row.kind === 'group' ? ` (${row.count})` : ''}`)

test('each hyphen is a level, and a level that does not branch is joined with the next', () => {
  const rows = treeRows(named('shop-backend-api', 'shop-backend-db', 'shop-web', 'docs'), open)
  expect(shown(rows)).toEqual(['docs', 'shop (3)', '  backend (2)', '    api', '    db', '  web'])
})

test('a lone agent with a long name is one row', () => {
  expect(shown(treeRows(named('shop-backend-api'), open))).toEqual(['shop-backend-api'])
})

test('an agent that is also a level stands first inside its own group', () => {
  expect(shown(treeRows(named('shop', 'shop-api'), open))).toEqual(['shop (2)', '  shop', '  api'])
})

test('a folded group hides what is inside and still counts who needs you', () => {
  const agents = [anAgent({ name: 'a-b', state: 'waiting-approval' }), anAgent({ name: 'a-c' })]
  const rows = treeRows(agents, () => false)
  expect(rows).toMatchObject([{ kind: 'group', label: 'a', count: 2, needs: 1, open: false }])
})

test('numbers sort as numbers', () => {
  const rows = treeRows(named('n-10', 'n-9', 'n-1'), open)
  expect(rows.flatMap((row) => (row.kind === 'agent' ? row.label : []))).toEqual(['1', '9', '10'])
})

test('every agent is in the unfolded tree exactly once, and keys are unique', () => {
  const part = fc.stringMatching(/^[a-c0-2]{1,2}$/)
  const name = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('-'))
  fc.assert(
    fc.property(fc.uniqueArray(name, { maxLength: 30 }), (names) => {
      const rows = treeRows(named(...names), open)
      const found = rows.flatMap((row) => (row.kind === 'agent' ? row.agent.name : []))
      expect(found.toSorted()).toEqual(names.toSorted())
      expect(new Set(rows.map((row) => row.key)).size).toBe(rows.length)
      for (const row of rows.filter((one) => one.kind === 'group')) {
        const inside = names.filter((one) => one === row.key || one.startsWith(`${row.key}-`))
        expect(row.count).toBe(inside.length)
      }
    }),
  )
})
