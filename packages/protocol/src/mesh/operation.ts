// One signed entry of the operation log: edits of shared fields by one machine at one moment (rules O1-O6).
import { AmpError } from '../amp-error.ts'
import { utf8Bytes } from '../bytes.ts'
import { canonicalJson } from '../canonical-json.ts'
import { atMost, fieldsOf, matching } from '../json-fields.ts'
import type { JsonNode, JsonValue } from '../json-tree.ts'
import { jsonValue } from '../json-tree.ts'
import type { NodeCrypto, NodeId, SignNow } from './node-key.ts'
import { isNodeId } from './node-key.ts'
import { isSignedBy, signText, signedText } from './signed-text.ts'

/**
 * Moment of a hybrid logical clock as a text that sorts: 12 hex digits of ms UTC, a hyphen, 8 hex digits of a counter.
 * Texts compare as moments do (O2).
 */
export type Stamp = string

/** The entries of one machine since its database began or was restored: `<node id>/<number>` (O3). */
export type StreamId = `${NodeId}/${number}`

/** Names one entry: `<stream>#<seq>`. */
export type EntryId = `${StreamId}#${number}`

/** Sets one field of one shared thing; the field `@deleted` ends the thing for good (O5). */
export interface Operation {
  readonly kind: string
  readonly id: string
  readonly field: string
  readonly value: JsonValue
  /** The entry whose value the author saw and replaced; null where it saw none. So edits that crossed can be told (O6). */
  readonly over: EntryId | null
}

export interface Entry {
  readonly stream: StreamId
  /** 1, 2, 3 ... without a gap within the stream. */
  readonly seq: number
  readonly at: Stamp
  /** Who did it there: a user or agent of that machine, vouched for by it. */
  readonly by: string
  readonly ops: readonly Operation[]
  readonly sig: string
}

/** Limits of an entry before anything is believed (O4). */
export const OPERATION_LIMITS = {
  perEntry: 64,
  valueBytes: 64 * 1024,
  nameChars: 64,
  idChars: 128,
  /** 2^47 ms: the year 6429. */
  stampMs: 2 ** 47,
} as const

/** The field that ends a thing. */
export const DELETED = '@deleted'

const STAMP = matching('a moment', /^[0-7][0-9a-f]{11}-[0-9a-f]{8}$/)
const NAME = matching('a name', /^(?:[a-z][a-zA-Z0-9.-]{0,63}|@deleted)$/)
const ENTRY_ID = /^(did:key:z[^/]+\/[0-9]{1,9})#([1-9][0-9]{0,15})$/

/** The author of a stream. */
export const authorOf = (stream: StreamId): NodeId => {
  const author = stream.slice(0, stream.lastIndexOf('/'))
  if (isNodeId(author)) return author
  throw new AmpError('invalid_field', 'Expected a stream of a node', 'stream')
}

export const entryId = (entry: Pick<Entry, 'stream' | 'seq'>): EntryId => `${entry.stream}#${entry.seq}`

/** What the author signs (O1): `[tag, stream, seq, at, by, [[kind, id, field, value, over], ...]]`. */
export const entryText = (entry: Omit<Entry, 'sig'>): string =>
  signedText('tutti-operation/1', [
    entry.stream,
    entry.seq,
    entry.at,
    entry.by,
    entry.ops.map(({ kind, id, field, value, over }) => [kind, id, field, value, over]),
  ])

/** Signs an entry. */
export const signEntry = (entry: Omit<Entry, 'sig'>, sign: SignNow): Entry => ({
  ...entry,
  sig: signText(entryText(entry), sign),
})

/** Whether the machine whose stream it is has signed every bit of it. */
export const isEntrySigned = (entry: Entry, crypto: NodeCrypto): boolean =>
  isSignedBy(entryText(entry), { by: authorOf(entry.stream), sig: entry.sig }, crypto)

/** Tree -> entry. Throws AmpError `invalid_field`, `missing_field`; its signature is checked elsewhere. */
export function parseEntry(node: JsonNode): Entry {
  if (node.kind !== 'object') throw new AmpError('invalid_field', 'Expected an entry', 'entry')
  const fields = fieldsOf(node, 'entry')
  const ops = fields.optionalList('ops', OPERATION_LIMITS.perEntry).map(parseOperation)
  if (new Set(ops.map(({ kind, id, field }) => canonicalJson([kind, id, field]))).size !== ops.length)
    throw new AmpError('invalid_field', 'Expected each field at most once in an entry', 'entry.ops')
  return {
    stream: parseStream(fields.text('stream', atMost(255))),
    seq: fromOne(fields.count('seq', Number.MAX_SAFE_INTEGER)),
    at: fields.text('at', STAMP),
    by: fields.text('by', atMost(OPERATION_LIMITS.idChars)),
    ops,
    sig: fields.text('sig', matching('a signature', /^[A-Za-z0-9+/]{86}==$/)),
  }
}

function fromOne(seq: number): number {
  if (seq > 0) return seq
  throw new AmpError('invalid_field', 'Expected entries to be counted from 1', 'entry.seq')
}

function parseOperation(node: JsonNode): Operation {
  if (node.kind !== 'object') throw new AmpError('invalid_field', 'Expected an operation', 'entry.ops')
  const fields = fieldsOf(node, 'entry.ops')
  const value = jsonValue(fields.node('value') ?? { kind: 'null' })
  if (utf8Bytes(JSON.stringify(value)).length > OPERATION_LIMITS.valueBytes)
    throw new AmpError('payload_too_large', 'Expected a value of at most 64 KiB', 'entry.ops.value')
  const over = fields.optionalText('over', matching('an entry', ENTRY_ID, 280))
  return {
    kind: fields.text('kind', NAME),
    id: fields.text('id', atMost(OPERATION_LIMITS.idChars)),
    field: fields.text('field', NAME),
    value,
    over: over === null ? null : parseEntryId(over),
  }
}

function parseStream(text: string): StreamId {
  const [, node = '', epoch = ''] = /^(did:key:z[^/]+)\/([1-9][0-9]{0,8})$/.exec(text) ?? []
  if (isNodeId(node)) return `${node}/${Number(epoch)}`
  throw new AmpError('invalid_field', 'Expected a stream of a node', 'entry.stream')
}

function parseEntryId(text: string): EntryId {
  const [, stream = '', seq = ''] = ENTRY_ID.exec(text) ?? []
  return `${parseStream(stream)}#${Number(seq)}`
}
