// The code map against the checker's truth and against samples labelled by hand.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { CERTAIN } from '../packages/knowledge/src/code/link/edges.ts'
import { openCodeMap, type CodeMap } from '../packages/knowledge/src/code/code-map.ts'
import { confidenceOf } from '../packages/knowledge/src/code/store/edges.ts'
import { COPY, type Row as StoreRow } from '../packages/knowledge/src/code/store/store.ts'
import { extractors } from '../packages/knowledge/src/code/extractors.ts'
import { scoreSample } from '../packages/knowledge/src/code/tree/samples.ts'
import { typescript } from '../packages/knowledge/src/code/typescript/extractor.ts'
import { COMPILER_VERSION, openCompiler } from '../packages/knowledge/src/code/compiler/compiler.ts'
import { confirmCalls } from '../packages/knowledge/src/code/compiler/confirm.ts'
import { BASES, HERE, editCost, editsEqualIndex, impactCost, indexCost, sources } from './code-map-cost.ts'
import { readTruth } from './code-map-truth.ts'
import { atLeast, notMeasured, type Part, type Row } from './row.ts'

export const codeMap: Part = {
  name: 'code-map',
  async run(report) {
    for (const [name, root] of BASES) await accuracy(name, root, report)
    for (const name of LANGUAGES) {
      await sample(name, report)
      // Written after the rules, which were never changed for it.
      await sample(`held/${name}`, report)
    }
    await sample('kotlin', report)
    await indexCost(report)
    editCost(report)
    impactCost(report)
    editsEqualIndex(report)
  },
}

async function accuracy(name: string, root: string, report: (row: Row) => void): Promise<void> {
  const map = openCodeMap({ root, database: ':memory:', extractors: [typescript] })
  map.index()
  const files = sources(map)
  const truth = readTruth(root, files).pairs
  const what = `${name} (${files.length} files, ${truth.size} pairs): calls`
  score({ what, ours: ourPairs(map, new Set(files)), truth, wanted: [99.5, 97] }, report)
  const config = projectOf(root, files)
  const compiler = await openCompiler(root, config)
  if (compiler) {
    confirmCalls(map, compiler)
    compiler.close()
    const ours = ourPairs(map, new Set(files))
    score({ what: `${name}: calls, exact tier`, ours, truth, wanted: [99.9, 99.9] }, report)
    showDifferences(ours, truth)
  } else report(notMeasured(`${name}: calls, exact tier`, `TypeScript ${COMPILER_VERSION} is not installed`))
  rmSync(dirname(config), { recursive: true })
  map.close()
}

interface Scored {
  what: string
  ours: ReadonlyMap<string, string>
  truth: ReadonlyMap<string, string>
  wanted: [precision: number, recall: number]
}

function score({ what, ours, truth, wanted }: Scored, report: (row: Row) => void): void {
  const right = [...ours.keys()].filter((one) => truth.has(one)).length
  report(atLeast(`${what}, precision`, (100 * right) / ours.size, [wanted[0], '%']))
  report(atLeast(`${what}, recall`, (100 * right) / truth.size, [wanted[1], '%']))
}

/** What is left over, so that anyone may judge who is right. */
function showDifferences(ours: ReadonlyMap<string, string>, truth: ReadonlyMap<string, string>): void {
  for (const [pair, place] of ours)
    if (!truth.has(pair)) console.error(`       not in the truth: ${pair}  ${place}`)
  for (const [pair, place] of truth) if (!ours.has(pair)) console.error(`       missed: ${pair}  ${place}`)
}

/** A project of just those files, in a folder of its own. */
function projectOf(root: string, files: readonly string[]): string {
  const config = join(mkdtempSync(join(tmpdir(), 'tutti-bench-map-')), 'tsconfig.json')
  const compilerOptions = {
    target: 'esnext',
    module: 'preserve',
    moduleResolution: 'bundler',
    jsx: 'react-jsx',
    strict: true,
    skipLibCheck: true,
    noEmit: true,
    allowImportingTsExtensions: true,
    experimentalDecorators: true,
    types: ['node'],
    typeRoots: [`${HERE}/node_modules/@types`],
  }
  writeFileSync(config, JSON.stringify({ compilerOptions, files: files.map((one) => `${root}/${one}`) }))
  return config
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

/** Certain calls between symbols that have a name outside of functions, in the words of the truth, with the place of each. */
export function ourPairs(map: CodeMap, files: ReadonlySet<string>): Map<string, string> {
  const nodes = new Map(
    map.store
      .all(
        'select n.id, n.file, f.path file_path, n.path, n.kind, n.nested, n.parent from node n join file f on f.id = n.file where n.copy = ?',
        COPY,
      )
      .map((row) => [Number(row['id']), row]),
  )
  const places = new Map([...nodes.values()].map((row) => [`${row['file']} ${row['path']}`, row]))
  const pairs = new Map<string, string>()
  for (const edge of map.store.all(
    `select e.source, e.target, e.rule, e.line, f.path from edge e join file f on f.id = e.file where f.copy = ? and e.kind in ('calls', 'constructs', 'renders')`,
    COPY,
  )) {
    const pair = pairOf({ nodes, places, files }, edge)
    if (pair !== undefined && !pairs.has(pair))
      pairs.set(pair, `${edge['path']}:${edge['line']} (${edge['rule']})`)
  }
  return pairs
}

interface Known {
  nodes: ReadonlyMap<number, StoreRow>
  /** By file and path. */
  places: ReadonlyMap<string, StoreRow>
  files: ReadonlySet<string>
}

function pairOf({ nodes, places, files }: Known, edge: StoreRow): string | undefined {
  const to = nodes.get(Number(edge['target']))
  let from = nodes.get(Number(edge['source']))
  if (!to || !from || confidenceOf(String(edge['rule'])) < CERTAIN) return undefined
  if (to['nested'] === 1 || !['function', 'class', 'method'].includes(String(to['kind']))) return undefined
  if (!files.has(String(to['file_path'])) || !files.has(String(from['file_path']))) return undefined
  while (from && from['nested'] === 1) from = places.get(`${from['file']} ${from['parent']}`)
  return from && `${named(from['file_path'], from['path'])} > ${named(to['file_path'], to['path'])}`
}

// Second symbols of one name and constructors have one name in the truth.
const named = (file: unknown, path: unknown) =>
  `${String(file)}#${String(path)
    .replaceAll(/~\d+/g, '')
    .replace(/\.constructor$/, '')}`
