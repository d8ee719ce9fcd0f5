// A part that is folded until asked for; what was opened stays open when the row scrolls out and back.
import { ChevronRight } from 'lucide-react'
import type { ReactNode } from 'react'
import { create } from 'zustand'
import css from './fold.module.css'

/** Ids of what is open, for as long as the page lives. */
export const useFolds = create<{ open: ReadonlySet<string> }>()(() => ({ open: new Set() }))

export function toggleFold(id: string): void {
  useFolds.setState(({ open }) => {
    const next = new Set(open)
    if (!next.delete(id)) next.add(id)
    return { open: next }
  })
}

export function unfold(id: string): void {
  if (!useFolds.getState().open.has(id)) toggleFold(id)
}

export function Fold({ id, summary, children }: { id: string; summary: ReactNode; children: ReactNode }) {
  const open = useFolds((state) => state.open.has(id))
  return (
    <div className={css.fold}>
      <button type="button" className={css.summary} aria-expanded={open} onClick={() => toggleFold(id)}>
        <ChevronRight className={css.chevron} data-open={open || undefined} />
        {summary}
      </button>
      {open && <div className={css.inside}>{children}</div>}
    </div>
  )
}
