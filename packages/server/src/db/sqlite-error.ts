// What an error of SQLite means for a caller: the disk refuses, the file is damaged, a rule of the schema, or a bug.
import type { Problem } from './thread-message.ts'

// Primary result codes, https://www.sqlite.org/rescode.html
const DISK = new Set([5, 6, 7, 8, 10, 13, 14]) // BUSY LOCKED NOMEM READONLY IOERR FULL CANTOPEN
const DAMAGE = new Set([11, 26]) // CORRUPT NOTADB
const SAME_KEY = new Set([1555, 2067, 2579]) // CONSTRAINT_PRIMARYKEY, _UNIQUE, _ROWID

/** The result code of SQLite, or null for an error that is not from SQLite. */
export function sqliteCode(error: unknown): number | null {
  if (!(error instanceof Error) || !('errcode' in error)) return null
  return typeof error.errcode === 'number' ? error.errcode : null
}

/** Whether the error is a second row with a key that must be unique. */
export const isConflict = (error: unknown) => SAME_KEY.has(sqliteCode(error) ?? 0)

/** Whether the transaction cannot go on: the disk or the file failed, not the statement. */
export function isStorageFailure(error: unknown): boolean {
  const code = (sqliteCode(error) ?? 0) & 0xff
  return DISK.has(code) || DAMAGE.has(code)
}

/** The error as a problem that can cross threads. */
export function problemOf(error: unknown, path: string): Problem {
  const code = (sqliteCode(error) ?? 0) & 0xff
  const text = error instanceof Error ? error.message : String(error)
  if (DAMAGE.has(code)) return { fault: 'store.damaged', details: { path, problem: text } }
  if (DISK.has(code)) return { fault: 'store.full', details: { problem: text } }
  return { bug: text }
}
