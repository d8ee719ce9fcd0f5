// Tables, routes, variables of the environment, tests and documents in the same graph as code.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { openCodeMap, type CodeMap } from './code-map.ts'
import { extractors } from './extractors.ts'
import { findNodes } from './questions/nodes.ts'
import { impact, references } from './questions/relations.ts'
import { search } from './questions/search.ts'
import { COPY } from './store/store.ts'

async function aMap(
  files: Record<string, string>,
): Promise<CodeMap & { write(path: string, text: string): void }> {
  const root = mkdtempSync(join(tmpdir(), 'tutti-map-'))
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  for (const [path, text] of Object.entries(files)) write(path, text)
  const map = openCodeMap({ root, database: ':memory:', extractors: await extractors(root) })
  map.index()
  onTestFinished(() => {
    map.close()
    rmSync(root, { recursive: true })
  })
  return Object.assign(map, { write })
}

const edges = (map: CodeMap, ...kinds: string[]): string[] =>
  map.store
    .all(
      `select e.kind, s.path source, t.path target from edge e join node s on s.id = e.source join node t on t.id = e.target where s.copy = ?`,
      COPY,
    )
    .filter((row) => kinds.includes(String(row['kind'])))
    .map((row) => `${row['source']} ${row['kind']} ${row['target']}`)
    .sort()

test('SQL in code reads and writes the tables that migrations define', async () => {
  const map = await aMap({
    'db/0001.sql': `-- the shop's\ncreate table if not exists "item" (\n  id integer primary key, -- number\n  price numeric(10, 2) not null,\n  constraint positive check (price > 0)\n);\nalter table item add column name text;\n`,
    'store.ts': `export const all = (db: any) => db.prepare('select * from item i join tag t on t.id = i.id').all()\nexport const put = (db: any) => db.run(\`insert into item (id) values (\${1})\`)\nexport const gone = (db: any) => db.run('delete from item where id = ?')\n`,
  })
  expect(edges(map, 'reads', 'writes', 'defines')).toEqual([
    'all reads table:item',
    'all reads table:tag',
    'gone writes table:item',
    'put writes table:item',
    'table:item defines item',
  ])
  expect(findNodes(map.store, 'item.price').map((one) => [one.kind, one.line, one.signature])).toEqual([
    ['column', 4, 'price numeric(10, 2) not null'],
  ])
  expect(findNodes(map.store, 'item.name')[0]?.line).toBe(7)
  const reached = impact(map, [findNodes(map.store, 'db/0001.sql:item')[0]?.id ?? 0])
  expect(reached.rings.map((ring) => ring.nodes.map((one) => one.path).sort())).toEqual([
    ['table:item'],
    ['all', 'gone', 'put'],
  ])
})

test('a route leads to its handler and a request to its route', async () => {
  const map = await aMap({
    'server.ts': `export function show() { return 1 }\nexport function routes(app: any) {\n  app.get('/v1/items/:id', show)\n  app.post('/v1/items', () => 2)\n}\nconst kept = new Map<string, number>()\nkept.get('/v1/none')\n`,
    'page.ts': `export const load = (id: string) => fetch(\`/v1/items/\${id}\`)\nexport const make = () => fetch('/v1/items', { method: 'POST' })\n`,
  })
  expect(edges(map, 'handles', 'requests')).toEqual([
    'load requests route:GET /v1/items/{}',
    'make requests route:POST /v1/items',
    'route:GET /v1/items/{} handles show',
    'route:POST /v1/items handles routes',
  ])
})

test('a test is a node with its title, and leads to what it tests', async () => {
  const map = await aMap({
    'price.ts': `export const price = (n: number) => n * 2\n`,
    'price.test.ts': `import { price } from './price.ts'\ndescribe('prices', () => {\n  test.each([1])('a "price" is\\ttwice %d', (n) => { price(n) })\n})\n`,
  })
  expect(edges(map, 'tests')).toEqual(['prices.a "price" is\ttwice %d tests price'])
  expect(search(map, 'twice').map((one) => one.kind)).toEqual(['test'])
})

test('a variable of the environment is a node while something reads it', async () => {
  const map = await aMap({ 'a.ts': `export const port = () => process.env['SHOP_PORT']\n` })
  const [node] = findNodes(map.store, 'SHOP_PORT')
  expect(node && references(map, node.id).map((one) => one.node.path)).toEqual(['port'])

  map.write('a.ts', 'export const port = () => 1\n')
  map.update(['a.ts'])

  expect(() => findNodes(map.store, 'SHOP_PORT')).toThrow(/has no SHOP_PORT/)
})

test('documents are found by heading and text, and lead to the files that they name', async () => {
  const map = await aMap({
    'src/price.ts': `export const price = 1\n`,
    'README.md': `# Shop\n\n## Prices\n\nAll in \`src/price.ts\` and [there](src/price.ts), never in \`gone.ts\`.\n\n\`\`\`sh\n# no heading\n\`\`\`\n`,
    'docs/guide.rst': `=====\nGuide\n=====\n\nTaxes\n-----\n\nRounded half up.\n`,
    'docs/more.adoc': `= More\n\n== Currencies\n\nEuro only.\n`,
  })
  expect(edges(map, 'documents')).toEqual(['Shop / Prices documents '])
  const places = (words: string) => search(map, words).map((one) => `${one.file}:${one.line} ${one.path}`)
  expect(places('rounded half')).toEqual(['docs/guide.rst:5 Guide / Taxes'])
  expect(places('euro')).toEqual(['docs/more.adoc:3 More / Currencies'])
  expect(places('heading')).toEqual(['README.md:3 Shop / Prices'])
})
