// Files on their way into a message: sent at once, with how far they are, and called back where somebody changes his mind.
import type { AttachedFile } from '@tutti/core'
import { routes } from 'virtual:tutti-routes'
import { t } from '../words/words.ts'
import { byteSize } from '../ui/relative-time.ts'

export interface Upload {
  /** Of this page only. */
  key: number
  name: string
  sizeBytes: number
  state: 'sending' | 'done' | 'failed'
  /** From 0 to 1. */
  part: number
  id: string | null
  problem: string | null
  cancel: () => void
}

const MOST_BYTES = 25 * 1024 * 1024 // the protocol's limit
export const MOST_FILES = 10

let made = 0

/** Begins to send a file; `tell` hears of each change until it is done, failed or cancelled. */
export function upload(file: File, tell: (change: Upload) => void): Upload {
  const request = new XMLHttpRequest()
  let now: Upload = {
    key: ++made,
    name: file.name,
    sizeBytes: file.size,
    state: 'sending',
    part: 0,
    id: null,
    problem: null,
    cancel: () => request.abort(),
  }
  const change = (fields: Partial<Upload>) => {
    now = { ...now, ...fields }
    tell(now)
  }
  if (file.size > MOST_BYTES) {
    const problem = t('mail.file-large', { size: byteSize(file.size) })
    return { ...now, state: 'failed', problem }
  }
  // fetch tells nothing of how far a body is.
  request.open('POST', `${routes.uploadAttachment.path}?name=${encodeURIComponent(file.name)}`)
  request.setRequestHeader('X-Tutti', '1')
  request.setRequestHeader('Content-Type', 'application/octet-stream')
  request.upload.addEventListener('progress', ({ loaded, total }) =>
    change({ part: total > 0 ? loaded / total : 0 }),
  )
  request.addEventListener('load', () => change(outcomeOf(request)))
  request.addEventListener('error', () =>
    change({ state: 'failed', problem: t('error.offline', { host: location.host }) }),
  )
  request.send(file)
  return now
}

function outcomeOf({ status, responseText }: XMLHttpRequest): Partial<Upload> {
  const answer: unknown = parsed(responseText)
  if (status < 300 && isFile(answer)) return { state: 'done', part: 1, id: answer.id }
  return { state: 'failed', problem: sentenceOf(answer) ?? t('error.unknown', { message: String(status) }) }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null // a proxy's page; its status says enough
  }
}

const isFile = (value: unknown): value is AttachedFile =>
  typeof value === 'object' && value !== null && 'digest' in value && 'id' in value

/** The server's own sentence where it gave one. */
function sentenceOf(value: unknown): string | null {
  const error: unknown = typeof value === 'object' && value !== null && 'error' in value ? value.error : null
  if (typeof error !== 'object' || error === null || !('message' in error)) return null
  return typeof error.message === 'string' ? error.message : null
}
