// What happens to messages, for every list and thread that shows them: from the stream, and at once where I did it myself.
import type { LoggedEvent, Message } from '@tutti/core'
import { useEffect, useRef } from 'react'
import { onLiveEvent } from '../data/live.ts'

type News = { kind: 'message'; message: Message; isNew: boolean } | { kind: 'gone'; id: string }
type Hear = (news: News) => void

const listeners = new Set<Hear>()

/** Shows a message as it will be, before the server has said so. */
export const showMessage = (message: Message): void => {
  for (const hear of listeners) hear({ kind: 'message', message, isNew: false })
}

const newsOf = (event: LoggedEvent): News | null => {
  if (event.type === 'message.created' || event.type === 'message.changed')
    return { kind: 'message', message: event.data, isNew: event.type === 'message.created' }
  return event.type === 'message.removed' ? { kind: 'gone', id: event.data.id } : null
}

/** Hears of every message while the component is shown. */
export function useNews(hear: Hear): void {
  const latest = useRef(hear)
  useEffect(() => {
    latest.current = hear
  })
  useEffect(() => {
    const told: Hear = (news) => latest.current(news)
    listeners.add(told)
    const deaf = onLiveEvent((event) => {
      const news = newsOf(event)
      if (news) told(news)
    })
    return () => {
      listeners.delete(told)
      deaf()
    }
  }, [])
}
