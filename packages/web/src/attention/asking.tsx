// What all kinds of answers share: whether one is on its way, and the key that answers in words.
import type { AttentionItem } from '@tutti/core'
import { useCommand } from '../keys/command-registry.ts'
import { useSending } from './answering.ts'

export interface AnswersProps {
  /** The same request of one or more agents. */
  items: readonly AttentionItem[]
  /** Whether the keys answer this one. */
  current: boolean
  /** After an answer, such as for the keyboard to go back to where it was. */
  onDone?: () => void
}

/** ⌘⏎ while no field is open. */
export function WordsKey({ current, onPress }: { current: boolean; onPress: () => void }) {
  useCommand('ask.words', onPress, current)
  return null
}

export const useIsSending = (items: readonly AttentionItem[]): boolean =>
  useSending(({ ids }) => items.some(({ id }) => ids.has(id)))
