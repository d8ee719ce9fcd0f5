// What the folder picker shows, makes and refuses, on real folders.
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { aContext } from '../agents/test-support.ts'
import { isInside } from './allowed-folders.ts'
import { createFolders, type Folders } from './folders.ts'

let base: string
let home: string
let folders: Folders
beforeEach(() => {
  base = realpathSync(mkdtempSync(join(tmpdir(), 'tutti-folders-')))
  home = join(base, 'home')
  for (const path of ['home/shop/.git', 'home/docs', 'home/.cache', 'home-evil/secret']) {
    mkdirSync(join(base, path), { recursive: true })
  }
  writeFileSync(join(home, 'file.txt'), '')
  folders = createFolders({ allowed: () => [home] })
})
afterEach(() => rmSync(base, { recursive: true }))

const list = (path?: string, hidden = false) =>
  Promise.resolve(folders.handlers.listFolders({ path, hidden }, aContext()))
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: { code?: string }) => error.code,
  )

test('folders are shown sorted, with a mark for git, without files and hidden ones', async () => {
  expect(await list()).toEqual({
    path: home,
    parent: null,
    roots: [home],
    entries: [
      { name: 'docs', path: join(home, 'docs'), git: false },
      { name: 'shop', path: join(home, 'shop'), git: true },
    ],
  })
  expect((await list(home, true)).entries.map(({ name }) => name)).toEqual(['.cache', 'docs', 'shop'])
  expect((await list(join(home, 'shop'))).parent).toBe(home)
})

test('D41 a neighbour whose name begins alike, a way up and a link out are refused', async () => {
  symlinkSync(join(base, 'home-evil'), join(home, 'link'))
  symlinkSync(join(home, 'shop'), join(home, 'inner'))

  for (const path of [
    join(base, 'home-evil'),
    join(home, '..'),
    `${home}/../home-evil/secret`,
    '/',
    '/etc',
  ]) {
    expect(await codeOf(list(path))).toBe('folder.outside')
  }
  expect(await codeOf(list(join(home, 'link')))).toBe('folder.outside')
  expect(await codeOf(list(join(home, 'link/secret')))).toBe('folder.outside')
  expect((await list()).entries.map(({ name }) => name)).toEqual(['docs', 'inner', 'shop'])
})

test('D41 outside, a folder that exists and one that does not give the same answer', async () => {
  expect(await codeOf(list(join(base, 'home-evil/secret')))).toBe('folder.outside')
  expect(await codeOf(list(join(base, 'home-evil/nothing')))).toBe('folder.outside')
  expect(await codeOf(list(join(home, 'nothing')))).toBe('folder.unknown')
  expect(await codeOf(folders.folderFor(join(home, 'nothing')))).toBe('agent.folder-missing')
  expect(await codeOf(folders.folderFor(join(home, 'file.txt')))).toBe('agent.folder-missing')
  expect(await codeOf(folders.folderFor('shop'))).toBe('agent.folder-missing')
})

test('an allowed folder that is a link allows what it leads to', async () => {
  const link = join(base, 'work')
  symlinkSync(home, link)
  folders = createFolders({ allowed: () => [link] })

  expect(await folders.folderFor(join(link, 'shop'))).toBe(join(home, 'shop'))
})

test('a folder is made inside an allowed one, and only under a plain name', async () => {
  const make = (parent: string, name: string) =>
    Promise.resolve(folders.handlers.createFolder({ parent, name }, aContext()))

  expect(await make(home, 'new')).toEqual({ name: 'new', path: join(home, 'new'), git: false })
  expect(await codeOf(make(home, 'new'))).toBe('folder.exists')
  for (const name of ['.', '..', 'a/b', '../x', 'a\0b', 'a\nb', 'x'.repeat(101)]) {
    expect(await codeOf(make(home, name))).toBe('folder.name-invalid')
  }
  expect(await codeOf(make(join(base, 'home-evil'), 'x'))).toBe('folder.outside')
})

test('a path is inside a folder exactly when the folder and a slash begin it', () => {
  const part = fc.stringMatching(/^[a-z]{1,3}$/)
  const path = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => `/${parts.join('/')}`)
  fc.assert(
    fc.property(path, path, (folder, other) => {
      expect(isInside(other, [folder])).toBe(other === folder || other.startsWith(`${folder}/`))
    }),
  )
})

test('a name that no file system takes and a place that takes no folder are refused with a sentence', async () => {
  const make = (parent: string, name: string) =>
    codeOf(Promise.resolve(folders.handlers.createFolder({ parent, name }, aContext())))

  expect(await make(home, '\u6f22'.repeat(100))).toBe('folder.name-invalid') // 300 bytes
  folders = createFolders({ allowed: () => ['/proc'] })
  expect(await make('/proc', 'new')).toBe('folder.refused')
})
