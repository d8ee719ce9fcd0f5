// What a start loads: a library or a part that comes along by an import in passing costs every start and all the time after it.
import { expect, test } from 'vitest'
import { contentOf } from './build.ts'

interface Loaded {
  files: number
  bytes: number
  modules: string[]
}

/** Follows the imports of the files that begin with these modules, but none that is loaded later. */
async function loadedBy(program: string, entries: readonly string[]): Promise<Loaded> {
  const outputs = await contentOf(program)
  const files = new Set<string>()
  const follow = (file: string): void => {
    if (files.has(file)) return
    files.add(file)
    for (const { path, kind, external } of outputs[file]?.imports ?? [])
      if (kind !== 'dynamic-import' && external !== true) follow(path)
  }
  for (const entry of entries) {
    const file = Object.keys(outputs).find((one) => outputs[one]?.entryPoint === entry)
    if (file === undefined) throw new Error(`${entry} is no part of its own any more`)
    follow(file)
  }
  const found = [...files].flatMap((file) => outputs[file] ?? [])
  const inside = found.flatMap(({ inputs }) => Object.entries(inputs))
  return {
    files: files.size,
    bytes: found.reduce((sum, { bytes }) => sum + bytes, 0),
    modules: inside.flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [path] : [])),
  }
}

const LATE = [
  /zod\/v4\/locales\/(?!en\.js)/,
  /rehearsal\/src\/scenarios\//,
  /protocol\/src\/conformance\//,
  /node_modules\/(?:yjs|lib0|@simplewebauthn|@clack|oxc-parser|web-tree-sitter)\//,
]

const among = (modules: readonly string[], late: readonly RegExp[]): string[] =>
  modules.filter((path) => late.some((one) => one.test(path)))

test('a start of the daemon loads few files, and nothing that is only sometimes needed', async () => {
  const server = 'packages/server/src'
  const loaded = await loadedBy(
    'daemon',
    ['daemon.ts', 'entry.ts', 'running.ts'].map((one) => `${server}/${one}`),
  )

  expect(
    among(loaded.modules, [
      ...LATE,
      /server\/src\/(?:mesh\/mesh|mesh\/runtime|moving\/moving|board\/board|archive\/archives|upgrade\/upgrades|upgrade\/supervisor|offline)\.ts$/,
    ]),
  ).toEqual([])
  expect(loaded.modules.length).toBeGreaterThan(300)
  expect(loaded.files).toBeLessThanOrEqual(14)
  expect(loaded.bytes).toBeLessThanOrEqual(1_300_000)
})

test('the thread that writes has no schemas, and a command has nothing of the server', async () => {
  const thread = await loadedBy('writer-thread', ['packages/server/src/db/writer-thread.ts'])
  const command = await loadedBy('cli', ['packages/cli/src/main.ts'])

  expect(among(thread.modules, [/node_modules/])).toEqual([])
  expect(thread.bytes).toBeLessThanOrEqual(40_000)
  expect(among(command.modules, [...LATE.slice(0, 1), ...LATE.slice(3), /packages\/server\//])).toEqual([])
  expect(command.bytes).toBeLessThanOrEqual(600_000)
})
