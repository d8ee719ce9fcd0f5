// The signed records of the directory: who is in the room, where, and who may not be any more (rules Y1-Y6).
import { AmpError } from '../amp-error.ts'
import { utf8Bytes } from '../bytes.ts'
import { atMost, fieldsOf, matching, type Fields } from '../json-fields.ts'
import type { JsonNode, JsonValue } from '../json-tree.ts'
import { jsonValue } from '../json-tree.ts'
import type { NodeCrypto, NodeId, SignNow } from './node-key.ts'
import { isNodeId } from './node-key.ts'
import { isSignedBy, signText, signedText } from './signed-text.ts'
import type { StreamId } from './operation.ts'

/** What each kind of record says. */
export interface RecordBodies {
  /** Subject: the machine itself. */
  node: { name: string; urls: readonly string[]; relay: boolean; version: string }
  /** Subject: an agent's id; by the machine where it lives. `token` grows with each move. */
  agent: { name: string; token: number }
  /** Subject: the machine that is let in. */
  introduction: { role: 'full' | 'guest' }
  /**
   * Subject: the machine that is thrown out. `keeps` are those that it let in and that stay; `cuts` the last entry of each of
   * its streams that counts.
   */
  revocation: { keeps: readonly NodeId[]; cuts: Readonly<Record<StreamId, number>> }
}

export type RecordKind = keyof RecordBodies

export interface RecordOf<K extends RecordKind> {
  readonly kind: K
  readonly subject: string
  readonly by: NodeId
  /** Counts up: of two records of one kind, subject and signer the higher one holds. */
  readonly serial: number
  /** ms UTC by the signer's clock; what is left to say after `untilMs` is that it was so then. */
  readonly atMs: number
  readonly untilMs: number
  readonly body: RecordBodies[K]
  readonly sig: string
}

export type SignedRecord = { [K in RecordKind]: RecordOf<K> }[RecordKind]
export type Unsigned<R> = R extends SignedRecord ? Omit<R, 'sig'> : never

export const RECORD_LIMITS = { bodyBytes: 64 * 1024, urls: 16, keeps: 256, cuts: 256 } as const

/** `[tag, kind, subject, by, serial, at, until, body]` (Y1). */
export const recordText = (record: Unsigned<SignedRecord>): string =>
  signedText('tutti-record/1', [
    record.kind,
    record.subject,
    record.by,
    record.serial,
    record.atMs,
    record.untilMs,
    record.body,
  ])

export function signRecord<R extends Unsigned<SignedRecord>>(record: R, sign: SignNow): R & { sig: string } {
  return { ...record, sig: signText(recordText(record), sign) }
}

export const isRecordSigned = (record: SignedRecord, crypto: NodeCrypto): boolean =>
  isSignedBy(recordText(record), { by: record.by, sig: record.sig }, crypto)

/** Tree -> record. Throws AmpError for anything that is not one of the kinds, in their limits. */
export function parseRecord(node: JsonNode): SignedRecord {
  if (node.kind !== 'object') throw wrong('record')
  const fields = fieldsOf(node, 'record')
  const common = {
    subject: fields.text('subject', atMost(128)),
    by: nodeId(fields.text('by', atMost(80))),
    serial: fields.count('serial', Number.MAX_SAFE_INTEGER),
    atMs: fields.count('atMs', Number.MAX_SAFE_INTEGER),
    untilMs: fields.count('untilMs', Number.MAX_SAFE_INTEGER),
    sig: fields.text('sig', matching('a signature', /^[A-Za-z0-9+/]{86}==$/)),
  }
  const body = fields.object('body')
  const value = jsonValue(body)
  if (utf8Bytes(JSON.stringify(value)).length > RECORD_LIMITS.bodyBytes) throw wrong('body')
  return withBody(fields.text('kind', atMost(32)), common, { fields: fieldsOf(body, 'record.body'), value })
}

type Common = Omit<RecordOf<RecordKind>, 'kind' | 'body'>

function withBody(kind: string, common: Common, body: { fields: Fields; value: JsonValue }): SignedRecord {
  const { fields } = body
  const only = onlyFields(body.value)
  switch (kind) {
    case 'node':
      only(['name', 'urls', 'relay', 'version'])
      if (common.subject !== common.by) throw wrong('subject')
      return { ...common, kind, body: nodeBody(fields) }
    case 'agent':
      only(['name', 'token'])
      return {
        ...common,
        kind,
        body: {
          name: fields.text('name', atMost(64)),
          token: fields.count('token', Number.MAX_SAFE_INTEGER),
        },
      }
    case 'introduction': {
      only(['role'])
      nodeId(common.subject)
      const role = fields.text('role', atMost(16))
      if (role !== 'full' && role !== 'guest') throw wrong('role')
      return { ...common, kind, body: { role } }
    }
    case 'revocation':
      only(['keeps', 'cuts'])
      nodeId(common.subject)
      return { ...common, kind, body: revocationBody(fields) }
    default:
      throw wrong('kind')
  }
}

const nodeBody = (fields: Fields): RecordBodies['node'] => ({
  name: fields.text('name', atMost(64)),
  urls: fields.optionalList('urls', RECORD_LIMITS.urls).map(text),
  relay: fields.flag('relay'),
  version: fields.text('version', atMost(32)),
})

function revocationBody(fields: Fields): RecordBodies['revocation'] {
  const keeps = fields.optionalList('keeps', RECORD_LIMITS.keeps).map((item) => nodeId(text(item)))
  const cuts = [...fields.object('cuts').members].map(([stream, last]): [StreamId, number] => {
    const [node = '', epoch = ''] = stream.split('/')
    const number = last.kind === 'number' ? Number(last.token) : Number.NaN
    if (!/^[1-9][0-9]{0,8}$/.test(epoch) || !Number.isSafeInteger(number) || number < 0) throw wrong('cuts')
    return [`${nodeId(node)}/${Number(epoch)}`, number]
  })
  if (cuts.length > RECORD_LIMITS.cuts) throw wrong('cuts')
  return { keeps, cuts: Object.fromEntries(cuts) }
}

/** A later version's record would lose what this one does not know, and with it its signature: it is refused whole (Y2). */
const onlyFields = (value: JsonValue) => (names: readonly string[]) => {
  const known = new Set(names)
  if (Object.keys(value ?? {}).some((name) => !known.has(name))) throw wrong('body')
}

function text(node: JsonNode): string {
  if (node.kind === 'string' && node.value.length <= 255) return node.value
  throw wrong('body')
}

function nodeId(given: string): NodeId {
  if (isNodeId(given)) return given
  throw wrong('node id')
}

const wrong = (field: string): AmpError =>
  new AmpError('invalid_field', `Expected a record with a right \`${field}\``, `record.${field}`)
