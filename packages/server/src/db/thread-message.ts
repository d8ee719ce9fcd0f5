// The words between the main thread and the writer's thread. Plain data: it is cloned from one to the other.
import type { FaultCode, FaultDetails } from '@tutti/core'
import type { Migration } from './migrations.ts'
import type { Statement } from './store.ts'

/** Why something failed: a fault that a caller may meet, or a bug of ours. */
export type Problem = { fault: FaultCode; details: FaultDetails } | { bug: string }

export interface AuditDraft {
  actor: string
  act: string
  subject: string
  address: string
  outcome: 'done' | 'refused'
  /** Canonical JSON. */
  detail: string
}

/** One unit on its way to the disk; `events` carry their data as JSON text. */
export interface Job {
  id: number
  at: number
  actor: string
  statements: readonly Statement[]
  events: readonly { type: string; subject: string; data: string }[]
  audit: AuditDraft | null
}

export type JobResult = { id: number; firstSeq: number; changes: number[] } | { id: number; problem: Problem }

/** Which events are kept: no more than so many, and none older than that. */
export interface Retention {
  events: number
  ageMs: number
}

/** What a thread is started with. */
export type ThreadTask =
  | {
      task: 'write'
      path: string
      auditKey: Uint8Array
      migrations: readonly Migration[]
      retention: Retention
      probeMs: number
      at: number
    }
  | { task: 'copy'; path: string; to: string }
  | { task: 'check'; path: string }

export type ThreadRequest = { jobs: readonly Job[] } | { close: true }

export type ThreadAnswer =
  | { kind: 'ready'; lastSeq: number; migrated: string[] }
  | { kind: 'failed'; problem: Problem }
  /** In the order of their commits; `full` is set when the disk refused the whole group. */
  | { kind: 'group'; results: JobResult[]; full: Problem | null }
  | { kind: 'healed' }
  | { kind: 'trouble'; event: string; problem: Problem }
  | { kind: 'closed' }
  /** A copy or a check has ended. */
  | { kind: 'done'; lines: string[] }
