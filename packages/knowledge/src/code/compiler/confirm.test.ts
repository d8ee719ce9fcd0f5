// The exact tier: what only the compiler can resolve is a call in the map after it was asked.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { openCodeMap } from '../code-map.ts'
import { findNodes } from '../questions/nodes.ts'
import { callers } from '../questions/relations.ts'
import { typescript } from '../typescript/extractor.ts'
import { openCompiler } from './compiler.ts'
import { confirmCalls } from './confirm.ts'

test('a call through a mapped type is added, calls that were found are confirmed, and asking twice changes nothing', async () => {
  const root = mkdtempSync(join(tmpdir(), 'tutti-map-'))
  writeFileSync(
    join(root, 'tsconfig.json'),
    '{ "compilerOptions": { "strict": true, "target": "esnext" }, "include": ["*.ts"] }',
  )
  writeFileSync(join(root, 'box.ts'), 'export class Box {\n  open() {\n    return 1\n  }\n}\n')
  writeFileSync(
    join(root, 'use.ts'),
    `import { Box } from './box'\ntype Kept<T> = { [K in keyof T as T[K] extends object ? K : never]: T[K] }\ndeclare const kept: Kept<{ box: Box; n: number }>\nexport function use() {\n  return kept.box.open() + make().open()\n}\nexport function make() {\n  return new Box()\n}\n`,
  )
  const map = openCodeMap({ root, database: ':memory:', extractors: [typescript] })
  const compiler = await openCompiler(root, join(root, 'tsconfig.json'))
  onTestFinished(() => {
    compiler?.close()
    map.close()
    rmSync(root, { recursive: true })
  })
  map.index()
  const rules = () => callers(map, findNodes(map.store, 'Box.open')[0]?.id ?? 0).map((one) => one.rule)
  expect(rules()).toEqual(['instance'])

  const first = compiler && confirmCalls(map, compiler)
  const second = compiler && confirmCalls(map, compiler)

  expect(first).toEqual({ files: 1, asked: 4, confirmed: 3, added: 1 })
  expect(second).toEqual(first)
  expect(rules().sort()).toEqual(['compiler', 'instance'])
})
