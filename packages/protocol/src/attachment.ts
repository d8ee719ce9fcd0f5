// Files that a message points to: only their description travels in the payload (rules M1-M4).
import { AmpError, wrongField } from './amp-error.ts'
import { atMost, fieldsOf, matching } from './json-fields.ts'
import type { JsonNode } from './json-tree.ts'
import { parseInstant } from './instant.ts'
import { LIMITS } from './limits.ts'
import { isAttachmentId } from './message-id.ts'

/** All states of a scan; a routed message may hold any but `pending` and `rejected` (M3). */
export const SCAN_STATUSES = [
  'pending',
  'clean',
  'basic_clean',
  'unscanned',
  'suspicious',
  'rejected',
] as const
export type ScanStatus = (typeof SCAN_STATUSES)[number]

/** A file that the sender's provider holds. The times are the sender's own clock: only id, digest and size are facts (M2). */
export interface StoredAttachment {
  readonly storage: 'provider'
  readonly id: string
  readonly filename: string
  readonly contentType: string
  readonly sizeBytes: number
  /** `sha256:` and 64 lower-case hex digits. */
  readonly digest: string
  readonly url: string
  readonly scanStatus: ScanStatus
}

/** A file that is named by an agent-files reference; nobody may fetch it on the recipient's behalf (M4). */
export interface ReferencedAttachment {
  readonly storage: 'afp'
  readonly ref: string
  readonly filename: string | null
}

export type Attachment = StoredAttachment | ReferencedAttachment

/** Tree -> attachment (AMP 04 "Attachment Fields"). Throws AmpError, also `attachment_pending` and `attachment_rejected`. */
export function parseAttachment(node: JsonNode): Attachment {
  if (node.kind !== 'object') throw wrongField('payload.attachments', 'a list of objects')
  const fields = fieldsOf(node, 'payload.attachments')
  if (fields.optionalText('storage', atMost(32)) === 'afp') {
    return {
      storage: 'afp',
      ref: fields.text('ref', REF),
      filename: fields.optionalText('filename', FILENAME),
    }
  }
  for (const name of ['uploaded_at', 'expires_at']) fields.optionalText(name, INSTANT)
  const digest = fields.text('digest', atMost(LIMITS.filenameChars))
  if (!digest.startsWith('sha256:')) throw new AmpError('invalid_digest_algorithm')
  if (!DIGEST.test(digest)) throw wrongField('payload.attachments.digest', '`sha256:` and 64 hex digits')
  return {
    storage: 'provider',
    id: fields.text('id', { wanted: 'an attachment id', is: isAttachmentId }),
    filename: fields.text('filename', FILENAME),
    contentType: fields.text('content_type', MIME),
    sizeBytes: fields.count('size', LIMITS.attachmentBytes),
    digest,
    url: fields.text('url', URL_TEXT),
    scanStatus: routable(fields.text('scan_status', atMost(32))),
  }
}

/** Bytes of all stored attachments together. */
export const attachmentsTotal = (attachments: readonly Attachment[]): number =>
  attachments.reduce((sum, one) => sum + (one.storage === 'provider' ? one.sizeBytes : 0), 0)

/** Whether a name can stand in a folder of any system and means only itself there (AMP 04 "Attachment Rules", M1). */
export const isFilename = (text: string): boolean =>
  text.length > 0 &&
  text.length <= LIMITS.filenameChars &&
  !UNSAFE.test(text) &&
  !/%(?:2f|5c|00|25)/i.test(text) &&
  !/^[. ]|[. ]$/.test(text) &&
  !DEVICE.test(text)

/** Any text -> a name that isFilename accepts, of `[A-Za-z0-9._-]` only; `file` where nothing is left (M1). */
export function cleanFilename(text: string): string {
  const base = text.slice(Math.max(text.lastIndexOf('/'), text.lastIndexOf('\\')) + 1)
  const plain = base.replaceAll(/[^A-Za-z0-9._-]+/g, '_').slice(-LIMITS.filenameChars)
  const trimmed = plain.replaceAll(/^[._]+|[._]+$/g, '')
  return isFilename(trimmed) ? trimmed : `file${DEVICE.test(trimmed) ? `_${trimmed}` : ''}`.slice(0, 64)
}

// Control characters, separators, what Windows forbids, and the marks that turn a name's direction around.
// oxlint-disable-next-line no-control-regex -- control characters are exactly what must be found
const UNSAFE = /[\u0000-\u001f\u007f-\u009f/\\:*?"<>|\u061c\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/
const DEVICE = /^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|$)/i
const DIGEST = /^sha256:[0-9a-fA-F]{64}$/
const FILENAME = { wanted: 'a file name without path, control or reserved parts', is: isFilename }
const INSTANT = { wanted: 'an RFC 3339 time', is: (text: string) => parseInstant(text) !== null }
const REF = matching('a reference like afp://...', /^afp:\/\/[\u0021-\u007e]+$/, LIMITS.urlChars)
const MIME = matching(
  'a media type',
  /^[a-z0-9][\w.+!#$&^-]*\/[a-z0-9][\w.+!#$&^-]*(?:; ?[\w-]+=[\w."-]+)*$/i,
  127,
)
const URL_TEXT = matching('an http or https address', /^https?:\/\/[\u0021-\u007e]+$/, LIMITS.urlChars)

function routable(text: string): ScanStatus {
  if (text === 'pending') throw new AmpError('attachment_pending')
  if (text === 'rejected') throw new AmpError('attachment_rejected')
  const status = SCAN_STATUSES.find((one) => one === text)
  if (status) return status
  throw wrongField('payload.attachments.scan_status', `one of ${SCAN_STATUSES.join(', ')}`)
}
