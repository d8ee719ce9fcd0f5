// A thread as a file: JSON for programs, Markdown for people; its texts are read from the server first.
import type { Message } from '@tutti/core'
import { api } from '../data/api.ts'
import { attempt } from '../data/attempt.ts'
import { markdownOf, type WholeMessage } from './export-text.ts'
import { saveFile } from './save-file.ts'

const AT_ONCE = 8 // texts; a thread of hundreds must not take all connections of the page

/** Reading for a file is not reading: nothing is marked. */
export async function exportThread(messages: readonly Message[], format: 'json' | 'md'): Promise<void> {
  const whole = await attempt(() => wholeOf(messages))
  const [first] = messages
  if (!whole || !first) return
  const name = `thread-${first.thread}.${format}`
  if (format === 'json')
    saveFile(new Blob([JSON.stringify(whole, null, 2)], { type: 'application/json' }), name)
  else saveFile(new Blob([markdownOf(whole)], { type: 'text/markdown' }), name)
}

async function wholeOf(messages: readonly Message[]): Promise<WholeMessage[]> {
  const whole: WholeMessage[] = []
  for (let from = 0; from < messages.length; from += AT_ONCE) {
    const some = messages.slice(from, from + AT_ONCE)
    whole.push(...(await Promise.all(some.map(({ id }) => api.getMessage({ id })))))
  }
  return whole.map(({ message, text, context, hash }) => ({ message, text, context, hash }))
}
