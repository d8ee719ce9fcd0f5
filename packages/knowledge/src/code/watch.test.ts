// What is saved in a watched folder is in the map a moment later.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openCodeMap } from './code-map.ts'
import { findNodes } from './questions/nodes.ts'
import { typescript } from './typescript/extractor.ts'
import { watchCodeMap } from './watch.ts'

test('a save is in the map without being told', async () => {
  const root = mkdtempSync(join(tmpdir(), 'tutti-map-'))
  writeFileSync(join(root, 'a.ts'), 'export const one = () => 1\n')
  const map = openCodeMap({ root, database: ':memory:', extractors: [typescript] })
  map.index()
  const watching = new AbortController()
  const changed = new Promise<string[]>((resolve, reject) => {
    const onChange = ({ paths }: { paths: string[] }) => resolve(paths)
    watchCodeMap({ map, onChange, onError: reject }, watching.signal)
  })

  writeFileSync(join(root, 'b.ts'), 'export const two = () => 2\n')

  expect(await changed).toEqual(['b.ts'])
  expect(findNodes(map.store, 'two').map((one) => one.file)).toEqual(['b.ts'])
  watching.abort()
  map.close()
  rmSync(root, { recursive: true })
})

test('a new folder is watched, what is ignored is not', async () => {
  const root = mkdtempSync(join(tmpdir(), 'tutti-map-'))
  writeFileSync(join(root, '.gitignore'), 'built/\n')
  mkdirSync(join(root, 'built'))
  const map = openCodeMap({ root, database: ':memory:', extractors: [typescript] })
  map.index()
  const watching = new AbortController()
  const seen: string[] = []
  let heard = () => {}
  watchCodeMap(
    {
      map,
      onChange: ({ paths }) => {
        seen.push(...paths)
        heard()
      },
      onError: (error) => seen.push(String(error)),
    },
    watching.signal,
  )
  const next = () => new Promise<void>((resolve) => (heard = resolve))

  const folder = next()
  mkdirSync(join(root, 'lib'))
  await folder
  const file = next()
  writeFileSync(join(root, 'built/out.ts'), 'export const no = 0\n')
  writeFileSync(join(root, 'lib/b.ts'), 'export const two = () => 2\n')
  await file

  expect(findNodes(map.store, 'two').map((one) => one.file)).toEqual(['lib/b.ts'])
  expect(seen).not.toContain('built/out.ts')
  watching.abort()
  map.close()
  rmSync(root, { recursive: true })
})
