// The code map against the checker's truth, and its cost: index, edit, impact.
import { execFileSync } from 'node:child_process'
import { cpSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DEPENDS, EDGE_BIT, columnsOf, createGraph, reach } from '../packages/knowledge/src/code/graph.ts'
import { CERTAIN } from '../packages/knowledge/src/code/link/edges.ts'
import { openCodeMap, type CodeMap } from '../packages/knowledge/src/code/code-map.ts'
import { confidenceOf } from '../packages/knowledge/src/code/store/edges.ts'
import { COPY } from '../packages/knowledge/src/code/store/store.ts'
import { extractors } from '../packages/knowledge/src/code/extractors.ts'
import { scoreSample } from '../packages/knowledge/src/code/tree/samples.ts'
import { typescript } from '../packages/knowledge/src/code/typescript/extractor.ts'
import { readTruth } from './code-map-truth.ts'
import { atLeast, atMost, quantile, type Part, type Row } from './row.ts'

const HERE = join(import.meta.dirname, '..')

/** This repository, and packages that ship their TypeScript. */
const BASES: [name: string, root: string][] = [
  ['tutti', `${HERE}/packages`],
  ['zod', `${HERE}/node_modules/zod/src`],
  ['rxjs', `${HERE}/node_modules/rxjs/src`],
]

export const codeMap: Part = {
  name: 'code-map',
  async run(report) {
    for (const [name, root] of BASES) accuracy(name, root, report)
    for (const name of LANGUAGES) await sample(name, report)
    indexCost(report)
    editCost(report)
    impactCost(report)
  },
}

function accuracy(name: string, root: string, report: (row: Row) => void): void {
  const map = openCodeMap({ root, database: ':memory:', extractors: [typescript] })
  map.index()
  const files = sources(map)
  const truth = readTruth(root, files).pairs
  const ours = ourPairs(map, new Set(files))
  map.close()
  const right = [...ours].filter((one) => truth.has(one)).length
  report(
    atLeast(
      `${name} (${files.length} files, ${truth.size} pairs): calls, precision`,
      (100 * right) / ours.size,
      [99.5, '%'],
    ),
  )
  report(atLeast(`${name}: calls, recall`, (100 * right) / truth.size, [97, '%']))
}

const LANGUAGES = ['python', 'go', 'rust', 'java', 'ruby']

/** Against call sites that were labelled by hand. */
async function sample(name: string, report: (row: Row) => void): Promise<void> {
  const root = `${HERE}/packages/knowledge/samples/${name}`
  const map = openCodeMap({ root, database: ':memory:', extractors: await extractors(root) })
  map.index()
  const { sites, right, ours, wanted } = scoreSample(map)
  map.close()
  report(atLeast(`${name} sample (${sites} call sites): calls, precision`, (100 * right) / ours, [95, '%']))
  report(atLeast(`${name} sample: calls, recall`, (100 * right) / wanted, [80, '%']))
}

const sources = (map: CodeMap): string[] =>
  map.store
    .all('select path from file where copy = ? order by path', COPY)
    .map((row) => String(row['path']))
    .filter((path) => /\.[cm]?tsx?$/.test(path) && !/\.d\.[cm]?ts$/.test(path))

/** Certain calls between symbols that have a name outside of functions, in the words of the truth. */
function ourPairs(map: CodeMap, files: ReadonlySet<string>): Set<string> {
  const nodes = new Map(
    map.store
      .all(
        'select n.id, n.file, f.path file_path, n.path, n.kind, n.nested, n.parent from node n join file f on f.id = n.file where n.copy = ?',
        COPY,
      )
      .map((row) => [Number(row['id']), row]),
  )
  const places = new Map([...nodes.values()].map((row) => [`${row['file']} ${row['path']}`, row]))
  const pairs = new Set<string>()
  for (const edge of map.store.all(
    `select e.source, e.target, e.rule from edge e join file f on f.id = e.file where f.copy = ? and e.kind in ('calls', 'constructs', 'renders')`,
    COPY,
  )) {
    const to = nodes.get(Number(edge['target']))
    let from = nodes.get(Number(edge['source']))
    if (!to || !from || confidenceOf(String(edge['rule'])) < CERTAIN) continue
    if (to['nested'] === 1 || !['function', 'class', 'method'].includes(String(to['kind']))) continue
    if (!files.has(String(to['file_path'])) || !files.has(String(from['file_path']))) continue
    while (from && from['nested'] === 1) from = places.get(`${from['file']} ${from['parent']}`)
    if (from) pairs.add(`${named(from['file_path'], from['path'])} > ${named(to['file_path'], to['path'])}`)
  }
  return pairs
}

// Second symbols of one name and constructors have one name in the truth.
const named = (file: unknown, path: unknown) =>
  `${String(file)}#${String(path)
    .replaceAll(/~\d+/g, '')
    .replace(/\.constructor$/, '')}`

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

function indexCost(report: (row: Row) => void): void {
  const root = aLargeFolder()
  try {
    const script = `
      const { openCodeMap, extractors, createRelief } = await import(${JSON.stringify(`${HERE}/packages/knowledge/src/index.ts`)})
      const map = openCodeMap({ root: ${JSON.stringify(root)}, database: ${JSON.stringify(`${root}/map.db`)}, extractors: await extractors(${JSON.stringify(root)}), relieve: createRelief() })
      map.index()
      const used = process.cpuUsage()
      console.log(JSON.stringify({ seconds: (used.user + used.system) / 1e6, mb: process.resourceUsage().maxRSS / 1000 }))`
    // As the daemon starts the map's own process: garbage does not pile up into memory.
    const said = execFileSync(
      process.execPath,
      ['--expose-gc', '--max-semi-space-size=8', '--input-type=module', '-e', script],
      { encoding: 'utf8' },
    )
    const { seconds, mb }: { seconds: number; mb: number } = JSON.parse(said)
    report(atMost(`index ${INDEXED_FILES} files, processor`, seconds, [5, 's']))
    report(atMost(`index ${INDEXED_FILES} files, memory`, mb, [300, 'MB']))
  } finally {
    rmSync(root, { recursive: true })
  }
}

const EDITS = 120

/** Saves files of a copy one by one: every third changes what others see of it. */
function editCost(report: (row: Row) => void): void {
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
  } finally {
    map.close()
    rmSync(root, { recursive: true })
  }
}

const SYMBOLS = 100_000
const EDGES = 1_000_000

/** Edges mostly near, some far, as code has them; always the same. */
function impactCost(report: (row: Row) => void): void {
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
