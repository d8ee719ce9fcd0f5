// Reads the conversation with an agent, page by page into the past, and grows it by events.
import { useCallback, useEffect, useRef, useState } from 'react'
import type { AgentId } from '@tutti/core'
import { api } from '../data/api.ts'
import { attempt } from '../data/attempt.ts'
import { faultText } from '../data/fault-text.ts'
import { onLiveEvent, onLiveReset } from '../data/live.ts'
import { EMPTY, fromPage, withGrowth, withOlder, type Conversation } from './conversation.ts'

const PAGE = 100 // entries; a few screens
const LEAP = 500 // entries; as many as an answer may have, on the way to one that is far back

export interface Reading {
  conversation: Conversation
  state: 'loading' | 'ready' | 'failed'
  message: string
  /** Reads the page before what is shown; nothing at the beginning or while one is read. */
  readOlder: () => void
  /** Reads back until the entry is there; says whether it is. */
  reach: (entryId: string) => Promise<boolean>
  retry: () => void
}

export function useConversation(id: AgentId): Reading {
  const [conversation, setConversation] = useState<Conversation>(EMPTY)
  const [state, setState] = useState<Reading['state']>('loading')
  const [message, setMessage] = useState('')
  const [turn, setTurn] = useState(0)
  const retry = useCallback(() => setTurn((count) => count + 1), [])

  useEffect(() => {
    let ended = false
    const read = async () => {
      try {
        const page = await api.getTranscript({ id, limit: PAGE })
        if (ended) return
        setConversation(fromPage(page))
        setState('ready')
      } catch (error) {
        if (ended) return
        setMessage(faultText(error))
        setState('failed')
      }
    }
    void read()
    const deaf = onLiveEvent((event) => {
      if (event.type !== 'transcript.grown' || event.data.agentId !== id) return
      const { entries, whole } = event.data
      if (whole) setConversation((now) => withGrowth(now, entries))
      else void read()
    })
    const unset = onLiveReset(() => void read())
    return () => {
      ended = true
      deaf()
      unset()
    }
    // Another turn reads the same again.
    // oxlint-disable-next-line react/exhaustive-effect-dependencies
  }, [id, turn])

  const reading = useRef(false)
  const readOlder = useCallback(() => {
    const { before } = conversation
    if (before === null || reading.current) return
    reading.current = true
    const read = async () => {
      try {
        const page = await api.getTranscript({ id, before, limit: PAGE })
        setConversation((now) => withOlder(now, page))
      } catch (error) {
        setMessage(faultText(error))
      } finally {
        reading.current = false
      }
    }
    void read()
  }, [conversation, id])

  const reach = useCallback(
    async (entryId: string): Promise<boolean> => {
      const isThere = ({ entries }: Conversation) => entries.some((entry) => entry.id === entryId)
      let now = conversation
      while (!isThere(now) && now.before !== null) {
        const before = now.before
        const page = await attempt(() => api.getTranscript({ id, before, limit: LEAP }))
        if (!page) return false
        now = withOlder(now, page)
        setConversation((known) => withOlder(known, page))
      }
      return isThere(now)
    },
    [conversation, id],
  )
  return { conversation, state, message, readOlder, reach, retry }
}
