// Sends words with their files: each file goes to the machine first, and the words name where it is.
import type { AgentId } from '@tutti/core'
import { api } from '../data/api.ts'
import { attempt } from '../data/attempt.ts'
import { toastError } from '../data/toast-store.ts'
import { byteSize } from '../ui/relative-time.ts'
import { t } from '../words/words.ts'

const MOST_BYTES = 5_900_000 // as base64 it is a third more, and the machine takes 8 MB

/** Says so to the user, too. */
export function tooLarge(file: File): boolean {
  if (file.size <= MOST_BYTES) return false
  toastError(t('chat.file-large', { name: file.name, size: byteSize(file.size), most: byteSize(MOST_BYTES) }))
  return true
}

/** Says whether everything was sent; what was refused has been told. */
export async function sendAll(id: AgentId, text: string, files: readonly File[]): Promise<boolean> {
  const paths: string[] = []
  for (const [index, file] of files.entries()) {
    const content = await base64Of(file)
    const put = await attempt(() => api.uploadPromptFile({ id, name: safeName(file.name, index), content }))
    if (!put) return false
    paths.push(put.path)
  }
  const words = [text.trim(), ...paths].filter((part) => part !== '').join('\n')
  return (await attempt(() => api.sendPrompt({ id, text: words }))) !== null
}

/** A name that every machine takes, with the ending that says what the file is. */
export function safeName(name: string, index: number): string {
  const plain = name.normalize('NFKD').replaceAll(/[^A-Za-z0-9._-]+/g, '-')
  const begins = plain.replace(/^[^A-Za-z0-9]+/, '').slice(-90)
  return begins === '' ? `file-${index + 1}` : begins.replace(/^[^A-Za-z0-9]+/, 'f')
}

function base64Of(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader()
    reader.addEventListener('load', () => {
      const { result } = reader
      // "data:image/png;base64,AAAA": what is before the comma is for browsers.
      resolve(typeof result === 'string' ? result.slice(result.indexOf(',') + 1) : '')
    })
    reader.addEventListener('error', () => reject(reader.error ?? new Error(`cannot read ${file.name}`)))
    reader.readAsDataURL(file)
  })
}
