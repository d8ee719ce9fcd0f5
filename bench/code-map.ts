// The code map against the checker's truth and against samples labelled by hand.
import { CERTAIN } from '../packages/knowledge/src/code/link/edges.ts'
import { openCodeMap, type CodeMap } from '../packages/knowledge/src/code/code-map.ts'
import { confidenceOf } from '../packages/knowledge/src/code/store/edges.ts'
import { COPY } from '../packages/knowledge/src/code/store/store.ts'
import { extractors } from '../packages/knowledge/src/code/extractors.ts'
import { scoreSample } from '../packages/knowledge/src/code/tree/samples.ts'
import { typescript } from '../packages/knowledge/src/code/typescript/extractor.ts'
import { BASES, HERE, editCost, impactCost, indexCost, sources } from './code-map-cost.ts'
import { readTruth } from './code-map-truth.ts'
import { atLeast, type Part, type Row } from './row.ts'

export const codeMap: Part = {
  name: 'code-map',
  async run(report) {
    for (const [name, root] of BASES) accuracy(name, root, report)
    for (const name of LANGUAGES) await sample(name, report)
    await indexCost(report)
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
