// Which agent changed what: edges that outlive any reading of the sources, and the answer to who touched it.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { write } from '../../test/edits.ts'
import { openCodeMap, type CodeMap } from './code-map.ts'
import { COMMANDS } from './commands.ts'
import { createGit } from './git.ts'
import { findNodes } from './questions/nodes.ts'
import { touchedOf } from './questions/touched.ts'
import { search } from './questions/search.ts'
import { COPY } from './store/store.ts'
import type { Touch } from './touches.ts'
import { typescript } from './typescript/extractor.ts'

const CART = `export function total() {\n  return price(1)\n}\n\nexport function price(n: number) {\n  return n\n}\n`

function aShop(): { root: string; open: () => CodeMap } {
  const root = mkdtempSync(join(tmpdir(), 'tutti-touches-'))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  write(root, 'cart.ts', CART)
  return {
    root,
    open() {
      const map = openCodeMap({ root, database: join(root, 'map.db'), extractors: [typescript] })
      onTestFinished(() => map.close())
      map.index()
      return map
    },
  }
}

const aTouch = (given: Partial<Touch> = {}): Touch => ({
  agent: 'agt_a',
  name: 'shop-back',
  session: 5,
  file: 'cart.ts',
  lines: [[6, 6]],
  first: 10,
  last: 10,
  times: 1,
  ...given,
})

const edges = (map: CodeMap): string[] =>
  map.store
    .all(
      `select s.name, t.path, e.rule from edge e join node s on s.id = e.source join node t on t.id = e.target
       where e.kind = 'touched' order by s.name, t.path`,
    )
    .map((row) => `${row['name']} ${row['path']} ${row['rule']}`)

test('a touch is an edge to the symbol that has the lines, through edits, moves of lines and a new start', () => {
  const { root, open } = aShop()
  const map = open()
  map.note([aTouch()])
  expect(edges(map)).toEqual(['shop-back price transcript'])

  write(root, 'cart.ts', `// moved\n\n\n${CART}`)
  map.update(['cart.ts'])
  expect(edges(map)).toEqual(['shop-back price transcript'])

  write(root, 'cart.ts', CART.replaceAll('price', 'cost'))
  map.update(['cart.ts'])
  // The symbol is gone: it was the file that was touched.
  expect(edges(map)).toEqual(['shop-back  transcript'])

  rmSync(join(root, 'cart.ts'))
  map.update(['cart.ts'])
  expect(edges(map)).toEqual([])
  expect(map.store.all(`select 1 from node where copy = ? and kind = 'agent'`, COPY)).toEqual([])

  write(root, 'cart.ts', CART)
  const later = open()
  expect(edges(later)).toEqual(['shop-back price transcript'])
  expect(search(later, 'shop-back').map((one) => one.kind)).toEqual(['agent'])
})

test('the same touch told twice is one, a later one counts, and each session is told apart', () => {
  const map = aShop().open()
  map.note([
    aTouch(),
    aTouch(),
    aTouch({ last: 20, lines: [[2, 2]], times: 2 }),
    aTouch({ session: 30, last: 40, lines: [] }),
  ])
  const [file] = findNodes(map.store, 'cart.ts')
  const [price] = findNodes(map.store, 'price')
  if (!file || !price) throw new Error('no such node')

  const shown = (node: typeof file) =>
    touchedOf(map, node, { commits: [] }).agents.map(
      (one) => `${one.session} ${one.last} ${one.times} ${one.symbols.join('+')}`,
    )
  expect(shown(file)).toEqual(['30 40 1 ', '5 20 2 total+price'])
  expect(shown(price)).toEqual(['5 10 1 price'])
})

test('a file that was named before its lines were known is the symbol when they are', () => {
  const map = aShop().open()
  map.note([aTouch({ lines: [], times: 0 })])
  expect(edges(map)).toEqual(['shop-back  transcript'])
  map.note([aTouch()])
  expect(edges(map)).toEqual(['shop-back price transcript'])
})

test('a file that no language reads is on the map once an agent has worked at it, an ignored one is not', () => {
  const { root, open } = aShop()
  write(root, 'cart.css', '.cart { color: red }\n')
  write(root, '.gitignore', 'built/\n*.log\n')
  write(root, 'built/cart.css', '')
  write(root, 'cart.log', '')
  const map = open()
  const files = (of: CodeMap) =>
    of.store.all('select path from file order by path').map((row) => String(row['path']))
  expect(files(map)).toEqual(['cart.ts'])

  const worked = ['cart.css', 'built/cart.css', 'cart.log', 'gone.css'].map((file) => aTouch({ file }))
  expect(map.note(worked).read).toBe(1)
  expect(map.note(worked).read).toBe(0)
  expect(files(map)).toEqual(['cart.css', 'cart.ts'])
  expect(edges(map)).toEqual(['shop-back  transcript'])
  const [sheet] = findNodes(map.store, 'cart.css')
  expect(sheet && touchedOf(map, sheet, { commits: [] }).agents.map((one) => one.name)).toEqual(['shop-back'])

  // What is ignored stays so when it is saved.
  write(root, 'extra.log.ts', 'export const extra = 1\n')
  write(root, '.gitignore', 'built/\n*.log\n*.log.ts\n')
  map.index()
  write(root, 'extra.log.ts', 'export const extra = 2\n')
  expect(map.update(['extra.log.ts', 'cart.log'])).toEqual({ read: 0, linked: 0, removed: 0 })

  expect(files(open())).toEqual(['cart.css', 'cart.ts'])
  rmSync(join(root, 'cart.css'))
  map.update(['cart.css'])
  expect(files(map)).toEqual(['cart.ts'])
  expect(edges(map)).toEqual([])
  expect(map.problems()).toEqual([])
})

test('who touched it: the authors of its lines, and the agents', () => {
  const { root, open } = aShop()
  const git = (name: string, ...args: string[]) =>
    execFileSync('git', ['-c', `user.name=${name}`, '-c', 'user.email=a@b', ...args], {
      cwd: root,
      stdio: 'pipe',
    })
  git('Ada', 'init', '-q')
  git('Ada', 'add', 'cart.ts')
  git('Ada', 'commit', '-q', '-m', 'A cart', '--date=2026-01-01T12:00:00Z')
  write(root, 'cart.ts', CART.replace('return n', 'return n + 1'))
  git('Bob', 'commit', '-q', '-a', '-m', 'One more', '--date=2026-01-02T12:00:00Z')
  write(root, 'cart.ts', CART.replace('return n', 'return n + 1').replace('(1)', '(2)'))
  const map = open()
  map.note([aTouch()])
  const ask = (name: string) =>
    COMMANDS['touched']?.run(map, [name], { depth: 1, tokens: 100, git: createGit(root) }).text ?? ''

  expect(ask('price')).toMatch(/agent shop-back {2}cart\.ts price[^]*Bob {2}1 commit {2}One more[^]*Ada/)
  // Bob wrote none of its lines.
  expect(ask('total')).not.toMatch(/Bob|shop-back/)
  expect(ask('.')).toMatch(/shop-back[^]*Bob[^]*Ada/)
  expect(ask('shop-back')).toMatch(/agent shop-back\n {2}.*cart\.ts price/)
})
