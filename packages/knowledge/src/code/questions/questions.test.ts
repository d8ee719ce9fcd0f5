// The questions, each over a small folder whose answer is plain to see.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import { afterEach, expect, test } from 'vitest'
import { openCodeMap, type CodeMap } from '../code-map.ts'
import { createGit, parseDiff, parseLog } from '../git.ts'
import { createGraph, columnsOf, reach } from '../graph.ts'
import { typescript } from '../typescript/extractor.ts'
import { deadCode } from './dead.ts'
import { changeTogether, diffImpact, hotspots, touchedBy } from './history.ts'
import { findNodes } from './nodes.ts'
import { components, cycles, shortestPath } from './paths.ts'
import { clusters, outline, outlineLine, tokensOf } from './rank.ts'
import { references } from './relations.ts'
import { search } from './search.ts'
import { staleDocs } from './stale.ts'

let map: CodeMap | undefined
let root = ''
afterEach(() => {
  map?.close()
  map = undefined
  rmSync(root, { recursive: true, force: true })
})

function aMap(files: Record<string, string>): CodeMap {
  root = mkdtempSync(join(tmpdir(), 'tutti-map-'))
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  map = openCodeMap({ root, database: ':memory:', extractors: [typescript] })
  map.index()
  return map
}

const SHOP = {
  'src/price.ts': `/** What it costs with tax. */\nexport function priceWithTax(n: number) { return round(n * 1.2) }\nfunction round(n: number) { return Math.round(n) }\nfunction forgotten() { return 1 }\n`,
  'src/cart.ts': `import { priceWithTax } from './price.ts'\nexport class Cart {\n  total() { return priceWithTax(1) }\n  unused() { return 2 }\n}\nexport const neverImported = 3\n`,
  'src/main.ts': `import { Cart } from './cart.ts'\nexport function start() { return new Cart().total() }\n`,
}

const ids = (of: CodeMap, name: string) => findNodes(of.store, name).map((one) => one.id)
const names = (nodes: readonly { file: string; path: string }[]) =>
  nodes.map((one) => `${one.file}:${one.path}`)

test('a symbol is found by file and name, by line, by path and by name alone; a wrong one names what is near', () => {
  const of = aMap(SHOP)
  for (const name of ['src/cart.ts:Cart.total', 'cart.ts:total', 'src/cart.ts:3', 'Cart.total', 'total'])
    expect(names(findNodes(of.store, name))).toEqual(['src/cart.ts:Cart.total'])
  expect(() => findNodes(of.store, 'src/cart.ts:tota')).toThrow('near it are: src/cart.ts:Cart.total')
  // Letters that were mistaken, and a file by the end of its path.
  expect(() => findNodes(of.store, 'src/cart.ts:totla')).toThrow('near it are: src/cart.ts:Cart.total')
  expect(() => findNodes(of.store, 'cart.js')).toThrow('near it are: src/cart.ts')
  expect(findNodes(of.store, 'cart.ts').map((one) => one.file)).toEqual(['src/cart.ts'])
})

test('the shortest path goes by calls', () => {
  const of = aMap(SHOP)
  const path = shortestPath(of, ids(of, 'start'), ids(of, 'round'))
  expect(names(path)).toEqual([
    'src/main.ts:start',
    'src/cart.ts:Cart.total',
    'src/price.ts:priceWithTax',
    'src/price.ts:round',
  ])
  expect(shortestPath(of, ids(of, 'round'), ids(of, 'start'))).toEqual([])
})

test('dead code is told apart by how sure that is', () => {
  const found = deadCode(aMap(SHOP)).map((one) => `${one.sure} ${one.node.path}`)
  expect(found).toEqual(['dead Cart.unused', 'likely neverImported', 'dead forgotten'])
})

test('an entry of an object is never surely dead, as it is reached by keys too; samples are not judged', () => {
  const of = aMap({
    'way.ts': `const WAYS = { north() { return 1 }, up: { left() { return 2 } } }\nexport const go = (k: 'north') => WAYS[k]()\n`,
    'samples/old.ts': 'function forgotten() {}\n',
  })
  const found = deadCode(of).map((one) => `${one.sure} ${one.node.path}`)
  expect(found).toContain('likely WAYS.up.left')
  expect(found.filter((one) => /^dead|forgotten/.test(one))).toEqual([])
})

test('files that import each other are a cycle', () => {
  const of = aMap({
    'a.ts': `import './b.ts'\n`,
    'b.ts': `import './c.ts'\n`,
    'c.ts': `import './a.ts'\n`,
    'd.ts': `import './a.ts'\n`,
  })
  expect(cycles(of, 'imports').map((group) => group.map((one) => one.file))).toEqual([
    ['a.ts', 'b.ts', 'c.ts'],
  ])
})

test('the outline keeps to its budget and takes what most depends on', () => {
  const of = aMap(SHOP)
  const whole = outline(of, 1000)
  expect(names(whole.flatMap((one) => one.symbols))).toContain('src/price.ts:priceWithTax')
  const small = outline(of, 30)
  const cost = small.reduce(
    (sum, one) =>
      sum + tokensOf(one.file) + one.symbols.reduce((all, node) => all + tokensOf(outlineLine(node)), 0),
    0,
  )
  expect(cost).toBeLessThanOrEqual(30)
  expect(small.length).toBeGreaterThan(0)
})

test('search finds names by their words, comments, and nothing for nonsense', () => {
  const of = aMap(SHOP)
  expect(names(search(of, 'price tax'))[0]).toBe('src/price.ts:priceWithTax')
  expect(names(search(of, 'what it costs'))[0]).toBe('src/price.ts:priceWithTax')
  expect(search(of, '"*)( OR')).toEqual([])
})

test('references are all that names it: imports, calls and types', () => {
  const of = aMap(SHOP)
  const found = references(of, ids(of, 'Cart')[0] ?? 0).map((one) => `${one.kind} ${one.file}:${one.line}`)
  expect(found).toEqual(['constructs src/main.ts:2'])
})

test('a difference reaches what depends on the lines that it changes', () => {
  const of = aMap(SHOP)
  const diff = '--- a/src/price.ts\n+++ b/src/price.ts\n@@ -3 +3 @@\n-old\n+new\n'
  const found = diffImpact(of, { diff })
  expect(names(found.changed)).toEqual(['src/price.ts:round'])
  expect(found.impact.files).toEqual(['src/cart.ts', 'src/main.ts', 'src/price.ts'])
  // A file that git does not have yet is a change as a whole.
  expect(names(diffImpact(of, { diff: '', added: ['src/price.ts'] }).changed)).toEqual(['src/price.ts:'])
})

test('history: hotspots, what changes together, who touched it', () => {
  const of = aMap(SHOP)
  const log = ['3', '2', '1']
    .map((at) => `\u0001ada\u0002${at}\u0002step ${at}\0\nsrc/cart.ts\0src/price.ts\0`)
    .join('')
  const commits = parseLog(log)
  expect(hotspots(of, commits)[0]).toMatchObject({ file: 'src/price.ts', changes: 3, authors: ['ada'] })
  expect(changeTogether(commits)).toEqual([{ files: ['src/cart.ts', 'src/price.ts'], together: 3, share: 1 }])
  expect(touchedBy(commits, 'src/cart.ts')).toEqual([
    { author: 'ada', commits: 3, last: 3000, subject: 'step 3' },
  ])
})

test('clusters are files that use each other, by their folder', () => {
  const of = aMap({
    'a/one.ts': `import { two } from './two.ts'\nexport const one = () => two()\n`,
    'a/two.ts': `export const two = () => 1\n`,
    'b/one.ts': `import { two } from './two.ts'\nexport const one = () => two()\n`,
    'b/two.ts': `export const two = () => 1\n`,
  })
  expect(clusters(of)).toEqual([
    { name: 'a', files: ['a/one.ts', 'a/two.ts'] },
    { name: 'b', files: ['b/one.ts', 'b/two.ts'] },
  ])
})

test('documentation that is no longer true is marked with the reason', () => {
  const of = aMap({
    'package.json': '{"scripts":{"build":"x"}}',
    'README.md':
      'See `src/a.ts`, `src/gone.ts` and `https://x/y.ts`.\n\nRun `npm run build`, then `npm run ship`.\n\nRead [a](src/a.ts#one), [the rest](<docs/gone file.md>) [or](docs/gone.md), [all](./src/) and [them](https://x/y.md); write `[so](docs/none.md)`.\n',
    'old.rst': 'See `a <src/a.ts>`_ and `b <src/b.ts>`_.\n',
    'src/a.ts':
      '/** @param n how many\n * @param old what it was */\nexport function a(n: number) { return n }\n',
  })
  expect(staleDocs(of).map((one) => `${one.file}:${one.line} ${one.what}`)).toEqual([
    'README.md:1 src/gone.ts',
    'README.md:3 npm run ship',
    'README.md:5 docs/gone.md',
    'old.rst:1 src/b.ts',
    'src/a.ts:3 @param old',
  ])
})

test('a page that names a member or a variable that is gone is marked', () => {
  const of = aMap({
    'README.md':
      'Call `Cart.total()` or `Cart.sum()`, see `src/cart.ts:Cart` and `src/cart.ts:Basket`; set `SHOP_TAX`, never `SHOP_RATE=1`. `Map.get()` and `HTTP_PROXY` are not ours.\n',
    'src/cart.ts': `export class Cart {\n  total() { return process.env.SHOP_TAX }\n}\n`,
  })
  expect(staleDocs(of).map((one) => `${one.what}: ${one.reason}`)).toEqual([
    'Cart.sum(): Cart has no member sum',
    'src/cart.ts:Basket: src/cart.ts has no symbol Basket',
    'SHOP_RATE: no source names that variable',
  ])
})

test('a comment that is older than the parameters is marked, one that moved or was touched since is not', () => {
  const of = aMap({
    'a.ts': `/** Adds tax. */\nexport function tax(net: number) { return net }\n\n/** Stays. */\nexport function stays(n: number) { return n }\n`,
  })
  const git = (args: string[], at: string) =>
    execFileSync('git', ['-c', 'user.name=ada', '-c', 'user.email=ada@x', ...args], {
      cwd: root,
      env: { ...process.env, GIT_AUTHOR_DATE: at, GIT_COMMITTER_DATE: at },
      stdio: 'ignore',
    })
  git(['init'], '')
  git(['add', '.'], '')
  git(['commit', '-m', 'one'], '2024-01-02T00:00:00Z')
  writeFileSync(
    join(root, 'a.ts'),
    `/** Adds tax. */\nexport function tax(net: number, rate: number) { return net * rate }\n\n/** Stays. */\nexport function stays(n: bigint) { return n }\n`,
  )
  git(['commit', '-am', 'two'], '2024-03-04T00:00:00Z')
  of.update(['a.ts'])

  expect(staleDocs(of, createGit(root))).toEqual([
    {
      file: 'a.ts',
      line: 1,
      what: 'the comment of tax',
      reason: 'written on 2024-01-02 for (net), since 2024-03-04 it takes (net, rate)',
    },
  ])
})

test('reading a difference never fails and gives lines in order', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      for (const file of parseDiff(text))
        for (const [from, to] of file.ranges) expect(to).toBeGreaterThanOrEqual(from)
    }),
  )
})

test('what is reached, and what goes in circles, agrees with the plain definition', () => {
  const edges = fc.array(fc.tuple(fc.nat(11), fc.nat(11)), { maxLength: 30 })
  fc.assert(
    fc.property(edges, (given) => {
      const columns = columnsOf(given.length)
      given.forEach(([source, target], at) => {
        columns.sources[at] = source
        columns.targets[at] = target
        columns.bits[at] = 1
      })
      const graph = createGraph(12, columns)
      const from = (node: number) => new Set(reach({ graph, bits: 1, isIn: false, depth: 12 }, [node]).nodes)
      const plain = (node: number) => {
        const seen = new Set([node])
        for (let grown = true; grown;) {
          const before = seen.size
          for (const [a, b] of given) if (seen.has(a)) seen.add(b)
          grown = seen.size > before
        }
        return seen
      }
      for (let node = 0; node < 12; node++) expect(from(node)).toEqual(plain(node))
      for (const group of components(graph, 1))
        for (const a of group) for (const b of group) expect(plain(a).has(b)).toBe(true)
    }),
  )
})
