// Short messages at the edge of the screen, and what `z` undoes.
import { create } from 'zustand'

export interface Toast {
  id: number
  text: string
  kind: 'info' | 'error'
  /** A button beside the text. */
  action?: { label: string; run: () => void }
  /** Brings back what was; also reached by the undo key. */
  undo?: () => void
}

const SHOWN_MS = 6000
const SHOWN_WITH_UNDO_MS = 12_000 // reading, deciding, reaching for the button
const MOST = 4

interface ToastState {
  toasts: Toast[]
  dismiss: (id: number) => void
}

export const useToasts = create<ToastState>()((set) => ({
  toasts: [],
  dismiss: (id) => set(({ toasts }) => ({ toasts: toasts.filter((one) => one.id !== id) })),
}))

let lastId = 0

/** Shows a toast and gives its id. The same text again replaces the one that is shown. */
export function toast(text: string, more: Partial<Omit<Toast, 'id' | 'text'>> = {}): number {
  const id = ++lastId
  const made: Toast = { kind: 'info', ...more, id, text }
  useToasts.setState(({ toasts }) => ({
    toasts: [...toasts.filter((one) => one.text !== text), made].slice(-MOST),
  }))
  setTimeout(() => useToasts.getState().dismiss(id), more.undo || more.action ? SHOWN_WITH_UNDO_MS : SHOWN_MS)
  return id
}

export const toastError = (text: string): number => toast(text, { kind: 'error' })

/** Undoes the newest thing that can be undone, and says whether there was one. */
export function undoLast(): boolean {
  const { toasts, dismiss } = useToasts.getState()
  const last = toasts.findLast((one) => one.undo)
  if (!last) return false
  dismiss(last.id)
  last.undo?.()
  return true
}
