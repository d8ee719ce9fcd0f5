// The map after any edits equals the map of a fresh index, and bad files cost no more than themselves.
import { mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import fc from 'fast-check'
import { afterEach, expect, test } from 'vitest'
import { openCodeMap, type CodeMap } from './code-map.ts'
import { aFirstFolder, apply, edit, said, write } from '../../test/edits.ts'
import { typescript } from './typescript/extractor.ts'
import { callers, impact } from './questions/relations.ts'
import { findNodes } from './questions/nodes.ts'

const folders: string[] = []
afterEach(() => {
  for (const one of folders.splice(0)) rmSync(one, { recursive: true, force: true })
})

function aFolder(files: Record<string, string>): string {
  const root = mkdtempSync(join(tmpdir(), 'tutti-map-'))
  folders.push(root)
  for (const [path, text] of Object.entries(files)) write(root, path, text)
  return root
}

const open = (root: string, database = ':memory:') =>
  openCodeMap({ root, database, extractors: [typescript] })

/** What the graph in memory says must be what the tables say. */
function graphEdges(map: CodeMap): string[] {
  const graph = map.graph()
  const found: string[] = []
  for (let node = 0; node < graph.size(); node++)
    graph.each(node, false, (other, bits) => found.push(`${node} ${other} ${bits}`))
  return found.sort()
}

test('after any writes, moves and removals the map equals a fresh index of the folder', () => {
  fc.assert(
    fc.property(fc.array(edit, { minLength: 12, maxLength: 12 }), (edits) => {
      const root = aFolder(aFirstFolder())
      const map = open(root)
      map.index()
      map.graph()
      const present = new Set(Object.keys(aFirstFolder()))
      for (const one of edits) {
        map.update(apply(root, present, one))
        const fresh = open(root)
        fresh.index()
        expect(said(map)).toEqual(said(fresh))
        fresh.close()
      }
      const overlaid = graphEdges(map)
      expect(overlaid).toEqual(tableEdges(map))
      map.close()
      rmSync(root, { recursive: true, force: true })
    }),
    // The bench does five hundred.
    { numRuns: 6 },
  )
}, 120_000)

function tableEdges(map: CodeMap): string[] {
  const { size, columns } = map.store.graphColumns()
  const found: string[] = []
  for (let at = 0; at < columns.count; at++)
    found.push(`${columns.sources[at]} ${columns.targets[at]} ${columns.bits[at]}`)
  expect(size).toBeGreaterThan(0)
  return found.sort()
}

test('a map that is opened again knows what changed while it was closed', () => {
  const root = aFolder({
    'a.ts': `export function one() {}\n`,
    'b.ts': `import { one } from './a'\nexport const two = () => one()\n`,
  })
  const database = join(aFolder({}), 'map.db')
  const first = open(root, database)
  first.index()
  first.close()
  renameSync(join(root, 'a.ts'), join(root, 'c.ts'))

  const second = open(root, database)
  second.index()
  expect(callers(second, findNodes(second.store, 'c.ts:one')[0]?.id ?? 0)).toEqual([])
  write(root, 'a.ts', `export { one } from './c'\n`)
  second.update(['a.ts'])

  const [only] = callers(second, findNodes(second.store, 'c.ts:one')[0]?.id ?? 0)
  expect(only).toMatchObject({ kind: 'calls', rule: 'import', file: 'b.ts', line: 2 })
  second.close()
})

test('a change inside a body links only its own file', () => {
  const root = aFolder({
    'a.ts': `export function one(): number { return 1 }\n`,
    'b.ts': `import { one } from './a'\nexport const two = () => one()\n`,
  })
  const map = open(root)
  map.index()

  write(root, 'a.ts', `// moved down\nexport function one(): number { return Math.max(1, 2) }\n`)
  expect(map.update(['a.ts'])).toEqual({ read: 1, linked: 1, removed: 0 })

  write(root, 'a.ts', `export function other(): number { return 1 }\n`)
  expect(map.update(['a.ts'])).toEqual({ read: 1, linked: 2, removed: 0 })
  map.close()
})

test('what cannot be read is reported by name and the rest is indexed', () => {
  const root = aFolder({
    'good.ts': `export const good = () => 1\n`,
    'broken.ts': `export function broken( {\n`,
    [`odd "name"\u0007'.ts`]: `import { good } from './good'\nexport const odd = () => good()\n`,
    'huge.ts': `export const huge = '${'x'.repeat(20_000_000)}'\n`,
  })
  writeFileSync(join(root, 'binary.ts'), Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 1, 2, 3]))
  symlinkSync(root, join(root, 'loop'))
  symlinkSync(join(root, 'itself.ts'), join(root, 'itself.ts'))
  symlinkSync(join(root, 'nothing.ts'), join(root, 'dangling.ts'))
  // An editor's lock.
  symlinkSync('ada@desk.4711:1', join(root, '.#good.ts'))

  const map = open(root)
  map.index()

  const problems = new Map(map.problems().map((one) => [one.path, one.problem]))
  expect([...problems.keys()].sort()).toEqual([
    'binary.ts',
    'broken.ts',
    'dangling.ts',
    'huge.ts',
    'itself.ts',
    'loop',
  ])
  expect(problems.get('dangling.ts')).toBe('a symbolic link to nothing')
  expect(problems.get('loop')).toBe('a circle of symbolic links')
  expect(problems.get('binary.ts')).toBe('binary, not text')
  expect(problems.get('huge.ts')).toMatch(/larger than 1.5 MB/)
  expect(problems.get('broken.ts')).toMatch(/^line \d: /)
  const good = findNodes(map.store, 'good.ts:good')[0]
  expect(callers(map, good?.id ?? 0).map((one) => one.file)).toEqual([`odd "name"\u0007'.ts`])
  map.close()
})

test('a folder that vanishes while it is indexed leaves an empty map and a problem', () => {
  const root = aFolder({ 'a.ts': 'export const a = 1\n' })
  const map = open(root)
  map.index()
  rmSync(root, { recursive: true, force: true })

  map.index()

  expect(said(map)).toEqual([])
  expect(map.problems()).toEqual([{ path: '', problem: 'vanished while it was read' }])
  map.close()
})

test('a folder that vanishes in the middle of its index leaves what was read, and nothing at the next look', () => {
  const root = aFolder({
    'a.ts': `import { b } from './b'\nexport const a = () => b()\n`,
    'b.ts': `export const b = () => 1\n`,
    'c.ts': `import { a } from './a'\nexport const c = () => a()\n`,
  })
  const vanishing = {
    ...typescript,
    extract(path: string, text: string) {
      rmSync(root, { recursive: true, force: true })
      return typescript.extract(path, text)
    },
  }
  const map = openCodeMap({ root, database: ':memory:', extractors: [vanishing] })

  map.index()
  expect(findNodes(map.store, 'a.ts:a')).toHaveLength(1)
  expect(map.store.all('select path from file')).toEqual([{ path: 'a.ts' }])

  map.index()
  expect(said(map)).toEqual([])
  expect(map.problems()).toEqual([{ path: '', problem: 'vanished while it was read' }])
  map.close()
})

test('two processes that keep one database see what the other has written', () => {
  const root = aFolder({
    'a.ts': `export function one() {}\n`,
    'b.ts': `import { one } from './a'\nexport const two = () => one()\n`,
  })
  const database = join(aFolder({}), 'map.db')
  const [first, second] = [open(root, database), open(root, database)]

  first.index()
  second.index()
  second.graph()
  write(root, 'c.ts', `import { one } from './a'\nexport const three = () => one()\n`)
  first.update(['c.ts'])
  write(root, 'd.ts', `import { three } from './c'\nexport const four = () => three()\n`)
  second.update(['d.ts'])

  const fresh = open(root)
  fresh.index()
  expect(said(second)).toEqual(said(fresh))
  expect(graphEdges(first)).toEqual(tableEdges(first))
  expect(first.index()).toEqual({ read: 0, linked: 0, removed: 0 })
  for (const one of [first, second, fresh]) one.close()
})

test('a database of another version is made anew, whatever its tables refer to', () => {
  const root = aFolder({ 'a.ts': `export const a = 1\n` })
  const database = join(aFolder({}), 'map.db')
  const old = new DatabaseSync(database)
  old.exec(`create table copy (id integer primary key, root text); create table file (id integer primary key, copy integer not null references copy(id));
    insert into copy values (1, '/old'); insert into file values (1, 1); create view both as select * from file; pragma user_version = 1`)
  old.close()

  const map = open(root, database)
  map.index()

  expect(map.store.all('select path from file')).toEqual([{ path: 'a.ts' }])
  map.close()
})

test('what a guard says of a name holds where it is true, and nowhere else', () => {
  const root = aFolder({
    'cup.ts': `export class Cup { fill() {} }\nexport class Pot { fill() {} }\nexport function isCup(n: number, thing: unknown): thing is Cup { return thing instanceof Cup }\nexport const isPot = make() as (thing: any) => thing is Pot\nfunction make(): any {}\nexport function isFull(thing: unknown): boolean { return true }\n`,
    'use.ts': `import { isCup, isFull, isPot } from './cup'\nexport function use(a: any) {\n  if (isCup(1, a)) a.fill()\n  else a.fill()\n  isPot(a) && a.fill()\n  if (isFull(a)) a.fill()\n  if (isCup(a, 1)) a.fill()\n}\n`,
  })
  const map = open(root)
  map.index()
  const linesOf = (name: string) =>
    callers(map, findNodes(map.store, name)[0]?.id ?? 0).map((one) => `${one.file}:${one.line}`)
  expect(linesOf('cup.ts:Cup.fill')).toEqual(['use.ts:3'])
  expect(linesOf('cup.ts:Pot.fill')).toEqual(['use.ts:5'])
  map.close()
})

test('impact goes ring by ring up to the tests', () => {
  const root = aFolder({
    'core.ts': `export class Core { run() { return 1 } }\n`,
    'shell.ts': `import { Core } from './core.ts'\nexport const shell = (core: Core) => core.run()\n`,
    'shell.test.ts': `import { shell } from './shell.ts'\nimport { Core } from './core.ts'\ntest('it runs', () => { shell(new Core()) })\n`,
  })
  const map = open(root)
  map.index()

  const found = impact(map, [findNodes(map.store, 'Core.run')[0]?.id ?? 0])

  expect(found.rings.map((ring) => ring.nodes.map((one) => `${one.file}:${one.path}`))).toEqual([
    ['shell.ts:shell'],
    ['shell.test.ts:it runs'],
  ])
  expect(found.tests.map((one) => `${one.kind} ${one.name}`)).toEqual(['test it runs'])
  map.close()
})
