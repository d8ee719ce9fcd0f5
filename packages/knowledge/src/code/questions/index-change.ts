// What an index did, as data and as the words for it.
import type { Change, CodeMap } from '../code-map.ts'
import { COPY } from '../store/store.ts'

export interface IndexChange extends Change {
  ms: number
}

export function indexed(map: CodeMap): IndexChange {
  const begun = performance.now()
  const change = map.index()
  return { ...change, ms: Math.round(performance.now() - begun) }
}

/** With what could not be read, each by its name: names may hold anything, so they are quoted. */
export function indexAnswer(map: CodeMap, change: IndexChange) {
  const problems = map.problems()
  const count = (of: string) => Number(map.store.all(`select count(*) n from ${of}`, COPY)[0]?.['n'])
  const files = count('file where copy = ?')
  const symbols = count("node where copy = ? and file is not null and path <> ''")
  const { read, linked, removed, ms } = change
  const lines = [
    `read ${read}, linked ${linked}, removed ${removed} in ${ms} ms`,
    files === 0
      ? `the map is empty: there is no source in ${map.root} that it reads`
      : `the map of ${map.root} holds ${files} files with ${symbols} symbols`,
    ...(problems.length > 0 ? [`${problems.length} with problems:`] : []),
    ...problems.map((one) => `  ${JSON.stringify(one.path)}: ${one.problem}`),
  ]
  return { data: { ...change, files, symbols, problems }, text: lines.join('\n') }
}
