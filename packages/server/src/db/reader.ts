// Reads of what is committed, on the caller's thread: a point read takes some ten microseconds, less than asking a thread.
import type { DatabaseSync } from 'node:sqlite'
import { fault, isEventType } from '@tutti/core'
import type { LoggedEvent } from '@tutti/core'
import { problemOf } from './sqlite-error.ts'
import { createStatements } from './statements.ts'
import type { Store, Value } from './store.ts'

interface EventRow {
  seq: number
  at: number
  type: string
  subject: string
  actor: string
  data: string
}

export interface Reader {
  all: Store['all']
  get: Store['get']
  /** Null when some of them have been pruned. */
  eventsSince(range: { since: number; limit: number; lastSeq: number }): LoggedEvent[] | null
  close(): void
}

export function createReader(database: DatabaseSync, path: string): Reader {
  const statements = createStatements(database)

  const guarded = <T>(read: () => T): T => {
    if (!database.isOpen) throw fault('server.stopping')
    try {
      return read()
    } catch (error) {
      const problem = problemOf(error, path)
      if ('bug' in problem) throw error
      // A disk that cannot be read is for the reader the same as a damaged file.
      throw fault('store.damaged', { path, problem: String(problem.details['problem']) }, error)
    }
  }

  const all = <T>(sql: string, ...values: Value[]): T[] =>
    // The boundary where SQL becomes types: the schema is ours and strict.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    guarded(() => statements.get(sql).all(...values) as T[])

  const get = <T>(sql: string, ...values: Value[]): T | undefined =>
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    guarded(() => statements.get(sql).get(...values) as T | undefined)

  return {
    all,
    get,
    eventsSince({ since, limit, lastSeq }) {
      const rows = all<EventRow>(
        'SELECT seq, at, type, subject, actor, data FROM events WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?',
        since,
        lastSeq,
        limit,
      )
      // Pruned, or asked from behind the end, as after the restore of an older backup.
      const gap = rows[0] ? rows[0].seq !== since + 1 : since !== lastSeq
      return gap ? null : rows.flatMap(parseEvent)
    },
    close: () => database.close(),
  }
}

/** A type that this release does not know (after a downgrade) is left out. */
function parseEvent(row: EventRow): LoggedEvent[] {
  if (!isEventType(row.type)) return []
  const entry: unknown = { ...row, data: JSON.parse(row.data) }
  // We wrote it: the type and its data belong together.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return [entry as LoggedEvent]
}
