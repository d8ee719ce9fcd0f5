// What can be done to messages: at once on the screen, with a way back, and put back with a sentence where it is refused.
import type { InputOf, Message } from '@tutti/core'
import { api } from '../data/api.ts'
import { attempt } from '../data/attempt.ts'
import { toast, toastError, useToasts } from '../data/toast-store.ts'
import { t } from '../words/words.ts'
import { showMessage } from './news.ts'

type Action = InputOf<'changeMessages'>['action']

const GUESSES: Readonly<Partial<Record<Action, (message: Message) => Partial<Message>>>> = {
  read: () => ({ state: 'read' }),
  unread: () => ({ state: 'delivered' }),
  archive: () => ({ archived: true }),
  unarchive: () => ({ archived: false }),
  star: () => ({ starred: true }),
  unstar: () => ({ starred: false }),
}

const BACK: Readonly<Partial<Record<Action, Action>>> = {
  read: 'unread',
  unread: 'read',
  archive: 'unarchive',
  unarchive: 'archive',
  star: 'unstar',
  unstar: 'star',
}

const MOST = 500 // the server takes as many at once

/** A toast tells of it at once, as the list does, and undoes it: whoever presses the key early must not undo the act before. */
export async function change(messages: readonly Message[], action: Action): Promise<void> {
  const work = changed(messages, action)
  const back = BACK[action]
  const undo = async () => {
    const done = await work
    if (back && done.length > 0) await changed(done, back)
  }
  const told = toast(t(`mail.did-${action}`, { n: messages.length }), back ? { undo: () => void undo() } : {})
  const done = await work
  // What was refused is said in a toast of its own.
  if (done.length < messages.length) useToasts.getState().dismiss(told)
}

/** The same without a word, for what somebody sees anyway. */
export async function changed(messages: readonly Message[], action: Action): Promise<readonly Message[]> {
  const guess = GUESSES[action]
  if (guess) for (const message of messages) showMessage({ ...message, ...guess(message) })
  const done: Message[] = []
  for (let from = 0; from < messages.length; from += MOST)
    done.push(...(await changedAtOnce(messages.slice(from, from + MOST), action)))
  return done
}

async function changedAtOnce(messages: readonly Message[], action: Action): Promise<readonly Message[]> {
  const putBack = () => messages.forEach(showMessage)
  const results = await attempt(
    () => api.changeMessages({ ids: messages.map(({ id }) => id), action }),
    putBack,
  )
  if (!results) return []
  const failed = new Map(results.filter(({ ok }) => !ok).map(({ id, error }) => [id, error?.message]))
  const [first] = failed.values()
  if (first) toastError(t('mail.refused', { n: failed.size, all: messages.length, first }))
  for (const message of messages) if (failed.has(message.id)) showMessage(message)
  return messages.filter(({ id }) => !failed.has(id))
}
