// What was settled a moment ago stays in its place with its receipt, so that nothing jumps from under a hand.
import type { AttentionItem } from '@tutti/core'
import { isOpen } from '@tutti/core'
import { useEffect, useRef, useState } from 'react'

const LINGER_MS = 4000 // time to read the receipt

/** Ids of items that were pending while this screen was shown and no longer are, for a moment. */
export function useLingering(items: ReadonlyMap<string, AttentionItem>): ReadonlySet<string> {
  const seen = useRef<Set<string>>(new Set())
  const [lingering, setLingering] = useState<ReadonlySet<string>>(new Set())
  useEffect(() => {
    for (const item of items.values()) {
      if (item.receipt === 'pending') {
        seen.current.add(item.id)
      } else if (seen.current.delete(item.id)) {
        setLingering((before) => new Set(before).add(item.id))
      }
    }
  }, [items])
  useEffect(() => {
    const over = [...lingering].filter((id) => {
      const item = items.get(id)
      return !item || item.receipt === 'pending' || !isOpen(item)
    })
    if (over.length === 0) return undefined
    const timer = setTimeout(
      () => setLingering((before) => new Set([...before].filter((id) => !over.includes(id)))),
      LINGER_MS,
    )
    return () => clearTimeout(timer)
  }, [items, lingering])
  return lingering
}
