// Every agent stands in the tree exactly once, and can be read back from its branches.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { nameTree } from './name-tree.ts'

const named = (...names: string[]) => names.map((name) => ({ name }))

test('draws shared parts once and joins a branch with one child', () => {
  const lines = nameTree(named('shop-backend-api', 'shop-backend-db', 'shop-web', 'docs-site', 'shop'))
  expect(lines.map(({ text }) => text)).toEqual([
    'docs-site',
    'shop',
    '├─ backend',
    '│  ├─ api',
    '│  └─ db',
    '└─ web',
  ])
  expect(lines.map(({ item }) => item?.name ?? null)).toEqual([
    'docs-site',
    'shop',
    null,
    'shop-backend-api',
    'shop-backend-db',
    'shop-web',
  ])
})

test('has every name exactly once', () => {
  const name = fc
    .array(fc.constantFrom('a', 'b', 'c2', 'c10'), { minLength: 1, maxLength: 4 })
    .map((parts) => parts.join('-'))
  fc.assert(
    fc.property(fc.uniqueArray(name, { maxLength: 20 }), (names) => {
      const found = nameTree(named(...names)).flatMap(({ item }) => (item ? [item.name] : []))
      expect(found.toSorted()).toEqual(names.toSorted())
    }),
  )
})
