// The questions to the map as a whole, and their answers as titled lists of places: one shape for all of them.
import { api } from '../data/api.ts'
import { t, type WordKey } from '../words/words.ts'
import { shortName, type PageNode } from './page-data.ts'

/** A list under a title, such as one circle of imports. */
export interface Finding {
  title: string
  /** Of a file the folder that it lies in. */
  note?: string
  items: Place[]
}

export interface Place {
  file: string
  /** 0 for the file or folder as a whole. */
  line: number
  text: string
  note: string
}

export interface Asked {
  folder: string
  /** What is chosen, as questions name it. */
  symbol: string
  /** A revision or branch that changes are told from; undefined for the last commit. */
  against: string | undefined
}

export type QuestionId =
  | 'diff'
  | 'hotspots'
  | 'dead'
  | 'stale'
  | 'imports'
  | 'calls'
  | 'together'
  | 'clusters'
  | 'outline'
  | 'references'
  | 'unread'

interface Question {
  id: QuestionId
  label: WordKey
  /** It is about what is chosen. */
  isOfSymbol?: boolean
  ask(asked: Asked): Promise<Finding[]>
}

/** They answer with data; nobody reads their text. */
const TOKENS = 50
/** Here the tokens decide how much is told. */
const OUTLINE_TOKENS = 3000

export const QUESTIONS: readonly Question[] = [
  {
    id: 'diff',
    label: 'map.ask-diff',
    ask: async ({ folder, against }) => {
      const revision = against === undefined ? {} : { revision: against }
      const { data } = await api.mapDiff({ folder, tokens: TOKENS, ...revision })
      return diffFindings(told(data))
    },
  },
  {
    id: 'hotspots',
    label: 'map.ask-hotspots',
    ask: async ({ folder }) =>
      hotspotFindings(told((await api.mapHotspots({ folder, tokens: TOKENS })).data)),
  },
  {
    id: 'dead',
    label: 'map.ask-dead',
    ask: async ({ folder }) => deadFindings(told((await api.mapDead({ folder, tokens: TOKENS })).data)),
  },
  {
    id: 'stale',
    label: 'map.ask-stale',
    ask: async ({ folder }) => staleFindings(told((await api.mapStale({ folder, tokens: TOKENS })).data)),
  },
  {
    id: 'imports',
    label: 'map.ask-imports',
    ask: async ({ folder }) =>
      cycleFindings(told((await api.mapCycles({ folder, of: 'imports', tokens: TOKENS })).data)),
  },
  {
    id: 'calls',
    label: 'map.ask-calls',
    ask: async ({ folder }) =>
      cycleFindings(told((await api.mapCycles({ folder, of: 'calls', tokens: TOKENS })).data)),
  },
  {
    id: 'together',
    label: 'map.ask-together',
    ask: async ({ folder }) => pairFindings(told((await api.mapTogether({ folder, tokens: TOKENS })).data)),
  },
  {
    id: 'clusters',
    label: 'map.ask-clusters',
    ask: async ({ folder }) =>
      clusterFindings(told((await api.mapClusters({ folder, tokens: TOKENS })).data)),
  },
  {
    id: 'outline',
    label: 'map.ask-outline',
    ask: async ({ folder }) =>
      outlineFindings(told((await api.mapOutline({ folder, tokens: OUTLINE_TOKENS })).data)),
  },
  {
    id: 'unread',
    label: 'map.ask-unread',
    ask: async ({ folder }) => unreadFindings(told((await api.indexMap({ folder, tokens: TOKENS })).data)),
  },
  {
    id: 'references',
    label: 'map.ask-references',
    isOfSymbol: true,
    ask: async ({ folder, symbol }) =>
      referenceFindings(told((await api.mapReferences({ folder, symbol, tokens: TOKENS })).data)),
  },
]

// The daemon of the same release writes it in this shape.
const told = <T>(data: unknown): T => data as T // oxlint-disable-line typescript/no-unsafe-type-assertion

const placeOf = (node: PageNode, note: string): Place => ({
  file: node.file,
  line: node.path === '' ? 0 : node.line,
  text: shortName(node),
  note,
})

/** The name first: of many long paths nobody reads the beginning. */
const inFile = (path: string, items: Place[]): Finding => {
  const cut = path.lastIndexOf('/')
  return { title: path.slice(cut + 1), note: path.slice(0, Math.max(0, cut)), items }
}

const fileAt = (file: string, note = ''): Place => ({ file, line: 0, text: file, note })

/** Lists that hold nothing say nothing. */
const filled = (findings: Finding[]): Finding[] => findings.filter(({ items }) => items.length > 0)

interface Diff {
  changed: PageNode[]
  impact: { files: string[]; tests: PageNode[] }
}

const diffFindings = ({ changed, impact }: Diff): Finding[] =>
  filled([
    { title: t('map.find-changed'), items: changed.map((one) => placeOf(one, one.file)) },
    {
      title: t('map.find-tests'),
      items: [...new Set(impact.tests.map((one) => one.file))].map((file) => fileAt(file)),
    },
    { title: t('map.find-reached'), items: impact.files.map((file) => fileAt(file)) },
  ])

const hotspotFindings = (data: { file: string; changes: number; complexity: number }[]): Finding[] =>
  filled([
    {
      title: t('map.find-hotspots'),
      items: data.map(({ file, changes, complexity }) =>
        fileAt(file, t('map.find-hotspot', { changes, complexity })),
      ),
    },
  ])

interface Dead {
  node: PageNode
  sure: 'dead' | 'likely'
  reason: string
}

const deadFindings = (data: Dead[]): Finding[] => {
  const items = (sure: Dead['sure']) =>
    data
      .filter((one) => one.sure === sure)
      .map(({ node, reason }) => placeOf(node, `${node.file}:${node.line} · ${reason}`))
  return filled([
    { title: t('map.find-dead'), items: items('dead') },
    { title: t('map.find-likely-dead'), items: items('likely') },
  ])
}

const staleFindings = (data: { file: string; line: number; what: string; reason: string }[]): Finding[] =>
  [...Map.groupBy(data, (one) => one.file)].map(([path, list]) =>
    inFile(
      path,
      list.map(({ file, line, what, reason }) => ({
        file,
        line,
        text: what,
        note: t('map.find-stale', { line, reason }),
      })),
    ),
  )

const cycleFindings = (data: PageNode[][]): Finding[] =>
  data.map((group) => ({
    title: group
      .slice(0, NAMED)
      .map((one) => one.name.split('/').at(-1) ?? one.name)
      .join(' · '),
    items: group.map((one) => placeOf(one, one.file)),
  }))

/** So many of its members name a circle. */
const NAMED = 3

const pairFindings = (data: { files: [string, string]; together: number; share: number }[]): Finding[] =>
  data.slice(0, PAIRS).map(({ files, together, share }) => ({
    title: files.map((one) => one.split('/').at(-1)).join(' · '),
    items: files.map((file, index) =>
      fileAt(file, index === 0 ? t('map.find-pair', { n: together, share: Math.round(share * 100) }) : ''),
    ),
  }))

/** The sure ones come first; nobody reads on so far. */
const PAIRS = 60

const clusterFindings = (data: { name: string; files: string[] }[]): Finding[] =>
  data
    .filter(({ files }) => files.length > 1)
    .map(({ name, files }) => ({ title: name, items: files.map((file) => fileAt(file)) }))

const outlineFindings = (data: { file: string; symbols: PageNode[] }[]): Finding[] =>
  data.map(({ file, symbols }) =>
    inFile(
      file,
      symbols.map((one) => placeOf(one, one.kind)),
    ),
  )

const unreadFindings = ({ problems }: { problems: { path: string; problem: string }[] }): Finding[] =>
  filled([
    {
      title: t('map.find-unread'),
      items: problems.map(({ path, problem }) => fileAt(path, problem)),
    },
  ])

interface Named {
  relations: { node: PageNode; kind: string; file: string; line: number }[]
}

const referenceFindings = (data: Named[]): Finding[] =>
  [
    ...Map.groupBy(
      data.flatMap((one) => one.relations),
      (one) => one.file,
    ),
  ].map(([path, list]) =>
    inFile(
      path,
      list.map(({ node, kind, file, line }) => ({
        file,
        line,
        text: shortName(node),
        note: t('map.find-reference', { kind, line }),
      })),
    ),
  )
