// Which programs are found, on a search path of real files.
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { aContext } from '../agents/test-support.ts'
import { createPrograms } from './programs.ts'

let first: string
let second: string
beforeEach(() => {
  first = mkdtempSync(join(tmpdir(), 'tutti-path-'))
  second = mkdtempSync(join(tmpdir(), 'tutti-path-'))
})
afterEach(() => {
  for (const folder of [first, second]) rmSync(folder, { recursive: true })
})
const put = (folder: string, name: string, mode = 0o755) => {
  writeFileSync(join(folder, name), '')
  chmodSync(join(folder, name), mode)
  return join(folder, name)
}
const programs = () =>
  createPrograms({ searchPath: () => `${first}:${second}`, rehearsal: ['/node', '/rehearsal.js'] })

test('known programs are listed with their place, or with how to install them', async () => {
  put(second, 'claude')

  const list = await programs().handlers.listPrograms({}, aContext())

  expect(list.find(({ program }) => program === 'claude')?.path).toBe(join(second, 'claude'))
  expect(list.find(({ program }) => program === 'pi')).toMatchObject({
    path: null,
    hint: 'npm install -g @mariozechner/pi-coding-agent',
  })
  expect(list.find(({ program }) => program === 'rehearsal')?.path).toBe('/node')
})

test('a name is looked for in the order of the search path, and only files that may run count', async () => {
  const { commandFor } = programs()
  const where = `relative::${first}:${second}`
  mkdirSync(join(first, 'folder'))
  put(first, 'text', 0o644)
  const late = put(second, 'tool')
  expect(await commandFor('tool', where)).toEqual([late])
  const early = put(first, 'tool')

  expect(await commandFor('tool', where)).toEqual([early])
  expect(await commandFor(late, '')).toEqual([late])
  expect(await commandFor('rehearsal', '')).toEqual(['/node', '/rehearsal.js'])
  for (const name of ['folder', 'text', 'nothing', './tool', 'x/tool', '', 'a\0b', join(first, 'folder')]) {
    expect(await commandFor(name, where)).toBeNull()
  }
})
