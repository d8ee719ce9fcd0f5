// The honest word on what an agent is doing, for whoever tests a guess about it: one JSON line per change.
import { closeSync, openSync, writeSync } from 'node:fs'
import type { AgentState } from './stage/phase.ts'

/** One line: `at` is milliseconds since 1970, `detail` the command, question or error, `pid` the process. */
export type StateLine = { at: number; state: AgentState; detail: string; name: string; pid: number }

export type StateFile = { write(line: StateLine): void; close(): void }

/** Appends to a file, made with access for its owner only; without a path nothing is written. Throws when it cannot be opened. */
export function openStateFile(path: string | undefined): StateFile {
  if (path === undefined || path === '') return { write: () => {}, close: () => {} }
  const file = openSync(path, 'a', 0o600)
  return {
    write: (line) => void writeSync(file, `${JSON.stringify(line)}\n`),
    close: () => closeSync(file),
  }
}
