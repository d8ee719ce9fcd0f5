// What the code map costs: an index and its parts, an edit, an impact.
import { execFileSync, fork } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { build } from 'esbuild'
import fc from 'fast-check'
import { DEPENDS, EDGE_BIT, columnsOf, createGraph, reach } from '../packages/knowledge/src/code/graph.ts'
import { openCodeMap, type CodeMap } from '../packages/knowledge/src/code/code-map.ts'
import { COPY } from '../packages/knowledge/src/code/store/store.ts'
import { typescript } from '../packages/knowledge/src/code/typescript/extractor.ts'
import { PROCESS_FLAGS } from '../packages/knowledge/src/process-flags.ts'
import { aFirstFolder, apply, edit, said, write } from '../packages/knowledge/test/edits.ts'
import { asIs, atMost, exactly, notMeasured, quantile, type Row } from './row.ts'

export const HERE = join(import.meta.dirname, '..')

/** This repository, and packages that ship their TypeScript. */
export const BASES: [name: string, root: string][] = [
  ['tutti', `${HERE}/packages`],
  ['zod', `${HERE}/node_modules/zod/src`],
  ['rxjs', `${HERE}/node_modules/rxjs/src`],
]

export const sources = (map: CodeMap): string[] =>
  map.store
    .all('select path from file where copy = ? order by path', COPY)
    .map((row) => String(row['path']))
    .filter((path) => /\.[cm]?tsx?$/.test(path) && !/\.d\.[cm]?ts$/.test(path))

const INDEXED_FILES = 2000

/** A folder of two thousand files: real sources, repeated under other names until there are enough. */
function aLargeFolder(): string {
  const root = mkdtempSync(join(tmpdir(), 'tutti-bench-map-'))
  let count = 0
  for (let round = 0; count < INDEXED_FILES; round++) {
    for (const [name, from] of BASES) {
      const files = globSync('**/*.{ts,tsx}', { cwd: from, exclude: ['**/node_modules/**'] })
      const wanted = files.slice(0, INDEXED_FILES - count)
      for (const file of wanted) cpSync(`${from}/${file}`, `${root}/${name}${round}/${file}`)
      count += wanted.length
    }
  }
  // Every copy differs, as files do.
  for (const file of globSync('**/*.{ts,tsx}', { cwd: root }))
    writeFileSync(`${root}/${file}`, `// ${file}\n${readFileSync(`${root}/${file}`, 'utf8')}`)
  return root
}

/** What a process of its own does with the folder: each step does all of those before it again. */
const STEPS: Record<string, string> = {
  'start of the process': '',
  'reading and parsing': `for (const path of globSync('**/*.{ts,tsx}', { cwd: root })) parseSync(path, readFileSync(root + '/' + path, 'utf8'), { astType: 'ts', experimentalRawTransfer: rawTransferSupported() }).program`,
  'facts of each file': `for (const path of globSync('**/*.{ts,tsx}', { cwd: root })) typescript.extract(path, readFileSync(root + '/' + path, 'utf8'))`,
  'the whole index':
    'openCodeMap({ root, database: root + "/map.db", extractors: await extractors(root), relieve: createRelief() }).index()',
}

interface Used {
  seconds: number
  mb: number
}

export async function indexCost(report: (row: Row) => void): Promise<void> {
  const root = aLargeFolder()
  const program = join(HERE, 'node_modules', `.bench-map-${process.pid}.js`)
  try {
    await bundleMap(program)
    let last: Used = { seconds: 0, mb: 0 }
    for (const [name, code] of Object.entries(STEPS)) {
      last = runStep({ root, program, code })
      console.error(`       ${name}: ${last.seconds.toFixed(2)} s, ${Math.round(last.mb)} MB`)
    }
    report(atMost(`index ${INDEXED_FILES} files, processor`, last.seconds, [5, 's']))
    report(atMost(`index ${INDEXED_FILES} files, memory`, last.mb, [300, 'MB']))
    await restCost(root, report)
  } finally {
    rmSync(root, { recursive: true })
    rmSync(program, { force: true })
  }
}

/** As a release ships the map: one file, with what has a binary beside it. */
const bundleMap = (outfile: string): Promise<void> =>
  bundle(
    outfile,
    `export * from './packages/knowledge/src/index.ts'
     export { typescript } from './packages/knowledge/src/code/typescript/extractor.ts'`,
  )

async function bundle(outfile: string, contents: string): Promise<void> {
  await build({
    absWorkingDir: HERE,
    stdin: { contents, resolveDir: HERE },
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node22.18',
    format: 'esm',
    external: ['oxc-parser', 'web-tree-sitter', '@vscode/tree-sitter-wasm'],
    minifyWhitespace: true,
    minifySyntax: true,
  })
}

function runStep(given: { root: string; program: string; code: string }): Used {
  const script = `
    import { parseSync, rawTransferSupported } from 'oxc-parser'
    import { globSync, readFileSync } from 'node:fs'
    import { openCodeMap, extractors, createRelief, typescript } from ${JSON.stringify(given.program)}
    const root = ${JSON.stringify(given.root)}
    ${given.code}
    const used = process.cpuUsage()
    // Where there is no /proc: what a process was started by counts in its own peak there.
    const peak = () => process.resourceUsage().maxRSS
    const own = () => Number(/VmHWM:\\s*(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1])
    const kb = process.platform === 'linux' ? own() : peak()
    console.log(JSON.stringify({ seconds: (used.user + used.system) / 1e6, mb: kb / 1000 }))`
  const said = execFileSync(process.execPath, [...PROCESS_FLAGS, '--input-type=module', '-e', script], {
    encoding: 'utf8',
    cwd: HERE,
  })
  const used: Used = JSON.parse(said)
  return used
}

/** How long a process that has nothing to do gets to give its memory back. */
const REST_MS = 20_000

/** What the daemon's process of the map keeps when it has read the folder and nobody asks: its own, and with the pages of the program
 * that it shares with the daemon. */
async function restCost(root: string, report: (row: Row) => void): Promise<void> {
  const what = `map of ${INDEXED_FILES} files at rest, memory`
  if (process.platform !== 'linux') {
    report(notMeasured(what, 'only Linux tells what is shared'))
    return
  }
  const program = join(HERE, 'node_modules', `.bench-map-service-${process.pid}.js`)
  await bundle(program, `import './packages/knowledge/src/service.ts'`)
  const child = fork(program, { execArgv: [...PROCESS_FLAGS], stdio: 'ignore', serialization: 'json' })
  try {
    const answered = new Promise<void>((resolve) =>
      child.on('message', (said) => {
        // Before it come messages of how far it is.
        if (typeof said === 'object' && 'id' in said) resolve()
      }),
    )
    child.send({
      id: 1,
      root,
      database: `${root}/rest.db`,
      name: 'search',
      args: ['map'],
      depth: 1,
      tokens: 50,
    })
    await answered
    const kb = (field: string) =>
      Number(new RegExp(`${field}:\\s*(\\d+)`).exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1])
    const end = performance.now() + REST_MS
    const busy = kb('VmRSS')
    while (performance.now() < end && kb('VmRSS') > busy / 2) await setTimeout(250)
    report(atMost(what, kb('RssAnon') / 1000, [80, 'MB']))
    report(asIs(`${what} with the shared pages`, kb('VmRSS') / 1000, 'MB'))
  } finally {
    child.disconnect()
    await once(child, 'exit')
    rmSync(program)
  }
}

const EDITS = 120

/** Saves files of a copy one by one: every third changes what others see of it. */
export function editCost(report: (row: Row) => void): void {
  const root = mkdtempSync(join(tmpdir(), 'tutti-bench-map-'))
  cpSync(`${HERE}/node_modules/rxjs/src`, `${root}/rxjs`, { recursive: true })
  cpSync(`${HERE}/packages`, `${root}/packages`, {
    recursive: true,
    filter: (path) => !path.includes('node_modules'),
  })
  const map = openCodeMap({ root, database: `${root}/map.db`, extractors: [typescript] })
  try {
    map.index()
    map.graph()
    const files = sources(map)
    const times: number[] = []
    for (let at = 0; at < EDITS; at++) {
      const file = files[(at * 37) % files.length] ?? ''
      const text = readFileSync(`${root}/${file}`, 'utf8')
      writeFileSync(
        `${root}/${file}`,
        at % 3 === 0 ? `${text}\nexport function added${at}() { return ${at} }\n` : `${text}\nvoid ${at}\n`,
      )
      const begun = performance.now()
      map.update([file])
      times.push(performance.now() - begun)
    }
    report(atMost(`edit to graph, ${files.length} files, p95 of ${EDITS}`, quantile(times, 0.95), [50, 'ms']))
    popularEdit(map, report)
  } finally {
    map.close()
    rmSync(root, { recursive: true })
  }
}

const POPULAR_EDITS = 12

/** Saves the declaration of the function that most files ask for: all of them are linked again. */
function popularEdit(map: CodeMap, report: (row: Row) => void): void {
  const { file, name, count } = mostAsked(map)
  const path = `${map.root}/${file}`
  const text = readFileSync(path, 'utf8')
  // A parameter comes and goes: its name alone is nothing to those who call.
  const wider = text.replace(`export function ${name}(`, `export function ${name}(added?: number, `)
  const times: number[] = []
  let again = 0
  for (let at = 0; at < POPULAR_EDITS; at++) {
    writeFileSync(path, at % 2 === 0 ? wider : text)
    const begun = performance.now()
    const { linked } = map.update([file])
    times.push(performance.now() - begun)
    again = linked
  }
  const what = `edit to graph, of a function that ${count} files ask for (${again} linked again), p50 of ${POPULAR_EDITS}`
  report(atMost(what, quantile(times, 0.5), [500, 'ms']))
}

function mostAsked(map: CodeMap): { file: string; name: string; count: number } {
  const counts = new Map<string, { file: string; name: string; count: number }>()
  for (const row of map.store.all(
    'select f.path, s.names from seen s join file f on f.id = s.saw where f.copy = ?',
    COPY,
  ))
    for (const name of String(row['names']).split('\n')) {
      const file = String(row['path'])
      const one = counts.get(`${file} ${name}`) ?? { file, name, count: 0 }
      counts.set(`${file} ${name}`, one)
      one.count += 1
    }
  const found = [...counts.values()]
    .sort((a, b) => b.count - a.count)
    .find(({ file, name }) =>
      readFileSync(`${map.root}/${file}`, 'utf8').includes(`export function ${name}(`),
    )
  if (!found) throw new Error('no exported function is asked for')
  return found
}

const SYMBOLS = 100_000
const EDGES = 1_000_000

/** Edges mostly near, some far, as code has them; always the same. */
export function impactCost(report: (row: Row) => void): void {
  const columns = columnsOf(EDGES)
  let seed = 7
  const random = () => (seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32
  for (let at = 0; at < EDGES; at++) {
    const source = Math.floor(random() * SYMBOLS)
    // Popular symbols are called by many, most by few.
    const near = source - Math.floor(random() ** 3 * 2000)
    const target = random() < 0.8 ? Math.max(0, near) : Math.floor(random() ** 3 * SYMBOLS)
    columns.sources[at] = source
    columns.targets[at] = target
    columns.bits[at] = EDGE_BIT['calls'] ?? 1
  }
  const graph = createGraph(SYMBOLS, columns)
  const times: number[] = []
  let reached = 0
  // A daemon that answers questions has answered some before.
  for (let at = 0; at < 40; at++) reach({ graph, bits: DEPENDS, isIn: true, depth: 5 }, [at * 97])
  for (let at = 0; at < 200; at++) {
    const node = Math.floor(random() * SYMBOLS)
    const begun = performance.now()
    reached += reach({ graph, bits: DEPENDS, isIn: true, depth: 5 }, [node]).nodes.length
    times.push(performance.now() - begun)
  }
  report(
    atMost(
      `impact, depth 5, ${SYMBOLS} symbols, ${EDGES} edges (${Math.round(reached / 200)} reached), p95`,
      quantile(times, 0.95),
      [5, 'ms'],
    ),
  )
}

const RANDOM_EDITS = 500

/** After each of many random writes, moves and removals, the map must say what a fresh index says. */
export function editsEqualIndex(report: (row: Row) => void): void {
  const root = mkdtempSync(join(tmpdir(), 'tutti-bench-map-'))
  for (const [path, text] of Object.entries(aFirstFolder())) write(root, path, text)
  const open = () => openCodeMap({ root, database: ':memory:', extractors: [typescript] })
  const map = open()
  const present = new Set(Object.keys(aFirstFolder()))
  let differences = 0
  try {
    map.index()
    map.graph()
    for (const one of fc.sample(edit, { numRuns: RANDOM_EDITS, seed: 7 })) {
      map.update(apply(root, present, one))
      const fresh = open()
      fresh.index()
      const wanted = new Set(said(fresh))
      const found = said(map)
      const both = found.filter((row) => wanted.has(row)).length
      differences += found.length - both + (wanted.size - both)
      fresh.close()
    }
    report(
      exactly(`${RANDOM_EDITS} random edits against a fresh index after each`, differences, [
        0,
        'differences',
      ]),
    )
  } finally {
    map.close()
    rmSync(root, { recursive: true })
  }
}
