// The pages of a list as one, and what becomes of them when messages come, change and go while somebody reads.
import type { Message } from '@tutti/core'

export interface Pages {
  /** In the order shown: newest first. */
  items: readonly Message[]
  /** The cursor of the following page; null at the end. */
  next: string | null
  /** Came while the list must not move; shown when asked for, newest first. */
  fresh: readonly Message[]
}

export interface Arrival {
  /** Whether the message belongs into this list. */
  fits: boolean
  /** Whether somebody would lose the row under the pointer or the place of reading. */
  held: boolean
}

/** The pages after a message came or changed; the same object where nothing did. */
export function withMessage(pages: Pages, message: Message, { fits, held }: Arrival): Pages {
  const known = pages.items.findIndex(({ id }) => id === message.id)
  if (known !== -1) return replaced(pages, known, fits ? message : null)
  const waiting = pages.fresh.filter(({ id }) => id !== message.id)
  if (!fits) return waiting.length === pages.fresh.length ? pages : { ...pages, fresh: waiting }
  const wasWaiting = waiting.length < pages.fresh.length
  if (held || wasWaiting) return { ...pages, fresh: ordered([message, ...waiting]) }
  return placed(pages, message)
}

function replaced(pages: Pages, at: number, message: Message | null): Pages {
  const before = pages.items[at]
  if (message === null) return { ...pages, items: pages.items.toSpliced(at, 1) }
  if (before && before.version > message.version) return pages
  return { ...pages, items: pages.items.with(at, message) }
}

/** One that is older than what was read so far comes with its own page. */
function placed(pages: Pages, message: Message): Pages {
  const last = pages.items.at(-1)
  if (pages.next !== null && last && isNewer(last, message)) return pages
  return { ...pages, items: ordered([message, ...pages.items]) }
}

export const withoutMessage = (pages: Pages, gone: string): Pages => ({
  ...pages,
  items: pages.items.filter(({ id }) => id !== gone),
  fresh: pages.fresh.filter(({ id }) => id !== gone),
})

/** Shows what waited. */
export const withFresh = (pages: Pages): Pages =>
  pages.fresh.length === 0
    ? pages
    : { ...pages, fresh: [], items: ordered([...pages.fresh, ...without(pages.items, pages.fresh)]) }

/** The following page, after what is there. */
export const withPage = (pages: Pages, page: { items: readonly Message[]; next: string | null }): Pages => ({
  ...pages,
  items: [...pages.items, ...without(page.items, pages.items)],
  next: page.next,
})

function without(items: readonly Message[], others: readonly Message[]): Message[] {
  const known = new Set(others.map(({ id }) => id))
  return items.filter(({ id }) => !known.has(id))
}

const ordered = (items: readonly Message[]): Message[] => items.toSorted((a, b) => b.createdAt - a.createdAt)

const isNewer = (one: Message, than: Message): boolean => one.createdAt > than.createdAt
