// Fetches a backup with the login's header, counts what has come, and hands it to the browser for saving.
import { api } from '../../data/api.ts'
import { saveFile } from '../save-file.ts'
import type { OutputOf } from '@tutti/core'

type Backup = OutputOf<'listBackups'>[number]

/** `onPart` hears how much has come, 0 to 1. The parts are kept as blobs, which a browser may put on disk. */
export async function downloadBackup(backup: Backup, onPart: (part: number) => void): Promise<true> {
  const { body } = await api.getBackup({ id: backup.id })
  const parts: BlobPart[] = []
  let size = 0
  if (body) {
    const reader = body.getReader()
    for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
      parts.push(new Blob([chunk.value]))
      size += chunk.value.byteLength
      onPart(Math.min(1, size / Math.max(1, backup.sizeBytes)))
    }
  }
  if (size !== backup.sizeBytes) throw new Error(`${size} of ${backup.sizeBytes} bytes came`)
  saveFile(`tutti-${backup.id}.tar`, new Blob(parts, { type: 'application/x-tar' }))
  return true
}
