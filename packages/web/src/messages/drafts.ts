// Letters and answers that were begun, with their files: kept while one looks elsewhere or loads the page again.
import { create } from 'zustand'
import { toast, toastError } from '../data/toast-store.ts'
import { t } from '../words/words.ts'
import { EMPTY, isBegun, type Draft, type Letter } from './draft.ts'
import { keepDrafts, keptDrafts } from './kept-drafts.ts'
import { MOST_FILES, upload, type Upload } from './uploads.ts'

const newKey = (): string => `web ${[...crypto.getRandomValues(new Uint8Array(16))].map(hex).join('')}`
const hex = (byte: number): string => byte.toString(16).padStart(2, '0')

interface Drafts {
  byName: ReadonlyMap<string, Draft>
  /** What was thrown away last, under each name: it can be brought back. */
  gone: ReadonlyMap<string, Draft>
}

const useDrafts = create<Drafts>()(() => ({ byName: keptDrafts(), gone: new Map() }))
useDrafts.subscribe(({ byName }) => keepDrafts(byName))

/** The draft of a letter that began with this recipient ('' for none), or of an answer to a message. */
export const draftName = (begun: { to: string } | { answers: string }): string =>
  'to' in begun ? `to ${begun.to}` : `re ${begun.answers}`

export interface DraftInHand {
  letter: Letter
  key: string
  files: readonly Upload[]
  /** Ids of what has arrived. */
  fileIds: string[]
  /** Whether a file is still on its way, or did not arrive. */
  isSending: boolean
  /** Whether there is anything that somebody would miss. */
  isBegun: boolean
  set: (change: Partial<Letter>) => void
  add: (files: Iterable<File>) => void
  remove: (file: Upload) => void
  /** Throws it away, with a way back. */
  discard: () => void
  /** It was sent. */
  clear: () => void
}

export function useDraft(name: string): DraftInHand {
  const draft = useDrafts(({ byName }) => byName.get(name))
  const { letter, files, key } = draft ?? NONE
  return {
    letter,
    key,
    files,
    fileIds: files.flatMap(({ id }) => (id === null ? [] : [id])),
    isSending: files.some(({ state }) => state !== 'done'),
    isBegun: draft !== undefined && isBegun(draft),
    set: (change) => put(name, (before) => ({ letter: { ...before.letter, ...change } })),
    add: (given) => add(name, [...given]),
    remove(file) {
      file.cancel()
      put(name, (before) => ({ files: before.files.filter((one) => one.key !== file.key) }))
    },
    discard: () => discard(name),
    clear: () => useDrafts.setState(({ byName }) => ({ byName: without(byName, name) })),
  }
}

/** Whether a letter was begun, so that the way to it can say so. */
export const useIsBegun = (name: string): boolean =>
  useDrafts(({ byName }) => {
    const draft = byName.get(name)
    return draft !== undefined && isBegun(draft)
  })

const NONE: Draft = { letter: EMPTY, files: [], key: '' }

function put(name: string, change: (before: Draft) => Partial<Draft>): void {
  useDrafts.setState(({ byName }) => {
    const before = byName.get(name) ?? NONE
    return { byName: new Map(byName).set(name, { ...before, ...change(before), key: newKey() }) }
  })
}

const without = (drafts: ReadonlyMap<string, Draft>, name: string): ReadonlyMap<string, Draft> =>
  new Map([...drafts].filter(([one]) => one !== name))

function add(name: string, given: readonly File[]): void {
  const { files } = useDrafts.getState().byName.get(name) ?? NONE
  const fitting = given.slice(0, MOST_FILES - files.length)
  if (fitting.length < given.length) toastError(t('mail.files-many', { n: MOST_FILES }))
  const started = fitting.map((file) => upload(file, tell))
  put(name, (before) => ({ files: [...before.files, ...started] }))
}

/** How far a file is, wherever its letter lies by now. */
function tell(change: Upload): void {
  const told = (drafts: ReadonlyMap<string, Draft>): ReadonlyMap<string, Draft> =>
    new Map(
      [...drafts].map(([name, draft]) => [
        name,
        { ...draft, files: draft.files.map((one) => (one.key === change.key ? change : one)) },
      ]),
    )
  useDrafts.setState(({ byName, gone }) => ({ byName: told(byName), gone: told(gone) }))
}

function discard(name: string): void {
  const { byName, gone } = useDrafts.getState()
  const draft = byName.get(name)
  if (!draft) return
  // Nobody can bring back the one before any more.
  gone.get(name)?.files.forEach((file) => file.cancel())
  useDrafts.setState({ byName: without(byName, name), gone: new Map(gone).set(name, draft) })
  toast(t('mail.discarded'), { undo: () => bringBack(name) })
}

/** What was begun meanwhile under the same name changes places with it. */
function bringBack(name: string): void {
  const { byName, gone } = useDrafts.getState()
  const back = gone.get(name)
  if (!back) return
  const begun = byName.get(name)
  useDrafts.setState({
    byName: new Map(byName).set(name, back),
    gone: begun ? new Map(gone).set(name, begun) : without(gone, name),
  })
}
