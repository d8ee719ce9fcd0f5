// Makes a message of a draft: the payload with its binding, the envelope, the sender's signature. Nothing is stored here.
import { createHash } from 'node:crypto'
import { fault, type AttachedFile, type Message, type MessagePriority, type Party } from '@tutti/core'
import {
  AmpError,
  boundContext,
  envelopeWire,
  formatInstant,
  jsonTree,
  LIMITS,
  newMessageId,
  parsePayload,
  signingText,
  textHash,
  writeJson,
  type Envelope,
  type JsonValue,
  type Payload,
  type Seal,
} from '@tutti/protocol'
import { ampCrypto } from '../amp-crypto.ts'
import type { StoredMessage } from './message-row.ts'
import type { Signer } from './signers.ts'

/** What a message says and to whom, before it is signed. */
export interface Draft {
  id?: string
  from: Party
  /** How the sender is spelled in what is signed; by default as its address. */
  spelledFrom?: string
  to: Party
  subject: string
  text: string
  type: string
  priority: MessagePriority
  context: Record<string, JsonValue> | null
  attachments: readonly AttachedFile[]
  inReplyTo: string | null
  thread: string | null
  broadcast: string | null
  deliverAt: number | null
  expiresAt: number | null
}

export interface Made {
  now: number
  random: (length: number) => Uint8Array
  signer: Signer
  /** Where a file can be fetched by its recipient. */
  fileUrl: (file: AttachedFile) => string
}

/** Signs a draft. Throws message.too-large. */
export async function composed(draft: Draft, by: Made): Promise<StoredMessage> {
  const id = draft.id ?? newMessageId(by.now, by.random(16))
  const thread = draft.thread ?? id
  const payload = payloadOf(draft, { ...by, thread })
  const fields = {
    from: draft.spelledFrom ?? draft.from.address,
    to: draft.to.address,
    subject: draft.subject,
    priority: draft.priority,
    inReplyTo: draft.inReplyTo,
  }
  const signedText = signingText(fields, await textHash(payload.canonical, ampCrypto))
  const signature = Buffer.from(await by.signer.sign(Buffer.from(signedText))).toString('base64')
  const envelope: Envelope = {
    ...fields,
    id,
    timestamp: formatInstant(by.now),
    expiresAt: draft.expiresAt === null ? null : formatInstant(draft.expiresAt),
    threadId: thread,
    replyTo: null,
    signature,
  }
  const proof: Proof = { kid: by.signer.kid, form: 'jcs', subject: 'exact', from: fields.from }
  const message: Message = {
    ...newMessage(envelope, payload, by.now),
    from: draft.from,
    to: draft.to,
    broadcast: draft.broadcast,
    deliverAt: draft.deliverAt,
    expiresAt: draft.expiresAt,
    attachments: [...draft.attachments],
  }
  return storedOf(message, { envelope, payload, proof, seal: null, text: payload.canonical })
}

/** How a signature was recognised, and by whose key; null where a setting let an unsigned one pass. */
export type Proof = { kid: string; form: string; subject: string; from: string; sender?: string } | null

/** The message of an envelope and payload, as if it had just been delivered to nobody. */
export const newMessage = (envelope: Envelope, payload: Payload, now: number): Message => ({
  id: envelope.id,
  thread: envelope.threadId,
  inReplyTo: envelope.inReplyTo,
  broadcast: null,
  from: { mailbox: null, address: envelope.from },
  to: { mailbox: null, address: envelope.to },
  subject: envelope.subject,
  preview: preview(payload.message),
  type: payload.type,
  priority: envelope.priority,
  sizeBytes: Buffer.byteLength(payload.message),
  attachments: [],
  trust: 'verified',
  labels: [],
  score: 0,
  state: 'scheduled',
  why: 'Waits for its time',
  createdAt: now,
  deliverAt: null,
  expiresAt: null,
  deliveredAt: null,
  readAt: null,
  actedAt: null,
  endedAt: null,
  archived: false,
  starred: false,
  attempts: 0,
  version: 1,
})

export function storedOf(
  message: Message,
  signed: { envelope: Envelope; payload: Payload; proof: Proof; seal: Seal | null; text?: string },
): StoredMessage {
  // As it came, unless the text is there that was signed: the form may depend on order and spelling of numbers.
  const payload = signed.text ?? writeJson(signed.payload.node, 'insertion')
  return {
    message,
    envelope: JSON.stringify(envelopeWire(signed.envelope, signed.seal)),
    payload,
    proof: JSON.stringify(signed.proof),
  }
}

/** SHA-256 over envelope and payload as they lie in the database, hex: what a person's approval is bound to. */
export const contentHash = (signed: { envelope: string; payload: string }): string =>
  createHash('sha256').update(signed.envelope).update('\0').update(signed.payload).digest('hex')

// Enough for a line in a list.
const PREVIEW_CHARS = 160

const preview = (text: string): string =>
  Array.from(
    text
      .slice(0, PREVIEW_CHARS * 2)
      .replaceAll(/\s+/g, ' ')
      .trim(),
  )
    .slice(0, PREVIEW_CHARS)
    .join('')

function payloadOf(draft: Draft, by: Made & { thread: string }): Payload {
  const context = boundContext(draft.context, {
    nonce: Buffer.from(by.random(16)).toString('hex'),
    created: formatInstant(by.now),
    expires: draft.expiresAt === null ? null : formatInstant(draft.expiresAt),
    threadId: by.thread,
  })
  const files = draft.attachments.map((file) => wireFile(file, by))
  const payload = { type: draft.type, message: draft.text, context }
  try {
    return parsePayload(jsonTree(files.length > 0 ? { ...payload, attachments: files } : payload))
  } catch (error) {
    if (!(error instanceof AmpError)) throw error
    if (error.code !== 'payload_too_large')
      throw fault('input.invalid', { problems: error.message, operation: 'sendMessage' })
    const limit = error.field === 'payload.message' ? LIMITS.messageBytes : LIMITS.contextBytes
    throw fault('message.too-large', { what: error.field ?? 'message', limit: `${limit / 1024} KiB` })
  }
}

const wireFile = (file: AttachedFile, by: Made) => ({
  id: file.id,
  filename: file.name,
  content_type: file.type,
  size: file.sizeBytes,
  digest: file.digest,
  url: by.fileUrl(file),
  scan_status: 'basic_clean',
  uploaded_at: formatInstant(by.now),
  expires_at: formatInstant(by.now + LIMITS.relayMs),
})
