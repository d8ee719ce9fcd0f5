// Letters and answers that were begun, kept while one looks at something else; each with the key that makes sending it twice once.
import { create } from 'zustand'
import type { InputOf } from '@tutti/core'

type Priority = NonNullable<InputOf<'sendMessage'>['priority']>

export interface Letter {
  to: string
  subject: string
  text: string
  type: string
  priority: Priority
  /** As a field for date and time has it, in local time; '' for at once. */
  at: string
  /** Minutes as text; '' for never. */
  expiresIn: string
}

const EMPTY: Letter = {
  to: '',
  subject: '',
  text: '',
  type: 'notification',
  priority: 'normal',
  at: '',
  expiresIn: '',
}

interface Drafts {
  letter: Letter
  letterKey: string
  replies: ReadonlyMap<string, { text: string; key: string }>
}

const newKey = (): string => `web ${[...crypto.getRandomValues(new Uint8Array(16))].map(hex).join('')}`
const hex = (byte: number): string => byte.toString(16).padStart(2, '0')

const useDrafts = create<Drafts>()(() => ({ letter: EMPTY, letterKey: newKey(), replies: new Map() }))

/** A changed letter is another letter: it gets a key of its own. */
export function useLetter() {
  const letter = useDrafts((state) => state.letter)
  const key = useDrafts((state) => state.letterKey)
  return {
    letter,
    key,
    set: (change: Partial<Letter>) =>
      useDrafts.setState((state) => ({ letter: { ...state.letter, ...change }, letterKey: newKey() })),
    clear: () => useDrafts.setState({ letter: EMPTY, letterKey: newKey() }),
  }
}

export function useReply(id: string) {
  const draft = useDrafts(({ replies }) => replies.get(id))
  return {
    text: draft?.text ?? '',
    key: draft?.key ?? `web ${id}`,
    setText: (text: string) =>
      useDrafts.setState(({ replies }) => ({ replies: new Map(replies).set(id, { text, key: newKey() }) })),
  }
}
