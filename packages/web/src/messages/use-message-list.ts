// The messages of a view, a page at a time as far as somebody scrolls, kept true by what happens meanwhile.
import type { InputOf, MailboxId, Message, OutputOf } from '@tutti/core'
import { useCallback, useEffect, useRef, useState } from 'react'
import { api } from '../data/api.ts'
import { faultText } from '../data/fault-text.ts'
import { onLiveReset } from '../data/live.ts'
import { useRetryWhenBack } from '../data/use-live.ts'
import { withFresh, withMessage, withoutMessage, withPage, type Pages } from './message-pages.ts'
import { useNews } from './news.ts'
import { fits, listKey, ownerOf, type View } from './view.ts'

const PAGE = 100 // messages; some screens of them

export interface MessageList {
  state: 'loading' | 'failed' | 'ready'
  /** Why it failed. */
  problem: string
  items: readonly Message[]
  /** How many wait to be shown, because the list must not move. */
  fresh: number
  showFresh: () => void
  /** More are to be read. */
  isMore: boolean
  readMore: () => void
  retry: () => void
}

interface Shown {
  key: string
  pages: Pages | null
  problem: string | null
}

export function useMessageList(view: View, me: MailboxId | null, held: () => boolean): MessageList {
  const key = listKey(view)
  const [shown, setShown] = useState<Shown>({ key, pages: null, problem: null })
  const [turn, setTurn] = useState(0)
  const retry = useCallback(() => setTurn((count) => count + 1), [])
  const edit = useCallback(
    (change: (pages: Pages) => Pages) =>
      setShown((now) => (now.pages ? { ...now, pages: change(now.pages) } : now)),
    [],
  )
  const latest = useRef({ view, me })
  useEffect(() => {
    latest.current = { view, me }
  })
  useEffect(() => {
    const end = new AbortController()
    const read = async () => {
      const answer = await firstPage(latest.current.view, latest.current.me, end.signal)
      if (!end.signal.aborted) setShown({ key, ...answer })
    }
    void read()
    return () => end.abort()
    // Another turn reads the same again.
    // oxlint-disable-next-line react/exhaustive-effect-dependencies
  }, [key, turn])
  useEffect(() => onLiveReset(retry), [retry])
  useRetryWhenBack(shown.problem !== null, retry)
  useNews((news) => {
    if (news.kind === 'gone') return edit((pages) => withoutMessage(pages, news.id))
    const { message } = news
    // Only the server knows whether words are found in a text.
    const belongs = view.query === '' ? fits(view, message, me) : isShown(shown, message)
    return edit((pages) => withMessage(pages, message, { fits: belongs, held: held() }))
  })
  const more = useMore({ view, me, pages: shown.pages, edit })
  const current = shown.key === key ? shown : { pages: null, problem: null }
  return {
    state: current.pages ? 'ready' : current.problem === null ? 'loading' : 'failed',
    problem: current.problem ?? '',
    items: current.pages?.items ?? [],
    fresh: current.pages?.fresh.length ?? 0,
    showFresh: () => edit(withFresh),
    isMore: (current.pages?.next ?? null) !== null,
    readMore: more,
    retry,
  }
}

const isShown = ({ pages }: Shown, { id }: Message) => pages?.items.some((one) => one.id === id) ?? false

type Answer = Pick<Shown, 'pages' | 'problem'>

async function firstPage(view: View, me: MailboxId | null, signal: AbortSignal): Promise<Answer> {
  try {
    const { items, next } = await pageOf(view, { me, signal })
    return { pages: { items, next, fresh: [] }, problem: null }
  } catch (error) {
    return { pages: null, problem: faultText(error) }
  }
}

interface Reading {
  view: View
  me: MailboxId | null
  pages: Pages | null
  edit: (change: (pages: Pages) => Pages) => void
}

/** Reads the following page, one at a time. */
function useMore({ view, me, pages, edit }: Reading) {
  const reading = useRef(false)
  return () => {
    const cursor = pages?.next ?? null
    if (cursor === null || reading.current) return
    reading.current = true
    pageOf(view, { me, cursor })
      .then((page) => edit((now) => (now.next === cursor ? withPage(now, page) : now)))
      // Scrolling on tries again.
      .catch(() => undefined)
      .finally(() => (reading.current = false))
  }
}

interface Asked {
  me: MailboxId | null
  cursor?: string
  signal?: AbortSignal
}

function pageOf(view: View, { me, cursor, signal }: Asked): Promise<OutputOf<'listMessages'>> {
  const { since, until, ...words } = view.filters
  const owner = ownerOf(view, me)
  // What stands in the address is judged by the server, which names what it does not understand.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const filters = {
    ...words,
    ...(since === undefined ? {} : { since: Number(since) }),
    ...(until === undefined ? {} : { until: Number(until) }),
    ...(owner === null || (view.mailbox === null && view.query !== '') ? {} : { mailbox: owner }),
    ...(view.with === null ? {} : { with: view.with }),
    ...(cursor === undefined ? {} : { cursor }),
    limit: PAGE,
  } as Omit<InputOf<'listMessages'>, 'box'>
  const options = signal ? { signal } : {}
  return view.query === ''
    ? api.listMessages({ box: view.box, ...filters }, options)
    : api.searchMessages({ query: view.query, ...filters }, options)
}
