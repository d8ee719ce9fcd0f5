// What one edit of a shared text is, as its value says: a whole text or a Yjs update; whatever came, read at a bounded cost.
import type { JsonValue } from '@tutti/protocol'
import { fromBase64 } from '@tutti/protocol'
import * as Y from 'yjs'

/** Limits before anything of an update is believed: what comes from elsewhere must not cost more than a moment. */
export const TEXT_LIMITS = {
  /** Characters of a text as anybody may write it. */
  chars: 15_000,
  /** Two long texts that were merged may be longer; what is beyond is not shown. */
  mergedChars: 30_000,
  /** Bytes of one update, and of one beside it that sums up: as base64 both fit into a value of the log. */
  updateBytes: 44 * 1024,
  /** Bytes of all updates on one text that are not in the one that sums up. */
  allBytes: 512 * 1024,
  /** Runs of characters that Yjs keeps apart. Placing one can cost as many steps as there are. */
  runs: 1500,
} as const

/** The one text of each field, as its updates name it. */
export const ROOT = 'text'

/** A text that replaces whatever was before it. */
export interface Whole {
  readonly text: string
  /** What its author knew of each stream; null where it did not say. */
  readonly seen: Readonly<Record<string, number>> | null
}

/** An update on a whole text. */
export interface Piece {
  readonly on: string
  readonly update: Uint8Array
  /** All that its author knew, for those who lack what was before it. */
  readonly sum: Uint8Array | null
  /** What both put in and take out: by author, from and up to which of its characters. */
  readonly puts: readonly Range[]
  readonly takes: readonly Range[]
  readonly change: TextChange
}

export type Range = readonly [client: number, from: number, upto: number]

/** What an edit put in, and how many characters it took out. */
export interface TextChange {
  readonly inserted: string
  readonly removed: number
  /** The editor it was typed into, as Yjs numbers those; null where nothing was put in. */
  readonly editor: number | null
}

/** Null for what is no whole text. */
export function wholeIn(value: JsonValue): Whole | null {
  if (typeof value === 'string') return isShort(value) ? { text: value, seen: null } : null
  const { text, seen } = membersOf(value)
  if (typeof text !== 'string' || !isShort(text)) return null
  const known = Object.entries(membersOf(seen ?? null)).flatMap(([stream, last]) =>
    typeof last === 'number' ? [[stream, last] as const] : [],
  )
  return { text, seen: Object.fromEntries(known) }
}

const isShort = (text: string): boolean => text.length <= TEXT_LIMITS.mergedChars

const membersOf = (value: JsonValue): Readonly<Record<string, JsonValue>> => (isRecord(value) ? value : {})

const isRecord = (value: JsonValue): value is Readonly<Record<string, JsonValue>> =>
  value !== null && typeof value === 'object' && !Array.isArray(value)

/** Whether it has the shape of an update, whatever is in it. */
export const isPieceLike = (value: JsonValue): boolean => {
  const { on, y } = membersOf(value)
  return typeof on === 'string' && typeof y === 'string'
}

// A value never changes, and is read again with every step that touches its card.
const read = new WeakMap<object, Piece | null>()

/** Null for what is no update that can be believed. */
export function pieceIn(value: JsonValue): Piece | null {
  if (value === null || typeof value !== 'object' || !isPieceLike(value)) return null
  const known = read.get(value)
  if (known !== undefined) return known
  const piece = pieceOf(membersOf(value))
  read.set(value, piece)
  return piece
}

/** Whatever bytes came, they are a plain piece of a plain text, or nothing. */
function pieceOf({ on, y, sums }: Readonly<Record<string, JsonValue>>): Piece | null {
  const own = checkedUpdate(y)
  const sum = sums === undefined ? NO_SUM : checkedUpdate(sums)
  if (typeof on !== 'string' || own === null || sum === null) return null
  return {
    on,
    update: own.update,
    sum: sum === NO_SUM ? null : sum.update,
    puts: [...own.puts, ...sum.puts],
    takes: [...own.takes, ...sum.takes],
    change: {
      inserted: own.inserted,
      removed: own.takes.reduce((n, [, from, upto]) => n + upto - from, 0),
      editor: own.puts[0]?.[0] ?? null,
    },
  }
}

const NO_SUM: Checked = { update: new Uint8Array(), puts: [], takes: [], inserted: '' }

interface Checked extends Pick<Piece, 'update' | 'puts' | 'takes'> {
  readonly inserted: string
}

function checkedUpdate(text: JsonValue | undefined): Checked | null {
  const isShort = typeof text === 'string' && text.length < TEXT_LIMITS.updateBytes * 1.4
  const update = isShort ? fromBase64(text) : null
  const decoded = update && update.length <= TEXT_LIMITS.updateBytes ? decodedOf(update) : null
  if (update === null || decoded === null || !decoded.structs.every(isPlainRun)) return null
  const puts = decoded.structs.map(({ id, length }) => rangeOf(id.client, id.clock, length))
  const takes = [...decoded.ds.clients].flatMap(([client, all]) =>
    all.map(({ clock, len }) => rangeOf(client, clock, len)),
  )
  const isSane = [...puts, ...takes].every(([, from, upto]) => from < upto && upto < MOST_CLOCK)
  if (!isSane || puts.length + takes.length > TEXT_LIMITS.runs) return null
  return { update, puts, takes, inserted: decoded.structs.map(wordsOf).join('') }
}

const rangeOf = (client: number, from: number, length: number): Range => [client, from, from + length]
/** More than anybody types in a life: sums of these stay whole numbers. */
const MOST_CLOCK = 2 ** 40

function decodedOf(update: Uint8Array) {
  try {
    return Y.decodeUpdate(update)
  } catch {
    // Bytes that are no update: nothing of them counts, and whoever asks is told so.
    return null
  }
}

type Run = ReturnType<typeof Y.decodeUpdate>['structs'][number]

/** Characters, or characters that were removed, of the one text that there is. */
function isPlainRun(run: Run): boolean {
  if (!(run instanceof Y.Item) || run.parentSub !== null) return false
  if (!(run.content instanceof Y.ContentString || run.content instanceof Y.ContentDeleted)) return false
  const parent: unknown = run.parent
  return parent === ROOT || (parent === null && (run.origin !== null || run.rightOrigin !== null))
}

const wordsOf = (run: Run): string =>
  run instanceof Y.Item && run.content instanceof Y.ContentString ? run.content.str : ''
