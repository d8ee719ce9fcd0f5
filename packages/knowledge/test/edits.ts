// Random edits of a small folder of TypeScript, and what a map says of it: for the proof that edits end where a fresh index does.
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import type { CodeMap } from '../src/code/code-map.ts'
import { COPY } from '../src/code/store/store.ts'

export function write(root: string, path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), text)
}

/** Everything that the map says, in words that do not depend on ids. */
export function said(map: CodeMap): string[] {
  const nodes = map.store.all(
    `select f.path file, n.path, n.name, n.parent, n.kind, n.line, n.signature, n.doc from node n left join file f on f.id = n.file where n.copy = ?`,
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
  (other: string) =>
    `import { Box as Lid } from '${other}'\nexport class Box { open() { return new Lid() } }\nexport interface Box { shut(): Lid }\nexport function run() { return new Box().shut().open() }\nexport namespace run { export const fast = () => new Box() }\n`,
  (other: string) =>
    `import { run, Box } from '${other}'\nconst tool = { text: () => new Box(), go: () => run.fast().shut() }\nexport = tool\n`,
  (other: string) =>
    `import { tool } from '${other}'\nexport { tool }\nexport const make = () => tool.text().open()\nexport { Box } from '${other}'\n`,
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

export const edit = fc.oneof(
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

type Edit = typeof edit extends fc.Arbitrary<infer T> ? T : never

export const aFirstFolder = (): Record<string, string> => ({
  'a.ts': TEXTS[1]?.('') ?? '',
  'b.ts': TEXTS[0]?.('./a') ?? '',
})

/** Does it, and gives the paths that a watcher would name. `present` are the files that are there. */
export function apply(root: string, present: Set<string>, one: Edit): string[] {
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
