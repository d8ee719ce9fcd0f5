// The map after any edits equals the map of a fresh index, and bad files cost no more than themselves.
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import { afterEach, expect, test } from 'vitest'
import { openCodeMap, type CodeMap } from './code-map.ts'
import { COPY } from './store/store.ts'
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

function write(root: string, path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), text)
}

const open = (root: string, database = ':memory:') =>
  openCodeMap({ root, database, extractors: [typescript] })

/** Everything that the map says, in words that do not depend on ids. */
function said(map: CodeMap): string[] {
  const nodes = map.store.all(
    `select f.path file, n.path, n.kind, n.line, n.signature from node n left join file f on f.id = n.file where n.copy = ?`,
    COPY,
  )
  const edges = map.store.all(
    `select sf.path sfile, s.path source, tf.path tfile, t.path target, e.kind, e.rule, e.line, e.col
     from edge e join node s on s.id = e.source left join file sf on sf.id = s.file
     join node t on t.id = e.target left join file tf on tf.id = t.file where s.copy = ?`,
    COPY,
  )
  return [...nodes, ...edges].map((row) => JSON.stringify(row)).sort()
}

/** What the graph in memory says must be what the tables say. */
function graphEdges(map: CodeMap): string[] {
  const graph = map.graph()
  const found: string[] = []
  for (let node = 0; node < graph.size(); node++)
    graph.each(node, false, (other, bits) => found.push(`${node} ${other} ${bits}`))
  return found.sort()
}

const NAMES = ['a', 'b', 'c', 'd', 'lib/a', 'lib/index', 'lib/deep/b', 'pkg/src/index']
const TEXTS = [
  (other: string) =>
    `import { run, Box } from '${other}'\nexport function start() { return run(new Box().open()) }\n`,
  () =>
    `export function run(n: number) { return helper(n) }\nfunction helper(n: number) { return n }\nexport class Box { open() { return 1 } }\n`,
  () =>
    `export class Base { open() { return this.shut() } shut() { return 2 } }\nexport class Box extends Base {}\nexport const run = (n: number) => new Box().open() + n\n`,
  (other: string) => `export * from '${other}'\nexport { run as walk } from '${other}'\n`,
  (other: string) =>
    `import * as all from '${other}'\nexport const tool = { go() { return all.run(1) } }\nexport default tool\nexport function run() { return tool.go() }\n`,
  (other: string) =>
    `import tool from '${other}'\nexport const make = () => ({ box: tool })\nexport class Box { open() { return make().box.go() } }\n`,
  (other: string) =>
    `import { make } from '${other}'\nimport { Box } from 'shared'\nexport const run = () => make().box.open() + new Box().open()\n`,
  () =>
    `export function run(app: any) { app.get('/v1/boxes/:id', make); return process.env.BOX_SIZE }\nexport function make() { return fetch('/v1/boxes/1') }\ntest('it runs', () => { make() })\n`,
  (other: string) =>
    `import { run } from '${other}'\nexport const Box = (db: any) => run(db.prepare('select * from box join lid'))\n`,
  () => `export function run( {`,
]

const specifier = (from: string, to: string) => {
  const up = from
    .split('/')
    .slice(1)
    .map(() => '..')
    .join('/')
  return `${up || '.'}/${to.replace(/\/index$/, '')}`
}

const edit = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('write' as const),
      path: fc.constantFrom(...NAMES),
      text: fc.nat(TEXTS.length - 1),
      to: fc.constantFrom(...NAMES),
      note: fc.nat(3),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('move' as const),
      path: fc.constantFrom(...NAMES),
      to: fc.constantFrom(...NAMES),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('remove' as const), path: fc.constantFrom(...NAMES) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('package' as const),
      main: fc.constantFrom('src/index.ts', 'src/other.ts'),
    }),
  },
)

function apply(
  root: string,
  present: Set<string>,
  one: typeof edit extends fc.Arbitrary<infer T> ? T : never,
): string[] {
  const file = 'path' in one ? `${one.path}.ts` : 'pkg/package.json'
  switch (one.do) {
    case 'write': {
      const made = TEXTS[one.text]
      write(root, file, `${'\n'.repeat(one.note)}${made?.(specifier(one.path, one.to)) ?? ''}`)
      present.add(file)
      return [file]
    }
    case 'move':
      if (!present.has(file)) return []
      mkdirSync(dirname(join(root, `${one.to}.ts`)), { recursive: true })
      renameSync(join(root, file), join(root, `${one.to}.ts`))
      present.delete(file)
      present.add(`${one.to}.ts`)
      return [file, `${one.to}.ts`]
    case 'remove':
      rmSync(join(root, file), { force: true })
      present.delete(file)
      return [file]
    default:
      write(root, file, JSON.stringify({ name: 'shared', main: one.main }))
      return [file]
  }
}

test('after any writes, moves and removals the map equals a fresh index of the folder', () => {
  fc.assert(
    fc.property(fc.array(edit, { minLength: 20, maxLength: 20 }), (edits) => {
      const root = aFolder({ 'a.ts': TEXTS[1]?.('') ?? '', 'b.ts': TEXTS[0]?.('./a') ?? '' })
      const map = open(root)
      map.index()
      map.graph()
      const present = new Set(['a.ts', 'b.ts'])
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
    { numRuns: 25 },
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
  symlinkSync(join(root, 'nothing.ts'), join(root, 'dangling.ts'))

  const map = open(root)
  map.index()

  const problems = new Map(map.problems().map((one) => [one.path, one.problem]))
  expect([...problems.keys()].sort()).toEqual(['binary.ts', 'broken.ts', 'huge.ts'])
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
