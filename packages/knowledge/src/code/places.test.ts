// Repository, packages and folders: nodes that can be named, questioned and searched, and that hold what lies in them.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { write } from '../../test/edits.ts'
import { openCodeMap } from './code-map.ts'
import { manifestOf } from './manifest.ts'
import { documents } from './text/documents.ts'
import { findNodes } from './questions/nodes.ts'
import { pageOf } from './questions/page.ts'
import { impact, references } from './questions/relations.ts'
import { search } from './questions/search.ts'
import { COPY } from './store/store.ts'
import { typescript } from './typescript/extractor.ts'

const NO_HISTORY = { commits: [] }

const SHOP = {
  'package.json': '{ "name": "shop", "private": true }',
  'parts/price/package.json': '{ "name": "@shop/price", "description": "What things cost." }',
  'parts/price/src/price.ts': `// Reckons prices.\nexport function price(n: number) { return round(n) }\nfunction round(n: number) { return n }\n`,
  'parts/till/README.md': '# Till\n\nTakes the money.\n\nMore of it.\n',
  'parts/till/till.ts': `import { price } from '../price/src/price.ts'\nexport const pay = () => price(1)\n`,
}

function aMap(files: Record<string, string>) {
  const root = mkdtempSync(join(tmpdir(), 'tutti-places-'))
  for (const [path, text] of Object.entries(files)) write(root, path, text)
  const map = openCodeMap({ root, database: ':memory:', extractors: [typescript, documents] })
  map.index()
  onTestFinished(() => {
    map.close()
    rmSync(root, { recursive: true, force: true })
  })
  return { root, map }
}

test('a repository holds its packages, those their folders, and so on down to the symbol', () => {
  const { map } = aMap(SHOP)
  const [round] = findNodes(map.store, 'round')
  if (!round) throw new Error('no such symbol')

  expect(pageOf(map, round, NO_HISTORY).within.map((one) => `${one.kind} ${one.file}`)).toEqual([
    'repository .',
    'package .',
    'folder parts',
    'package parts/price',
    'folder parts/price/src',
    'file parts/price/src/price.ts',
  ])
  const [whole] = map.store.all('select count(*) n from contains where copy = ?', COPY)
  const [nodes] = map.store.all('select count(*) n from node where copy = ?', COPY)
  // Everything but the repository lies in something, and in one thing only.
  expect(Number(whole?.['n'])).toBe(Number(nodes?.['n']) - 1)
})

test('a folder is found by its path and a package by its name; both are questioned like a symbol', () => {
  const { map } = aMap(SHOP)
  const [named] = findNodes(map.store, '@shop/price')
  const [till] = findNodes(map.store, './parts/till/')
  if (!named || !till) throw new Error('no such place')

  expect(findNodes(map.store, 'parts/price')).toEqual([named])
  expect(named).toMatchObject({ kind: 'package', file: 'parts/price', doc: 'What things cost.' })
  // What its own files say among themselves is no use of it.
  expect(references(map, named.id).map((one) => `${one.kind} ${one.file}:${one.line}`)).toEqual([
    'imports parts/till/till.ts:1',
    'calls parts/till/till.ts:2',
  ])
  expect(impact(map, [named.id]).files).toEqual(['parts/till/till.ts'])
  expect(search(map, 'things cost').map((one) => one.name)).toEqual(['@shop/price'])

  const page = pageOf(map, till, NO_HISTORY)
  expect(page.node.doc).toBe('Takes the money.')
  expect(page.overview?.uses).toEqual([{ folder: 'parts/price/src', places: 2 }])
  expect(pageOf(map, named, NO_HISTORY).overview).toMatchObject({
    most: [{ node: { path: 'price' }, uses: 1 }],
    usedBy: [{ folder: 'parts/till', places: 2 }],
  })
})

test('a folder is gone with its last file, and is a package while a manifest names it', () => {
  const { root, map } = aMap(SHOP)
  const kinds = () =>
    map.store
      .all(`select kind, path from node where copy = ? and file is null order by path`, COPY)
      .map((row) => `${row['kind']} ${row['path']}`)

  write(root, 'parts/till/package.json', '{ "name": "till" }')
  rmSync(join(root, 'parts/price'), { recursive: true })
  map.update(['parts/till/package.json', 'parts/price/package.json', 'parts/price/src/price.ts'])

  expect(kinds()).toEqual([
    'package folder:.',
    'folder folder:parts',
    'package folder:parts/till',
    'repository repository:',
  ])
})

test.each([
  [
    'Cargo.toml',
    '[package]\nname = "grid"\ndescription = "A grid."\n[dependencies]\nname = "other"\n',
    'grid',
    'A grid.',
  ],
  ['pyproject.toml', '[build-system]\n\n[project]\nname = "rail"\nversion = "1"\n', 'rail', ''],
  ['go.mod', 'module example.org/bill\n\ngo 1.24\n', 'example.org/bill', ''],
  [
    'pom.xml',
    '<project><parent><artifactId>all</artifactId></parent><artifactId>post</artifactId></project>',
    'post',
    '',
  ],
  ['composer.json', '{ "name": "a/b", "description": "It." }', 'a/b', 'It.'],
])('%s names a package', (file, ...[text, name, says]) => {
  const { root } = aMap({ [file]: text })
  expect(manifestOf({ root, files: new Set([file]) }, '')).toEqual({ name, says })
})
