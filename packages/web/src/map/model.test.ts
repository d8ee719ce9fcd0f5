// The picture as a tree in arrays: names lead to nodes and back, traces follow what the filters let pass.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { aPicture } from './a-picture.ts'
import { meetingsOf } from './draw-agents.ts'
import { FILTERS, sieveOf } from './filters.ts'
import { namesLike } from './found-names.ts'
import { atLine, childrenOf, fileNode, idOf, modelOf, nodeOf } from './model.ts'
import { impactOf, marked, neighbours, wayBetween } from './trace.ts'
import { diffOf, marksOf } from './use-view.ts'

const SHOP = modelOf(
  aPicture(
    [
      { path: 'src/cart.ts', symbols: ['Cart', 'Cart.total'] },
      { path: 'src/price.ts', symbols: ['price', 'round'] },
      { path: 'app/main.ts', symbols: ['start'] },
    ],
    [
      ['app/main.ts:start', 'src/cart.ts:Cart.total'],
      ['src/cart.ts:Cart.total', 'src/price.ts:price'],
      ['src/price.ts:price', 'src/price.ts:round', 'calls+likely'],
      ['app/main.ts', 'src/cart.ts', 'imports'],
    ],
  ),
)
const node = (id: string) => nodeOf(SHOP, id) ?? -1
const sieve = sieveOf(SHOP, FILTERS)
const ringsOf = (rings: Uint8Array) =>
  ['app/main.ts:start', 'src/cart.ts:Cart.total', 'src/price.ts:price', 'src/price.ts:round'].map(
    (id) => rings[node(id)],
  )

test('each name leads to its node and each node to its name', () => {
  const segment = fc.stringMatching(/^[a-d]{1,3}$/)
  const files = fc.uniqueArray(fc.array(segment, { minLength: 1, maxLength: 4 }), {
    selector: (parts) => parts.join('/'),
    maxLength: 30,
  })
  fc.assert(
    fc.property(files, (list) => {
      const model = modelOf(
        aPicture(list.map((parts) => ({ path: `${parts.join('/')}.ts`, symbols: ['x', 'x.y'] }))),
      )
      for (let at = 1; at < model.size; at++) expect(nodeOf(model, idOf(model, at))).toBe(at)
    }),
  )
})

test('a folder that holds one folder only is shown as one with it', () => {
  const model = modelOf(aPicture([{ path: 'packages/web/src/a.ts' }, { path: 'b.ts' }]))
  expect(childrenOf(model, 0).map((one) => model.names[one])).toEqual(['b.ts', 'packages/web/src'])
})

test('a name that is no plain one is known by its line', () => {
  const model = modelOf(aPicture([{ path: 'a.test.ts', symbols: ['it works: a/b'] }]))
  const at = childrenOf(model, fileNode(model, 'a.test.ts') ?? 0)[0] ?? -1
  expect(idOf(model, at)).toBe('a.test.ts:1')
  expect(nodeOf(model, 'a.test.ts:1')).toBe(at)
})

test('a change reaches what uses it, ring by ring; guesses and left-out uses count only where they are asked for', () => {
  expect(ringsOf(impactOf(SHOP, node('src/price.ts:price'), sieve).rings)).toEqual([3, 2, 1, 0])
  expect(ringsOf(impactOf(SHOP, node('src/price.ts:round'), sieve).rings)).toEqual([0, 0, 0, 1])
  const likely = sieveOf(SHOP, { ...FILTERS, likely: true })
  expect(ringsOf(impactOf(SHOP, node('src/price.ts:round'), likely).rings)).toEqual([4, 3, 2, 1])
  const none = sieveOf(SHOP, { ...FILTERS, uses: new Set(['calls']) })
  expect(impactOf(SHOP, node('src/price.ts:price'), none).steps).toEqual([])
})

test('what is near is one step away in both directions, and shows in what holds it', () => {
  const { rings } = neighbours(SHOP, node('src/cart.ts:Cart.total'), sieve)
  expect(ringsOf(rings)).toEqual([2, 1, 2, 0])
  expect(rings[node('app/main.ts')]).toBe(2)
})

test('what a question has found is marked, with all that it holds and what holds it', () => {
  const { rings, steps } = marked(SHOP, [node('src/price.ts')])
  expect(ringsOf(rings)).toEqual([0, 0, 1, 1])
  expect([rings[node('src')], rings[node('app')], steps]).toEqual([1, 0, []])
})

test('a way is found from one to the other, the other way round, or not at all', () => {
  const ends = (from: string, to: string) => ({ from: node(from), to: node(to) })
  const way = wayBetween(SHOP, ends('app/main.ts', 'src/price.ts'), sieve)?.way.map((one) => SHOP.names[one])
  expect(way).toEqual(['start', 'total', 'price'])
  const back = wayBetween(SHOP, ends('src/price.ts', 'app/main.ts'), sieve)?.way.map((one) => SHOP.names[one])
  expect(back).toEqual(['price', 'total', 'start'])
  expect(wayBetween(SHOP, ends('src/price.ts:round', 'app/main.ts'), sieve)).toBeNull()
})

test('a difference marks the symbols whose lines it touches, and folders that are all new', () => {
  const overlay = { folder: '', base: 'a', branch: 'b', branches: [] }
  const changed = {
    path: 'src/price.ts',
    state: 'changed' as const,
    added: 1,
    removed: 0,
    ranges: [[2, 3]] as [number, number][],
  }
  const added = {
    path: 'app/main.ts',
    state: 'added' as const,
    added: 9,
    removed: 0,
    ranges: [[1, 9]] as [number, number][],
  }
  const diff = diffOf(SHOP, { ...overlay, files: [changed, added] })
  const marks = ['src/price.ts:price', 'src/price.ts:round', 'src', 'app'].map((id) => diff[node(id)])
  expect(marks).toEqual([1, 0, 1, 2])
})

test('an agent stands at the symbol whose line it changed, and two who change one file meet', () => {
  const at = { file: 'src/price.ts', line: 6, did: 'changed' as const, at: 1 }
  const marks = marksOf(SHOP, [
    { ...at, agent: 'agt_1', name: 'api' },
    { ...at, agent: 'agt_1', name: 'api', file: 'src/cart.ts', line: 0 },
    { ...at, agent: 'agt_2', name: 'web', line: 0 },
    { ...at, agent: 'agt_3', name: 'doc', file: 'src/cart.ts', line: 0, did: 'read' as const },
  ])
  expect(marks.map((one) => [SHOP.names[one.node], one.isLatest])).toEqual([
    ['round', true],
    ['cart.ts', false],
    ['price.ts', true],
    ['cart.ts', true],
  ])
  expect(meetingsOf(SHOP, marks).map((one) => SHOP.names[one])).toEqual(['price.ts'])
  for (const one of marks) if (one.id === 'agt_2') one.at = 7_200_000
  expect(meetingsOf(SHOP, marks)).toEqual([])
  expect(atLine(SHOP, node('src/price.ts'), 99)).toBe(node('src/price.ts'))
})

test('a search for names puts the exact one first, and several words may be of the path', () => {
  const found = (words: string) => namesLike(SHOP, words).map((one) => idOf(SHOP, one))
  expect(found('price')[0]).toBe('src/price.ts:price')
  expect(found('cart total')).toEqual(['src/cart.ts:Cart.total'])
  expect(found('nothing')).toEqual([])
  // Of two that are called so the one that is used.
  const twins = modelOf(
    aPicture(
      [
        { path: 'a.ts', symbols: ['open'] },
        { path: 'b.ts', symbols: ['open', 'start'] },
      ],
      [['b.ts:start', 'b.ts:open']],
    ),
  )
  expect(namesLike(twins, 'open').map((one) => idOf(twins, one))[0]).toBe('b.ts:open')
})
