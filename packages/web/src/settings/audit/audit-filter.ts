// What of the audit log is asked for, and how its acts read.
import { routes } from 'virtual:tutti-routes'
import type { InputOf, OutputOf } from '@tutti/core'

export type AuditPage = OutputOf<'listAudit'>
export type AuditEntry = AuditPage['items'][number]
export type Outcome = AuditEntry['outcome']

/** Empty text and null mean: any. */
export interface AuditFilter {
  actor: string
  act: string
  subject: string
  outcome: Outcome | null
}

export const ANY: AuditFilter = { actor: '', act: '', subject: '', outcome: null }

export const isFiltered = (filter: AuditFilter): boolean => filterKey(filter) !== filterKey(ANY)

export const filterKey = ({ actor, act, subject, outcome }: AuditFilter): string =>
  JSON.stringify([actor, act, subject.trim(), outcome])

export function auditQuery({ actor, act, subject, outcome }: AuditFilter): InputOf<'listAudit'> {
  const id = subject.trim()
  return {
    ...(actor ? { actor } : {}),
    ...(act ? { act } : {}),
    ...(id ? { subject: id } : {}),
    ...(outcome ? { outcome } : {}),
  }
}

/** Acts that change something, from the table of operations; what else the log holds can be reached from an entry. */
export const KNOWN_ACTS: readonly string[] = Object.entries(routes)
  .filter(([, { method }]) => method !== 'GET')
  .map(([name]) => name)
  .toSorted()

/** "updateUser" as people read it: "update user". */
export const actWords = (act: string): string =>
  act
    .replaceAll(/[._-]+/g, ' ')
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
