// The documentation as files: pages, a search without a server, llms.txt, and names that are never markup.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { openCodeMap } from '../code-map.ts'
import { documents } from '../text/documents.ts'
import { typescript } from '../typescript/extractor.ts'
import { findNodes } from './nodes.ts'
import { pageOf, pageText } from './page.ts'
import { writeSite } from './site.ts'

function aMap(files: Record<string, string>) {
  const root = mkdtempSync(join(tmpdir(), 'tutti-map-'))
  for (const [path, text] of Object.entries(files)) writeFileSync(join(root, path), text)
  const map = openCodeMap({ root, database: ':memory:', extractors: [typescript, documents] })
  onTestFinished(() => {
    map.close()
    rmSync(root, { recursive: true })
  })
  map.index()
  return map
}

test('a site has a page a file, an index, and llms.txt, and shows foreign text as text', () => {
  const map = aMap({
    'README.md': '# Shop\n\nSells things.\n\n## Prices\n\nIn cents.\n',
    'price.ts': '/** Twice <b>that</b>. */\nexport const price = (n: number) => n * 2\n',
    'a<img src=x onerror=alert(1)>.ts': 'export const odd = 1\n',
  })
  const folder = join(map.root, 'site')

  expect(writeSite(map, folder)).toBe(4)

  const read = (name: string) => readFileSync(join(folder, name), 'utf8')
  expect(read('files/price.ts.html')).toContain('Twice &lt;b&gt;that&lt;/b&gt;.')
  expect(read('index.html')).not.toContain('<img')
  expect(read('llms.txt')).toMatch(/^# Shop\n\n> Sells things\.\n\n## Docs\n\n- \[Shop\]\(README\.md\)/)
  expect(read('llms.txt')).toContain('2: price = (n: number)')
})

test('a page of a symbol has its signature, comment, an example from a test, its callers and documents', () => {
  const map = aMap({
    'README.md': '# Shop\n\nAsk `price()` first.\n',
    'price.ts': '/** Twice that. */\nexport function price(n: number) {\n  return n * 2\n}\n',
    'price.test.ts':
      "import { price } from './price.ts'\ntest('it doubles', () => {\n  expect(price(2)).toBe(4)\n})\n",
    'cart.ts': "import { price } from './price.ts'\nexport const total = () => price(1)\n",
  })
  const [node] = findNodes(map.store, 'price.ts:price')
  const text = node ? pageText(pageOf(map, node, { commits: [] })) : ''
  for (const part of [
    'function price(n: number)',
    'Twice that.',
    '- `expect(price(2)).toBe(4)` price.test.ts:3',
    'cart.ts:2',
    '- Shop README.md:1',
  ])
    expect(text).toContain(part)
})
