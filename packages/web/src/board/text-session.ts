// The text of one card while somebody edits it: what is typed is merged with what others write, on any machine. It brings Yjs, and
// so is loaded when a text is opened.
import type { CardTextState } from '@tutti/core'
import * as Y from 'yjs'

/** Whether what is shown is on the disk of this machine. */
export type Kept = { is: 'kept' } | { is: 'waiting' } | { is: 'refused'; error: unknown }

/** What has the text. */
export interface TextHome {
  read(): Promise<CardTextState>
  /** False where the text that the update follows from was written anew meanwhile. */
  merge(on: string, update: string): Promise<boolean>
}

export interface TextSession {
  text(): string
  /** What the field holds now. */
  typed(text: string): void
  /** The card has changed, by whomever: its text may be another. */
  heard(text: string): void
  /** Writes what waits. */
  keep(): Promise<void>
}

export interface TextEars {
  /** The text is another than the field shows; `place` answers where a place of the former one is now. */
  changed(text: string, place: (before: number) => number): void
  kept(kept: Kept): void
}

const ROOT = 'text'
/** Long enough that a word is one edit, short enough that others see it grow. */
const PAUSE_MS = 800

/** What the daemon has, and that with what was typed here since. */
interface Copies {
  on: string
  known: Y.Doc
  mine: Y.Doc
}

export async function openTextSession(home: TextHome, ears: TextEars): Promise<TextSession> {
  let copies = copiesOf(await home.read())
  let timer: ReturnType<typeof setTimeout> | undefined
  let work: Promise<void> = Promise.resolve()
  const isDirty = () => textOf(copies.known) !== textOf(copies.mine)

  /** One after the other: an update follows from the one before it. */
  const queue = (job: () => Promise<void>): Promise<void> => {
    work = work.then(job).catch((error: unknown) => ears.kept({ is: 'refused', error }))
    return work
  }

  /** Takes what the daemon has; where its text was written anew, what was typed here is put into that one. */
  const take = async () => {
    const next = await home.read()
    const before = textOf(copies.mine)
    if (next.on === copies.on)
      for (const doc of [copies.known, copies.mine]) Y.applyUpdate(doc, bytesOf(next.state))
    else {
      const typed = difference(textOf(copies.known), before)
      copies = copiesOf(next)
      edit(copies.mine, placed(typed, next.text))
    }
    const now = textOf(copies.mine)
    if (now !== before) ears.changed(now, placeAfter(before, now))
  }

  const write = async () => {
    if (!isDirty()) return
    const { on, known, mine } = copies
    const update = Y.encodeStateAsUpdate(mine, Y.encodeStateVector(known))
    if (await home.merge(on, base64Of(update))) Y.applyUpdate(known, update)
    else {
      await take()
      await write()
    }
    if (!isDirty()) ears.kept({ is: 'kept' })
  }

  return {
    text: () => textOf(copies.mine),
    typed(text) {
      if (text === textOf(copies.mine)) return
      edit(copies.mine, text)
      ears.kept({ is: 'waiting' })
      clearTimeout(timer)
      timer = setTimeout(() => void queue(write), PAUSE_MS)
    },
    heard(text) {
      // What I wrote myself comes back as news, too.
      if (text !== textOf(copies.mine)) void queue(take)
    },
    keep() {
      clearTimeout(timer)
      return queue(write)
    },
  }
}

function copiesOf({ on, state }: CardTextState): Copies {
  const [known, mine] = [new Y.Doc(), new Y.Doc()]
  for (const doc of [known, mine]) Y.applyUpdate(doc, bytesOf(state))
  return { on, known, mine }
}

const textOf = (doc: Y.Doc): string => doc.getText(ROOT).toJSON()

/** Makes the text what the field holds: one thing was typed, pasted or taken out, so what is the same at both ends stays. */
function edit(doc: Y.Doc, wanted: string): void {
  const text = doc.getText(ROOT)
  const { at, remove, insert } = difference(text.toJSON(), wanted)
  doc.transact(() => {
    if (remove > 0) text.delete(at, remove)
    if (insert !== '') text.insert(at, insert)
  })
}

interface Difference {
  at: number
  remove: number
  insert: string
}

function difference(from: string, to: string): Difference {
  const most = Math.min(from.length, to.length)
  let start = 0
  while (start < most && from[start] === to[start]) start++
  let end = 0
  while (end < most - start && from.at(-1 - end) === to.at(-1 - end)) end++
  // Never half of a character.
  if (isHalf(from, start) || isHalf(to, start)) start--
  if (end > 0 && (isHalf(from, from.length - end) || isHalf(to, to.length - end))) end--
  return { at: start, remove: from.length - end - start, insert: to.slice(start, to.length - end) }
}

const isHalf = (text: string, at: number): boolean => /[\uDC00-\uDFFF]/.test(text.charAt(at)) && at > 0

/** What was typed over a text, put into one that was written anew: at its place, or at the end where that is not there. */
function placed({ at, insert }: Difference, anew: string): string {
  const where = Math.min(at, anew.length)
  return anew.slice(0, where) + insert + anew.slice(where)
}

const placeAfter =
  (before: string, now: string) =>
  (place: number): number => {
    const { at, remove, insert } = difference(before, now)
    if (place <= at) return place
    return place >= at + remove ? place - remove + insert.length : at + insert.length
  }

const bytesOf = (text: string): Uint8Array => Uint8Array.from(atob(text), (char) => char.charCodeAt(0))

const base64Of = (bytes: Uint8Array): string =>
  btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
