// The documentation as files: pages, a search without a server, llms.txt, and names that are never markup.
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { crc32, inflateRawSync } from 'node:zlib'
import fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { write } from '../../../test/edits.ts'
import { openCodeMap } from '../code-map.ts'
import { documents } from '../text/documents.ts'
import { typescript } from '../typescript/extractor.ts'
import { findNodes } from './nodes.ts'
import { pageOf, pageText } from './page.ts'
import { createArchive } from './site-archive.ts'
import { intoFolder, writeSite } from './site.ts'

function aMap(files: Record<string, string>) {
  const root = mkdtempSync(join(tmpdir(), 'tutti-map-'))
  for (const [path, text] of Object.entries(files)) write(root, path, text)
  const map = openCodeMap({ root, database: ':memory:', extractors: [typescript, documents] })
  onTestFinished(() => {
    map.close()
    rmSync(root, { recursive: true })
  })
  map.index()
  return map
}

test('a site has a page a file and folder, an index, and llms.txt, and shows foreign text as text', () => {
  const map = aMap({
    'README.md': '# Shop\n\nSells things.\n\n## Prices\n\nIn cents.\n',
    'till/price.ts': '// Reckons.\n/** Twice <b>that</b>. */\nexport const price = (n: number) => n * 2\n',
    'till/price.test.ts': `import { price } from './price.ts'\ntest('it doubles', () => {\n  expect(price(2)).toBe(4)\n})\n`,
    'cart.ts': `import { price } from './till/price.ts'\nexport const total = () => price(1)\n`,
    'a<img src=x onerror=alert(1)>.ts': 'export const odd = 1\n',
  })
  const folder = join(map.root, 'site')

  // Five files, two folders and the index.
  expect(writeSite(map, intoFolder(folder))).toBe(8)

  const read = (name: string) => readFileSync(join(folder, name), 'utf8')
  const page = read('files/till/price.ts.html')
  expect(page).toContain('Twice &lt;b&gt;that&lt;/b&gt;.')
  expect(page).toContain('<a href="../../files/cart.ts.html#total">total · cart.ts:2</a>')
  expect(page).toContain('expect(price(2)).toBe(4)')
  const till = read('folders/till.html')
  expect(till).toContain('<a href="../files/till/price.ts.html">price.ts</a> <small>Reckons.</small>')
  expect(till).toContain('<a href="../files/till/price.ts.html#price">price</a> <small>1 place')
  expect(read('index.html') + read('folders/_root.html')).not.toContain('<img')
  expect(JSON.parse(/^const ENTRIES=(.*)\n$/.exec(read('search.js'))?.[1] ?? '')).toContainEqual([
    'Shop / Prices',
    'section',
    'README.md',
    5,
    'In cents.',
  ])
  expect(read('llms.txt')).toMatch(/^# Shop\n\n> Sells things\.\n\n## Docs\n\n- \[Shop\]\(README\.md\)/)
  expect(read('llms.txt')).toContain('3: price = (n: number)')
})

test('every way on the site leads to a page that is there', () => {
  const map = aMap({
    'docs/50 % off?#1.md': '# Sale\n\nNow.\n',
    'shop/price.ts': 'export const price = 1\n',
    'cart.ts': `import { price } from './shop/price.ts'\nexport const total = price\n`,
  })
  const folder = join(map.root, 'site')
  writeSite(map, intoFolder(folder))
  const pages = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((one) =>
    one.endsWith('.html'),
  )

  const ways = pages.flatMap((page) =>
    [...readFileSync(join(folder, page), 'utf8').matchAll(/href="([^"#]*)/g)].map(([, to = '']) =>
      decodeURIComponent(join(dirname(page), to)),
    ),
  )

  expect(ways.length).toBeGreaterThan(8)
  expect(ways.filter((one) => !existsSync(join(folder, one)))).toEqual([])
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

test('an archive lists what was put into it, and each part is found where the list says', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.string(), fc.string()), { maxLength: 6 }), (files) => {
      const parts: Buffer[] = []
      const archive = createArchive((bytes) => void parts.push(bytes))
      for (const [name, text] of files) archive.add(name, text)
      archive.end()
      expect(unpacked(Buffer.concat(parts))).toEqual(files)
    }),
  )
})

/** As APPNOTE describes it, from the end. */
function unpacked(zip: Buffer): [name: string, text: string][] {
  const end = zip.length - 22
  expect(zip.toString('latin1', end, end + 4)).toBe('PK\u0005\u0006')
  let at = zip.readUInt32LE(end + 16)
  return Array.from({ length: zip.readUInt16LE(end + 10) }, () => {
    expect(zip.toString('latin1', at, at + 4)).toBe('PK\u0001\u0002')
    const [sum, size, nameSize] = [
      zip.readUInt32LE(at + 16),
      zip.readUInt32LE(at + 20),
      zip.readUInt16LE(at + 28),
    ]
    const name = zip.toString('utf8', at + 46, at + 46 + nameSize)
    const from = zip.readUInt32LE(at + 42)
    expect(zip.toString('utf8', from + 30, from + 30 + nameSize)).toBe(name)
    const plain = inflateRawSync(zip.subarray(from + 30 + nameSize, from + 30 + nameSize + size))
    expect(crc32(plain)).toBe(sum)
    at += 46 + nameSize
    return [name, plain.toString('utf8')]
  })
}
