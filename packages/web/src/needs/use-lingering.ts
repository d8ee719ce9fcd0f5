// What was settled a moment ago stays in its place with its receipt, so that nothing jumps from under a hand.
import type { AttentionItem } from '@tutti/core'
import { isOpen } from '@tutti/core'
import { useEffect, useState } from 'react'

const LINGER_MS = 4000 // time to read the receipt

type Items = ReadonlyMap<string, AttentionItem>

interface Kept {
  items: Items
  /** Ids of items that waited while this screen was shown. */
  waiting: ReadonlySet<string>
  /** Of these, the ones that no longer do. */
  lingering: ReadonlySet<string>
}

/** Ids of items that were pending while this screen was shown and no longer are, for a moment. */
export function useLingering(items: Items): ReadonlySet<string> {
  const [kept, setKept] = useState<Kept>(() => after(null, items))
  // Kept in step while rendering, as React advises: a card that is gone for one picture loses the focus.
  const now = kept.items === items ? kept : after(kept, items)
  if (now !== kept) setKept(now)
  const { lingering } = now
  useEffect(() => {
    const over = [...lingering].filter((id) => {
      const item = items.get(id)
      return !item || item.receipt === 'pending' || !isOpen(item)
    })
    if (over.length === 0) return undefined
    const timer = setTimeout(
      () => setKept((before) => ({ ...before, lingering: without(before.lingering, over) })),
      LINGER_MS,
    )
    return () => clearTimeout(timer)
  }, [items, lingering])
  return lingering
}

function after(before: Kept | null, items: Items): Kept {
  const waiting = [...items.values()].filter(({ receipt }) => receipt === 'pending').map(({ id }) => id)
  const settled = [...(before?.waiting ?? [])].filter(
    (id) => (items.get(id)?.receipt ?? 'pending') !== 'pending',
  )
  const lingering = before?.lingering ?? new Set<string>()
  return {
    items,
    waiting: new Set(waiting),
    lingering: settled.length === 0 ? lingering : new Set([...lingering, ...settled]),
  }
}

const without = (ids: ReadonlySet<string>, gone: readonly string[]): ReadonlySet<string> =>
  new Set([...ids].filter((id) => !gone.includes(id)))
