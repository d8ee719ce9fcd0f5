// For tests: a picture as the daemon sends it, from files with their symbols and uses by name.
import { packNumbers, type MapPicture } from '@tutti/core'

export interface AFile {
  path: string
  lines?: number
  changes?: number
  /** `name` or `holder.name`, in order. */
  symbols?: readonly string[]
}

export type AUse = readonly [from: string, to: string, use?: string]

const USES = ['calls', 'references', 'imports', 'likely']
const LINES = 5

/** Ends of uses are `path` or `path:symbol`. */
export function aPicture(files: readonly AFile[], uses: readonly AUse[] = []): MapPicture {
  const sorted = files.toSorted((a, b) => (a.path < b.path ? -1 : 1))
  const symbols = sorted.flatMap((file, at) =>
    (file.symbols ?? []).map((path, nth) => ({ at, file, path, line: 1 + nth * LINES })),
  )
  const ids = [...sorted.map(({ path }) => path), ...symbols.map(({ file, path }) => `${file.path}:${path}`)]
  const holderOf = ({ at, file, path }: (typeof symbols)[number]) => {
    const holder = path.includes('.') ? path.slice(0, path.lastIndexOf('.')) : ''
    return holder === '' ? at : ids.indexOf(`${file.path}:${holder}`)
  }
  const edges = uses
    .map(([from, to, use = 'calls']) => ({
      from: ids.indexOf(from),
      to: ids.indexOf(to),
      bits: use.split('+').reduce((bits, one) => bits | (1 << USES.indexOf(one)), 0),
    }))
    .sort((a, b) => a.from - b.from || a.to - b.to)
  const each = (
    ofFile: (file: AFile) => number,
    ofSymbol: (one: (typeof symbols)[number], nth: number) => number,
  ) => packNumbers([...sorted.map(ofFile), ...symbols.map(ofSymbol)])
  return {
    folder: '/srv/shop',
    stamp: JSON.stringify(files),
    files: sorted.length,
    names: [
      ...sorted.map(({ path }) => path),
      ...symbols.map(({ path }) => path.split('.').at(-1) ?? path),
    ].join('\n'),
    kinds: ['typescript', 'function'],
    nodes: {
      kind: each(
        () => 0,
        () => 1,
      ),
      holder: each(
        () => 0,
        (one, nth) => sorted.length + nth - holderOf(one),
      ),
      line: each(
        () => 1,
        ({ line }) => line,
      ),
      lines: each(
        ({ lines = 50 }) => lines,
        () => LINES,
      ),
      covered: each(
        () => 0,
        () => 0,
      ),
    },
    changes: packNumbers(sorted.map(({ changes = 0 }) => changes)),
    uses: USES,
    edges: {
      from: packNumbers(edges.map(({ from }, at) => from - (edges[at - 1]?.from ?? 0))),
      to: packNumbers(edges.map(({ from, to }) => to - from)),
      uses: packNumbers(edges.map(({ bits }) => bits)),
      count: packNumbers(edges.map(() => 1)),
    },
  }
}
