// The statements over which files were looked at when a file was linked, and for which names.
import { textOf, type Prepared } from './edges.ts'
import { createInsert } from './insert.ts'

/** A file that was looked at when another was linked, and what it was asked for: the names, a line each. */
export interface SeenRow {
  saw: number
  names: string
}

export interface SeenStore {
  replaceSeen(file: number, seen: readonly SeenRow[]): void
  addSeen(file: number, seen: readonly SeenRow[]): void
  /** Who looked at the file: all, or only those who asked for one of the names. */
  whoSaw(file: number, names?: ReadonlySet<string>): number[]
}

export function seenStatements({ on }: Prepared): SeenStore {
  const insert = createInsert({ on }, { table: 'seen', fixed: ['file'], columns: ['saw', 'names'] })
  const addSeen = (file: number, seen: readonly SeenRow[]) =>
    insert([file], seen, ({ saw, names }) => [saw, names])
  return {
    replaceSeen(file, seen) {
      const known = on('select saw, names from seen where file = ?').all(file)
      const names = new Map(known.map((row) => [Number(row['saw']), textOf(row['names'])]))
      if (names.size === seen.length && seen.every((one) => names.get(one.saw) === one.names)) return
      on('delete from seen where file = ?').run(file)
      addSeen(file, seen)
    },
    addSeen,
    whoSaw: (file, names) =>
      on('select file, names from seen where saw = ?')
        .all(file)
        .filter((row) => !names || isAsked(textOf(row['names']), names))
        .map((row) => Number(row['file'])),
  }
}

const isAsked = (asked: string, names: ReadonlySet<string>) => asked.split('\n').some((one) => names.has(one))
