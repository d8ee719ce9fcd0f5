// Prepared statements by their text, so that a query is compiled once; bounded, so that generated SQL cannot fill memory.
import type { DatabaseSync, StatementSync } from 'node:sqlite'

// The server has some two hundred statements; a compiled one takes 2 to 10 kB.
const KEPT = 500

export function createStatements(database: DatabaseSync) {
  const kept = new Map<string, StatementSync>()
  return {
    get(sql: string): StatementSync {
      const known = kept.get(sql)
      if (known) return known
      if (kept.size >= KEPT) dropOldest(kept)
      const statement = database.prepare(sql)
      kept.set(sql, statement)
      return statement
    },
  }
}

function dropOldest(kept: Map<string, StatementSync>) {
  for (const sql of kept.keys()) {
    kept.delete(sql)
    return
  }
}
