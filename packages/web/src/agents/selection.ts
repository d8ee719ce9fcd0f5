// Which agents are selected for a bulk action.
import { create } from 'zustand'

interface SelectionState {
  ids: ReadonlySet<string>
  /** Where a range with Shift begins. */
  anchor: string | null
}

export const useSelection = create<SelectionState>()(() => ({ ids: new Set(), anchor: null }))

export const clearSelection = (): void => useSelection.setState({ ids: new Set(), anchor: null })

export function toggleSelected(...ids: string[]): void {
  const { ids: before } = useSelection.getState()
  const all = ids.every((id) => before.has(id))
  const next = new Set(before)
  for (const id of ids) {
    if (all) next.delete(id)
    else next.add(id)
  }
  useSelection.setState({ ids: next, anchor: ids.at(-1) ?? null })
}

/** Selects everything from the anchor to the id, in the order shown. */
export function selectRange(to: string, shown: readonly string[]): void {
  const { anchor, ids } = useSelection.getState()
  useSelection.setState({ ids: new Set([...ids, ...rangeOf(shown, anchor ?? to, to)]) })
}

/** The ids between the two, both included, whichever comes first. */
export function rangeOf(shown: readonly string[], from: string, to: string): string[] {
  const a = shown.indexOf(from)
  const b = shown.indexOf(to)
  if (a < 0 || b < 0) return [to]
  return shown.slice(Math.min(a, b), Math.max(a, b) + 1)
}
