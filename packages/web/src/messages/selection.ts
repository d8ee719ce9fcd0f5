// Which messages are selected for a bulk action, whole, so that a message that left the list is still known.
import { create } from 'zustand'
import type { Message } from '@tutti/core'

interface Selected {
  messages: ReadonlyMap<string, Message>
  /** Where a range with Shift begins. */
  anchor: string | null
}

export const useSelected = create<Selected>()(() => ({ messages: new Map(), anchor: null }))

export const clearSelected = (): void => useSelected.setState({ messages: new Map(), anchor: null })

export function toggleMessage(message: Message): void {
  const messages = new Map(useSelected.getState().messages)
  if (!messages.delete(message.id)) messages.set(message.id, message)
  useSelected.setState({ messages, anchor: message.id })
}

/** Selects all from the last one to this one, in the order shown. */
export function selectTo(message: Message, shown: readonly Message[]): void {
  const { anchor, messages } = useSelected.getState()
  const from = shown.findIndex(({ id }) => id === anchor)
  const to = shown.findIndex(({ id }) => id === message.id)
  if (from === -1 || to === -1) return toggleMessage(message)
  const range = shown.slice(Math.min(from, to), Math.max(from, to) + 1)
  const next = new Map([...messages, ...range.map((one) => [one.id, one] as const)])
  return useSelected.setState({ messages: next, anchor: message.id })
}

export const selectAll = (shown: readonly Message[]): void =>
  useSelected.setState({ messages: new Map(shown.map((one) => [one.id, one])), anchor: null })
