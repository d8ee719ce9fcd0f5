// A text that several edit at once, in the log: an edit of such a field is a whole text, or a Yjs update on the whole one that it
// names. The greatest whole text counts, with every update on it, whatever order they came in; other fields know only whole values.
import type { EntryId, JsonValue } from '@tutti/protocol'
import { toBase64, utf8Bytes } from '@tutti/protocol'
import * as Y from 'yjs'
import { textEdits } from '../text-difference.ts'
import {
  ancestors,
  fieldKey,
  hasEnded,
  historyOf,
  valueOf,
  wins,
  type Edit,
  type FieldRef,
  type OpLog,
  type PastEdit,
} from './op-log.ts'
import {
  isPieceLike,
  pieceIn,
  ROOT,
  TEXT_LIMITS,
  wholeIn,
  type Piece,
  type TextChange,
} from './text-value.ts'

/** With so many updates since the last time the next one sums all up, so that the others can be forgotten. */
const SUM_UP_AFTER = 32
/** A text that has grown beyond these by its history is written anew. */
const FRESH = { runs: 700, bytes: 44 * 1024 } as const
/** What a whole text, or the updates of one edit, may weigh as JSON. */
const VALUE_BYTES = 56 * 1024
/** The author, to Yjs, of a whole text: the same everywhere, so that updates on it mean the same. */
const FIRST_CLIENT = 1

/** A text as it stands, and what it takes to go on with it elsewhere. */
export interface SharedText {
  /** The edit that began it; updates name it. */
  readonly on: EntryId
  readonly text: string
  /** All of it as one Yjs update, base64. */
  readonly state: string
}

/** A field with its updates; null for one that has none. */
interface View {
  readonly whole: Edit | null
  /** On that whole text, the oldest first. */
  readonly pieces: readonly Edit[]
}

/** The text of a field; undefined where there is none or its thing has ended. */
export function sharedText(log: OpLog, ref: FieldRef): string | undefined {
  const whole = hasEnded(log, ref) ? null : wholeOf(log, ref)
  if (whole === null) return undefined
  const view = viewOf(log, ref)
  return view === null ? wholeIn(whole.value)?.text : merged(log, ref, view).text
}

/** What somebody needs to edit the text; null where there is none. */
export function openText(log: OpLog, ref: FieldRef): SharedText | null {
  const whole = hasEnded(log, ref) ? null : wholeOf(log, ref)
  if (whole === null) return null
  const doc = docOf(log, ref)
  return { on: whole.entry, text: shown(doc), state: toBase64(Y.encodeStateAsUpdate(doc)) }
}

/** The value to write for a text that shall read so; null where it does already. `client` is a random number of 32 bits. */
export function textValue(log: OpLog, ref: FieldRef, { text, client }: { text: string; client: number }) {
  const wanted = text.toWellFormed()
  if (wholeOf(log, ref) === null) return wanted
  const doc = docOf(log, ref)
  const before = Y.encodeStateVector(doc)
  doc.clientID = client
  const now = doc.getText(ROOT)
  const edits = textEdits(now.toJSON(), wanted)
  if (edits.length === 0) return null
  doc.transact(() => {
    for (const { at, remove, insert } of edits) {
      if (remove > 0) now.delete(at, remove)
      if (insert !== '') now.insert(at, insert)
    }
  })
  return valueFor(log, ref, { doc, update: Y.encodeStateAsUpdate(doc, before) })
}

export type UpdateJudged =
  | { readonly is: 'fine'; readonly value: JsonValue }
  /** It says what is known already. */
  | { readonly is: 'known' }
  /** The text was written anew meanwhile. */
  | { readonly is: 'moved' }
  | { readonly is: 'malformed' }
  | { readonly is: 'too-long' }

/** Judges an update that somebody has made elsewhere on the text as `openText` gave it. */
export function judgeUpdate(
  log: OpLog,
  ref: FieldRef,
  { on, update }: { on: string; update: string },
): UpdateJudged {
  if (wholeOf(log, ref)?.entry !== on) return { is: 'moved' }
  const piece = pieceIn({ on, y: update })
  if (piece === null) return { is: 'malformed' }
  const doc = docOf(log, ref)
  const before = lengthOf(doc)
  if (isWithin(knownBy(doc), piece)) return { is: 'known' }
  if (!applied(doc, piece) || doc.store.pendingStructs !== null || doc.store.pendingDs !== null)
    return { is: 'malformed' }
  const isLonger = lengthOf(doc) > Math.max(before, TEXT_LIMITS.chars)
  return isLonger
    ? { is: 'too-long' }
    : { is: 'fine', value: valueFor(log, ref, { doc, update: piece.update }) }
}

/** An edit of a text as its history shows it. */
export type PastText = PastEdit & {
  /** Null for a whole text. */
  readonly change: TextChange | null
}

/** All known edits of a field that may be a text, the newest first. Every update that counts stands. */
export function textHistory(log: OpLog, ref: FieldRef): PastText[] {
  const view = viewOf(log, ref)
  if (view === null) return historyOf(log, ref).map((edit) => Object.assign(edit, { change: null }))
  const edits = editsOf(log, ref)
  const { whole } = view
  const counted = whole === null ? new Set<EntryId>() : merged(log, ref, view).counted
  const before = ancestors(edits, whole ?? undefined)
  const fate = (edit: Edit): PastEdit['fate'] => {
    if (counted.has(edit.entry)) return 'stands'
    const isKnown = before.has(edit.entry) || wasSeen(whole, edit)
    return isKnown && pieceIn(edit.value)?.on !== whole?.entry ? 'replaced' : 'lost'
  }
  const past: PastText[] = []
  for (const edit of edits.values())
    past.push({ ...edit, fate: fate(edit), change: pieceIn(edit.value)?.change ?? null })
  return past.sort((a, b) => (wins(a, b) ? -1 : 1))
}

/** A value that says the same as the field does now, for one who writes it anew. */
export function restoredValue(log: OpLog, ref: FieldRef): JsonValue {
  if (viewOf(log, ref) === null) return valueOf(log, ref) ?? null
  const text = sharedText(log, ref)
  return text === undefined ? null : wholeValue(log, ref, text)
}

const wasSeen = (whole: Edit | null, { stream, seq }: Edit): boolean =>
  seq <= ((whole && wholeIn(whole.value)?.seen?.[stream]) ?? 0)

/** What may be forgotten of a text: false for an edit that must stay, true for one that may go, null where time decides. */
export type Forgetting = (edit: Edit) => boolean | null

/**
 * For a field with updates; null for another one. `isStable`: everybody has it. The whole text that counts stays, and an update on
 * it until one that sums it up is everywhere; what came before goes as far as the author of the whole text knew it.
 */
export function forgettingOf(
  log: OpLog,
  ref: FieldRef,
  isStable: (edit: Edit) => boolean,
): Forgetting | null {
  const view = viewOf(log, ref)
  if (!view?.whole) return null
  const { whole, pieces } = view
  const sum = pieces.findLast((edit) => sumIn(edit) !== null && isStable(edit))
  const known = sum ? knownWith(whole, sum) : null
  const on = new Set(pieces.map(({ entry }) => entry))
  return (edit) => {
    if (edit.entry === whole.entry || edit.entry === sum?.entry || !isStable(whole)) return false
    if (!on.has(edit.entry)) return wasSeen(whole, edit) ? true : null
    const piece = pieceIn(edit.value)
    return sum !== undefined && known !== null && piece !== null && wins(sum, edit) && isWithin(known, piece)
  }
}

function knownWith(whole: Edit, sum: Edit): Known | null {
  const piece = pieceIn(sum.value)
  const doc = newDoc(textOf(whole))
  return piece && applied(doc, piece) && doc.store.pendingStructs === null ? knownBy(doc) : null
}

/** Which characters a text has had, and which of them were taken out. */
interface Known {
  readonly upto: ReadonlyMap<number, number>
  readonly gone: ReadonlyMap<number, readonly { readonly clock: number; readonly len: number }[]>
}

function knownBy(doc: Y.Doc): Known {
  const { sv, ds } = Y.snapshot(doc)
  return { upto: sv, gone: ds.clients }
}

const isWithin = ({ upto, gone }: Known, { puts, takes }: Piece): boolean =>
  puts.every(([client, , end]) => end <= (upto.get(client) ?? 0)) &&
  takes.every(([client, from, end]) =>
    gone.get(client)?.some(({ clock, len }) => clock <= from && end <= clock + len),
  )

const sumIn = ({ value }: Edit): Uint8Array | null => pieceIn(value)?.sum ?? null

const NONE: ReadonlyMap<EntryId, Edit> = new Map()
const editsOf = (log: OpLog, ref: FieldRef) => log.fields.get(fieldKey(ref)) ?? NONE

function viewOf(log: OpLog, ref: FieldRef): View | null {
  const edits = editsOf(log, ref)
  if (![...edits.values()].some(({ value }) => isPieceLike(value))) return null
  const whole = wholeOf(log, ref)
  const pieces = [...edits.values()].filter(({ value }) => whole && pieceIn(value)?.on === whole.entry)
  return { whole, pieces: pieces.sort((a, b) => (wins(a, b) ? 1 : -1)) }
}

/** The whole text that counts. */
function wholeOf(log: OpLog, ref: FieldRef): Edit | null {
  let whole: Edit | null = null
  for (const edit of editsOf(log, ref).values())
    if (wholeIn(edit.value) !== null && (whole === null || wins(edit, whole))) whole = edit
  return whole
}

interface Merged {
  readonly key: string
  readonly text: string
  /** The edits that are in it. */
  readonly counted: ReadonlySet<EntryId>
}

const merges = new WeakMap<object, Merged>()

/** The text of a view, kept until its edits are others. */
function merged(log: OpLog, ref: FieldRef, view: View): Merged {
  const edits = editsOf(log, ref)
  const key = [view.whole, ...view.pieces].map((edit) => edit?.entry).join()
  const known = merges.get(edits)
  if (known?.key === key) return known
  const counted = new Set<EntryId>()
  const made = { key, text: shown(docWith(view, counted)), counted }
  merges.set(edits, made)
  return made
}

function docOf(log: OpLog, ref: FieldRef): Y.Doc {
  const view = viewOf(log, ref) ?? { whole: wholeOf(log, ref), pieces: [] }
  return docWith(view, new Set())
}

/** The one that sums up goes first: what it has already costs nothing then. */
function docWith({ whole, pieces }: View, counted: Set<EntryId>): Y.Doc {
  const doc = newDoc(textOf(whole))
  if (whole) counted.add(whole.entry)
  const budget = { bytes: TEXT_LIMITS.allBytes, runs: TEXT_LIMITS.runs }
  const sum = pieces.findLast((edit) => sumIn(edit) !== null)
  const place = (edit: Edit, known: Known | null): void => {
    const piece = pieceIn(edit.value)
    if (piece === null) return
    const isIn = known !== null && isWithin(known, piece)
    if (isIn || (isAffordable(doc, piece, budget) && applied(doc, piece))) counted.add(edit.entry)
  }
  if (sum) place(sum, null)
  const known = sum ? knownBy(doc) : null
  for (const edit of pieces) if (edit !== sum) place(edit, known)
  return doc
}

const textOf = (whole: Edit | null): string => (whole && wholeIn(whole.value)?.text) ?? ''

interface Budget {
  bytes: number
  runs: number
}

function isAffordable(doc: Y.Doc, { puts, takes, update, sum }: Piece, budget: Budget): boolean {
  const bytes = update.length + (sum?.length ?? 0)
  const runs = puts.length + takes.length
  // Many runs become one when they are placed, so they are counted anew before anything is left out.
  if (runs > budget.runs) budget.runs = TEXT_LIMITS.runs - runsOf(doc)
  if (runs > budget.runs || bytes > budget.bytes) return false
  budget.runs -= runs
  budget.bytes -= bytes
  return true
}

const runsOf = (doc: Y.Doc): number =>
  [...doc.store.clients.values()].reduce((sum, structs) => sum + structs.length, 0)

function newDoc(text: string): Y.Doc {
  const doc = new Y.Doc()
  const own = doc.clientID
  doc.clientID = FIRST_CLIENT
  if (text !== '') doc.getText(ROOT).insert(0, text.toWellFormed())
  doc.clientID = own
  return doc
}

function applied(doc: Y.Doc, { update, sum }: Piece): boolean {
  try {
    if (sum) Y.applyUpdate(doc, sum)
    Y.applyUpdate(doc, update)
    return true
  } catch {
    // One that reads well and cannot be placed, as only a hostile machine makes it: it counts for nothing.
    return false
  }
}

const lengthOf = (doc: Y.Doc): number => doc.getText(ROOT).length
const shown = (doc: Y.Doc): string => doc.getText(ROOT).toJSON().slice(0, TEXT_LIMITS.mergedChars)

/** The update as it is; now and then with all of the text beside it; and the plain text again where its history outweighs it. */
function valueFor(log: OpLog, ref: FieldRef, { doc, update }: { doc: Y.Doc; update: Uint8Array }): JsonValue {
  const pieces = viewOf(log, ref)?.pieces ?? []
  const on = wholeOf(log, ref)?.entry ?? ''
  const state = Y.encodeStateAsUpdate(doc)
  const isHeavy = runsOf(doc) > FRESH.runs || state.length > FRESH.bytes || update.length > FRESH.bytes
  if (isHeavy) return wholeValue(log, ref, shown(doc))
  const last = pieces.findLastIndex((edit) => sumIn(edit) !== null)
  const alone = { on, y: toBase64(update) }
  if (pieces.length - 1 - last < SUM_UP_AFTER) return alone
  const value = { ...alone, sums: toBase64(state) }
  return weightOf(value) > VALUE_BYTES ? wholeValue(log, ref, shown(doc)) : value
}

const weightOf = (value: JsonValue): number => utf8Bytes(JSON.stringify(value)).length

/** A whole text over others, with what its author knew of them: so that an edit which it did not know is shown as lost. */
function wholeValue(log: OpLog, ref: FieldRef, text: string): JsonValue {
  const seen: Record<string, number> = {}
  for (const { stream } of editsOf(log, ref).values()) seen[stream] = log.streams.get(stream)?.have ?? 0
  let fitting = text.toWellFormed()
  while (weightOf(fitting) > VALUE_BYTES) fitting = fitting.slice(0, fitting.length * 0.9).toWellFormed()
  return { text: fitting, seen }
}
