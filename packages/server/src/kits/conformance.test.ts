// The report of a conformance run: there, not there, and damaged.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { conformanceIn } from './conformance.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tutti-conformance-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const row = { row: 'working', says: 'it works', outcome: 'passed', why: '' }
const report = { kit: 'a', label: 'A', version: '1', at: 5, passed: 1, total: 1, without: 0, results: [row] }

test('what the last run has left is told, without what nobody needs to see', async () => {
  const path = join(folder, 'conformance.json')
  writeFileSync(path, JSON.stringify([{ ...report, results: [{ ...row, screen: 'secret', ms: 3 }] }]))

  expect(await conformanceIn(path)).toEqual([report])
})

test('where nobody has run it there is none, and a damaged file is an error, not an empty list', async () => {
  const path = join(folder, 'conformance.json')
  expect(await conformanceIn(path)).toEqual([])

  writeFileSync(path, '{"reports":')
  await expect(conformanceIn(path)).rejects.toThrow('JSON')
})
