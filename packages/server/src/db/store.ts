// What the rest of the server knows of the store: reads of what is committed, and units of work that are durable when acknowledged.
import type { FaultCode, FaultDetails, LoggedEvent, NewEvent } from '@tutti/core'

export type Value = null | number | bigint | string | Uint8Array

/** One prepared statement of a unit. */
export interface Statement {
  sql: string
  values: readonly Value[]
  /** Refuses the whole unit with this fault unless exactly so many rows changed. */
  expect?: { changes: number; fault: FaultCode; details?: FaultDetails }
  /** The fault in place of a UNIQUE or PRIMARY KEY violation. */
  conflict?: { fault: FaultCode; details?: FaultDetails }
}

/** Who acts: filled by the guard for each call, or by the server for its own acts. */
export interface By {
  /** User id, token id or 'system'. */
  actor: string
  address: string
  /** The operation's name, or the server's own word for what it does. */
  act: string
  audited: boolean
}

/** All or nothing: statements, the events that tell of them and the audit row, in one transaction. */
export interface Unit {
  by: By
  /** The id of what is acted on, for the audit row. */
  subject: string
  /** For the audit row; never anything secret. */
  detail?: Record<string, string | number | boolean | null>
  statements: readonly Statement[]
  events?: readonly NewEvent[]
}

export interface Committed {
  events: LoggedEvent[]
  /** Rows changed by each statement. */
  changes: number[]
}

export interface Store {
  /** All rows of a query, as committed. The type is believed: the schema is ours. */
  all<T>(sql: string, ...values: Value[]): T[]
  get<T>(sql: string, ...values: Value[]): T | undefined
  /**
   * Resolves after the fsync; units that arrive together share one. Rejects with the fault of a failed expectation, with
   * store.full when the disk refuses, and then nothing of the unit has happened.
   */
  commit(unit: Unit): Promise<Committed>
  /** Whether a unit with this `by` has been audited. */
  wasAudited(by: By): boolean
  /** Appends an audit row alone: for a refusal, or a privileged act that changes no state. */
  audit(
    by: By,
    entry: { subject: string; outcome: 'done' | 'refused'; detail?: Unit['detail'] },
  ): Promise<void>
  /** Calls back after each fsync, in order of seq, without gaps. The answer unsubscribes. */
  onEvents(listener: (events: readonly LoggedEvent[]) => void): () => void
  /** Events after `since`, oldest first; null when some of them have been pruned. */
  eventsSince(since: number, limit: number): LoggedEvent[] | null
  lastSeq(): number
  /** False while the disk refuses writes. */
  writable(): boolean
  onWritable(listener: (writable: boolean) => void): () => void
  /** Writes a consistent copy of the database to the path while work goes on. */
  copyTo(path: string): Promise<void>
  close(): Promise<void>
}
