// What may be left out: kinds of uses, guesses, and kinds of things. Groups that people think in, over the words of the map.
import type { WordKey } from '../words/words.ts'
import type { CodeModel } from './model.ts'
import type { Sieve } from './trace.ts'

export const USES = {
  calls: ['calls', 'constructs', 'renders'],
  names: ['references'],
  types: ['uses-type', 'extends', 'implements'],
  imports: ['imports'],
  data: ['reads', 'writes', 'handles', 'requests', 'environment', 'defines'],
  tests: ['tests', 'documents'],
} as const

export const KINDS = {
  code: ['function', 'method', 'accessor', 'route'],
  types: ['class', 'interface', 'type', 'enum', 'namespace', 'table', 'column'],
  values: ['variable', 'property'],
  tests: ['test'],
  docs: ['section', 'document'],
} as const

export type UseGroup = keyof typeof USES
export type KindGroup = keyof typeof KINDS

export const USE_GROUPS: readonly { id: UseGroup; label: WordKey }[] = [
  { id: 'calls', label: 'map.use-calls' },
  { id: 'names', label: 'map.use-names' },
  { id: 'types', label: 'map.use-types' },
  { id: 'imports', label: 'map.use-imports' },
  { id: 'data', label: 'map.use-data' },
  { id: 'tests', label: 'map.use-tests' },
]

export const KIND_GROUPS: readonly { id: KindGroup; label: WordKey }[] = [
  { id: 'code', label: 'map.kind-code' },
  { id: 'types', label: 'map.kind-types' },
  { id: 'values', label: 'map.kind-values' },
  { id: 'tests', label: 'map.kind-tests' },
  { id: 'docs', label: 'map.kind-docs' },
]

export interface Filters {
  /** Groups that are left out. */
  uses: ReadonlySet<UseGroup>
  kinds: ReadonlySet<KindGroup>
  likely: boolean
}

/** Imports say little where calls are known, and tests use everything. */
export const FILTERS: Filters = { uses: new Set(['imports', 'tests']), kinds: new Set(), likely: false }

/** How many differ from how it begins. */
export const changedFilters = ({ uses, kinds, likely }: Filters): number =>
  USE_GROUPS.filter(({ id }) => uses.has(id) !== FILTERS.uses.has(id)).length + kinds.size + Number(likely)

export function sieveOf({ useWords }: CodeModel, { uses, likely }: Filters): Sieve {
  let bits = 0
  for (const { id } of USE_GROUPS) {
    if (uses.has(id)) continue
    for (const word of USES[id]) if (useWords.includes(word)) bits |= 1 << useWords.indexOf(word)
  }
  return { uses: bits, likely }
}

/** By kind: 1 for what is left out. */
export function hiddenKinds({ kindWords }: CodeModel, { kinds }: Filters): Uint8Array {
  const out = new Set<string>([...kinds].flatMap((group) => KINDS[group]))
  return Uint8Array.from(kindWords, (word) => Number(out.has(word)))
}
