// Saves everything that fits a filter as one JSON file, page by page, newest first.
import { api } from '../../data/api.ts'
import { saveFile } from '../save-file.ts'
import { auditQuery, type AuditFilter, type AuditPage } from './audit-filter.ts'

const PAGE = 1000

/** Answers how many entries were saved; `onCount` hears how many have come so far. */
export async function exportAudit(filter: AuditFilter, onCount: (count: number) => void): Promise<number> {
  const entries: AuditPage['items'] = []
  let before: number | null | undefined
  do {
    const page: AuditPage = await api.listAudit({
      ...auditQuery(filter),
      limit: PAGE,
      ...(before ? { before } : {}),
    })
    entries.push(...page.items)
    onCount(entries.length)
    before = page.next
  } while (before !== null)
  const day = new Date().toISOString().slice(0, 10)
  const json = JSON.stringify(entries, null, 2)
  saveFile(`tutti-audit-${day}.json`, new Blob([json], { type: 'application/json' }))
  return entries.length
}
