// Makes dist/release: the daemon, the CLI and their companions as bundles, and the dashboard beside them.
import { build as bundle, type BuildOptions, type Metafile, type Plugin } from 'esbuild'
import { cpSync, existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import { dirname, join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import { command, node, root, seconds, tool } from './command.ts'
import { sourceHash } from './source-hash.ts'

const OUT = join(root, 'dist', 'release')
const STAMP = join(root, 'dist', 'release.hash')
const { dependencies: released } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  dependencies: Record<string, string>
}

// One for each process that is started: what two would share is cut off from both, and each file more is work for each start.
const PROGRAMS: readonly Record<string, string>[] = [
  { daemon: 'packages/server/src/daemon.ts' },
  { 'writer-thread': 'packages/server/src/db/writer-thread.ts' },
  { cli: 'packages/cli/src/main.ts' },
  { 'rehearsal-agent': 'packages/rehearsal/src/agent.ts' },
  { 'sandbox-forwarder': 'packages/server/src/sandbox/forwarder.ts' },
  { 'map-service': 'packages/knowledge/src/service.ts', 'map-once': 'packages/knowledge/src/once.ts' },
]

// Some dependencies are CommonJS and call require(); a module has none of its own.
const BANNER = `import { createRequire as createRequireForBundle } from 'node:module'; const require = createRequireForBundle(import.meta.url);`

// What one name holds cannot be parted: by `import { z }` all of zod would be loaded at each start, with its 50 languages, 424 kB.
const IMPORT_OF_ZOD = /^import \{ z \} from 'zod'$/m

// The late parts of a daemon are loaded by one that runs. Told so, the bundler leaves what they use of it in one piece.
const RUNNING = join(root, 'packages/server/src/running.ts')
const lateParts = (): ReadonlySet<string> =>
  new Set(
    globSync('packages/server/src/wiring/*.ts', { cwd: root })
      .map((path) => join(root, path))
      .flatMap((path) =>
        [...readFileSync(path, 'utf8').matchAll(/\bimport\('(\.[^']+)'\)/g)].map(([, to = '']) =>
          join(dirname(path), to),
        ),
      ),
  )

const plainNames = Object.entries(Object.getOwnPropertyDescriptors(http))
  .filter(([name, { get }]) => get === undefined && name !== 'default')
  .map(([name]) => name)
const NAMES_OF_HTTP = `const http = process.getBuiltinModule('node:http')
export const { ${plainNames.join(', ')} } = http`

function forFastStarts(): Plugin {
  const late = lateParts()
  return {
    name: 'for-fast-starts',
    setup(building) {
      // Asked for all of its names, as a module is, node:http loads the whole of fetch: 40 ms and as many as 12 MB.
      building.onResolve({ filter: /^node:http$/ }, ({ kind, path }) =>
        kind === 'import-statement' ? { path, namespace: 'names' } : undefined,
      )
      building.onLoad({ filter: /./, namespace: 'names' }, () => ({ contents: NAMES_OF_HTTP }))
      building.onLoad({ filter: /packages\/[^/]+\/src\/.*\.ts$/ }, ({ path }) => {
        const source = readFileSync(path, 'utf8')
          .replace(IMPORT_OF_ZOD, "import * as z from 'zod'")
          // The bundler leaves these in patterns; one is enough for V8 to keep the whole file in two bytes a character.
          .replaceAll(/[^\0-\u007F]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
        const after = late.has(path) ? `\nimport ${JSON.stringify(RUNNING)}\n` : ''
        return { loader: 'ts', contents: source + after }
      })
    },
  }
}

/** Builds all, afresh. A release has no source maps. */
export async function build({ release }: { release: boolean }): Promise<void> {
  const began = performance.now()
  // Always afresh: files of late parts have a hash in their names.
  rmSync(OUT, { recursive: true, force: true })
  mkdirSync(OUT, { recursive: true })
  await Promise.all([bundles(release), dashboard()])
  cpSync(join(root, 'packages/server/src/db/migrations'), join(OUT, 'migrations'), { recursive: true })
  // Its package has the grammar's sources and binaries for six platforms too: 46 MB, of which the map uses this file.
  const kotlin = 'tree-sitter-kotlin.wasm'
  cpSync(
    join(root, 'node_modules/@tree-sitter-grammars/tree-sitter-kotlin', kotlin),
    join(OUT, 'grammars', kotlin),
  )
  cpSync(join(root, 'integrations/skills'), join(OUT, 'skills'), { recursive: true })
  await compress(join(OUT, 'web'))
  writeFileSync(STAMP, stamp(release))
  console.log(`Built dist/release in ${seconds(performance.now() - began)}`)
}

/** Builds unless dist/release is that of these sources. */
export async function buildIfStale(): Promise<void> {
  const stamps = [stamp(false), stamp(true)]
  if (existsSync(STAMP) && existsSync(OUT) && stamps.includes(readFileSync(STAMP, 'utf8'))) return
  await build({ release: false })
}

const stamp = (release: boolean) => `${release ? 'release' : 'checkout'} ${sourceHash()}`

async function bundles(release: boolean): Promise<void> {
  await Promise.all(PROGRAMS.map((entries) => bundleOf(entries, release)))
}

/** What is in the files that a program is made of; nothing is written. */
export async function contentOf(program: string): Promise<Metafile['outputs']> {
  const entries = PROGRAMS.find((one) => program in one) ?? {}
  const { metafile } = await bundle({ ...optionsOf(entries, true), write: false, metafile: true })
  return metafile.outputs
}

async function bundleOf(entries: Record<string, string>, release: boolean): Promise<void> {
  await bundle(optionsOf(entries, release))
}

const optionsOf = (entryPoints: Record<string, string>, release: boolean) =>
  ({
    absWorkingDir: root,
    entryPoints,
    outdir: OUT,
    bundle: true,
    platform: 'node',
    target: 'node22.18',
    format: 'esm',
    // What has a binary for each platform or files of its own; npm installs it with the release.
    external: Object.keys(released),
    banner: { js: BANNER },
    plugins: [forFastStarts()],
    // Late parts, such as the passkeys, stay in files of their own until somebody needs them.
    splitting: true,
    // Names stay, so that a stack in a log can be read.
    minifyWhitespace: true,
    minifySyntax: true,
    sourcemap: release ? false : 'linked',
    legalComments: 'none',
    logLevel: 'warning',
  }) satisfies BuildOptions

async function dashboard(): Promise<void> {
  const { code, output } = await command([node, tool('vite'), 'build', '--logLevel', 'warn'], {
    cwd: join(root, 'packages/web'),
  })
  if (code !== 0) throw new Error(`The dashboard could not be built:\n${output}`)
}

const WORTH_BYTES = 1024 // below, the headers cost more than is won

/** Writes .br and .gz beside each text file, so that the server compresses nothing while it answers. */
async function compress(folder: string): Promise<void> {
  for (const path of globSync('**/*.{js,css,html,svg,json,webmanifest}', { cwd: folder })) {
    const content = readFileSync(join(folder, path))
    if (content.byteLength < WORTH_BYTES) continue
    const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } }
    const [br, gz] = await Promise.all([
      promisify(brotliCompress)(content, quality),
      promisify(gzip)(content, { level: 9 }),
    ])
    writeFileSync(join(folder, `${path}.br`), br)
    writeFileSync(join(folder, `${path}.gz`), gz)
  }
}

if (process.argv[1] === import.meta.filename) await build({ release: process.argv.includes('--release') })
