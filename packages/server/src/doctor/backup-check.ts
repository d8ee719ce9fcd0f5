// Every backup is read to its last byte: one that is damaged must be known before the day it is needed.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Check } from '@tutti/core'
import { verifyBackup } from '../backup/archive.ts'
import type { Manifest } from '../backup/archive.ts'
import { isThere } from '../db/file-check.ts'

/** A check for each damaged backup, or one for all; and the manifest of the newest good one. */
export async function checkBackups(folder: string): Promise<{ checks: Check[]; newest: Manifest | null }> {
  const files = isThere(folder) ? readdirSync(folder).filter((name) => name.endsWith('.tar')) : []
  const checks: Check[] = []
  const good: Manifest[] = []
  for (const file of files) {
    const path = join(folder, file)
    try {
      good.push((await verifyBackup(path)).manifest)
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error)
      checks.push({
        name: 'backup',
        ok: false,
        detail,
        path,
        advice: 'Remove it and make a new one: `tutti backup create`.',
      })
    }
  }
  const newest = good.toSorted((a, b) => b.createdAt - a.createdAt)[0] ?? null
  if (checks.length === 0) checks.push({ name: 'backups', ok: true, detail: detailOf(good.length, newest) })
  return { checks, newest }
}

const detailOf = (count: number, newest: Manifest | null) =>
  newest ? `${count} good, the newest of ${new Date(newest.createdAt).toISOString()}` : 'none yet'
