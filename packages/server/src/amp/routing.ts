// A signed message comes in from a program: who it is, whether the signature is theirs, whether it is new; then it is stored.
import { createHash } from 'node:crypto'
import type { Message, Party } from '@tutti/core'
import {
  AmpError,
  checkBinding,
  formatAddress,
  formatInstant,
  judgeArrival,
  keyStanding,
  LIMITS,
  newMessageId,
  parseInstant,
  parseRoute,
  readBinding,
  trustOf,
  verifyMessage,
  writeJson,
  type Address,
  type Envelope,
  type KeyRecord,
  type RouteRequest,
  type SeenRecord,
  type SeenStore,
  type SignatureMatch,
} from '@tutti/protocol'
import { ampCrypto } from '../amp-crypto.ts'
import type { Statement, Store } from '../db/store.ts'
import type { Context } from '../handler.ts'
import type { AmpDeps } from './amp.ts'
import type { Program } from './program-book.ts'
import { callerOf, isLoopback } from './registration.ts'
import { reply } from './reply.ts'

export async function routed(deps: AmpDeps, context: Context) {
  const program = callerOf(deps.programs, context)
  deps.pace(program.id, context)
  const request = parseRoute(context.body)
  const { address } = deps.addressOf(program.name)
  if (
    request.claimed !== null &&
    !deps.spellings(program.name).includes(request.claimed.from.toLowerCase())
  ) {
    throw new AmpError(
      'forbidden',
      'The envelope names a sender that this API key does not belong to.',
      'envelope.from',
    )
  }
  const to = recipientOf(deps, request.to)
  const repeat = repeatOf(program, request, context.body)
  const [known] = deps.mail.office.before(repeat) ?? []
  if (known) return answerOf(known)
  const isLocal = isLoopback(context.address)
  const proof = await proofOf(deps, { program, request, isLocal, address })
  const files = deps.uploads.claimed(request.payload.attachments, program.id)
  const { envelope, seen } = arrival(deps, { request, proof })
  const message: Message = {
    ...deps.mail.newMessage(envelope, request.payload, deps.clock.now()),
    from: { mailbox: program.id, address },
    to: to.party,
    thread: threadOf(deps, program, envelope),
    expiresAt: envelope.expiresAt === null ? null : parseInstant(envelope.expiresAt),
    attachments: files,
    trust: trustOf({
      signature: proof.kid === null ? 'missing' : 'valid',
      from: deps.parse(address),
      to: to.address,
      attested: false,
      unsignedLocalAllowed: deps.unsignedLocal(),
      local: isLocal,
    }),
  }
  const { kid, form, subject, from } = proof
  const kept = kid === null ? null : { kid, form, subject, from }
  const stored = deps.mail.storedOf(message, {
    envelope,
    payload: request.payload,
    proof: kept,
    seal: null,
  })
  const [accepted] = await deps.mail.office.accept([stored], { by: context.by, repeat, statements: seen })
  if (!accepted) throw new AmpError('internal_error')
  return answerOf(accepted)
}

function recipientOf(deps: AmpDeps, text: string): { party: Party; address: Address } {
  const address = deps.parse(text)
  const owner = deps.mail.addresses.at(address)
  if (owner && deps.programs.isSuspended(owner.id)) throw new AmpError('recipient_suspended')
  if (owner)
    return { party: { mailbox: owner.id, address: owner.address }, address: deps.parse(owner.address) }
  if (deps.isOwn(address)) throw new AmpError('not_found', 'No agent answers to the recipient address.', 'to')
  if (!deps.reaches(address)) throw new AmpError('external_provider')
  return { party: { mailbox: null, address: formatAddress(address) }, address }
}

/** The idempotency key, or the id that a sender of the full shape has given. */
function repeatOf(program: Program, request: RouteRequest, body: Uint8Array) {
  const key =
    request.idempotencyKey !== null
      ? `key ${request.idempotencyKey}`
      : request.claimed && `id ${request.claimed.id}`
  const digest = createHash('sha256').update(body).digest('base64')
  return key === null ? null : { sender: program.id, key, digest }
}

/** What vouches for a message: the key that signed, or null for a local sender that a setting lets pass unsigned (T4). */
interface Vouching {
  kid: string | null
  form: string
  subject: string
  from: string
  signedText: string
}

async function proofOf(
  deps: AmpDeps,
  of: { program: Program; request: RouteRequest; isLocal: boolean; address: string },
): Promise<Vouching> {
  const { program, request, isLocal, address } = of
  if (request.signature === null && isLocal && deps.unsignedLocal()) {
    const words = [request.to, request.subject, writeJson(request.payload.node, 'jcs')]
    return { kid: null, form: '', subject: '', from: address, signedText: JSON.stringify(words) }
  }
  const { match, record } = await verified(deps, program, request)
  return { ...match, kid: record.kid }
}

/** S6 with every key that may sign for the program now. Throws signature_missing, key_revoked, invalid_signature. */
async function verified(
  deps: AmpDeps,
  program: Program,
  request: RouteRequest,
): Promise<{ match: SignatureMatch; record: KeyRecord }> {
  if (request.signature === null) throw new AmpError('signature_missing')
  const now = deps.clock.now()
  const candidates = program.keys.filter((key) => keyStanding(key, now) !== 'not_yet')
  let revoked = false
  for (const record of candidates.toSorted((a, b) => b.fromMs - a.fromMs)) {
    const result = await verifyMessage(
      {
        ...request,
        payload: request.payload.node,
        froms: deps.spellings(program.name),
        signature: request.signature,
        key: record.key,
      },
      ampCrypto,
    )
    if (!result.ok) continue
    if (keyStanding(record, now) === 'in_force') return { match: result.match, record }
    revoked = true
  }
  deps.failures.count(program.id)
  throw new AmpError(revoked ? 'key_revoked' : 'invalid_signature')
}

/** The envelope as it will be delivered, and what must be remembered of it in the transaction that stores it. */
function arrival(
  deps: AmpDeps,
  { request, proof }: { request: RouteRequest; proof: Vouching },
): { envelope: Envelope; seen: Statement[] } {
  const now = deps.clock.now()
  const id = request.claimed?.id ?? newMessageId(now, deps.random(16))
  const envelope: Envelope = {
    id,
    from: proof.from,
    to: request.to,
    subject: request.subject,
    priority: request.priority,
    inReplyTo: request.inReplyTo,
    timestamp: request.claimed?.timestamp ?? formatInstant(now),
    expiresAt: request.expiresAt,
    threadId: request.threadId ?? id,
    replyTo: request.replyTo,
    signature: request.signature,
  }
  const binding = readBinding(request.payload)
  if (binding) checkBinding(binding, envelope)
  const judgement = judgeArrival(
    {
      signer: proof.kid ?? `unsigned ${proof.from}`,
      id,
      digest: createHash('sha256').update(proof.signedText).digest('base64'),
      bareSignature: binding ? null : request.signature,
      timestampMs: parseInstant(envelope.timestamp) ?? now,
      expiresAtMs: envelope.expiresAt === null ? null : parseInstant(envelope.expiresAt),
      queuedAtMs: null,
      // A new id may come with an old signature only where the server gives the id (R6): whoever names one vouches for it.
      direct: request.claimed === null,
    },
    seenIn(deps.store),
    now,
  )
  if (!judgement.accept) throw new AmpError(judgement.code)
  return { envelope, seen: judgement.remember.map(rememberStatement) }
}

/** The memory of arrivals, as committed; it outlives a restart (C39). */
export const seenIn = (store: Pick<Store, 'get'>): SeenStore => ({
  find(signer, id) {
    const row = store.get<{ digest: string; until_ms: number }>(
      'SELECT digest, until_ms FROM mail_seen WHERE signer = ? AND id = ?',
      signer,
      id,
    )
    return row === undefined ? null : { signer, id, digest: row.digest, untilMs: row.until_ms }
  },
})

export const rememberStatement = ({ signer, id, digest, untilMs }: SeenRecord): Statement => ({
  sql: `INSERT INTO mail_seen (signer, id, digest, until_ms) VALUES (?, ?, ?, ?)
    ON CONFLICT (signer, id) DO UPDATE SET until_ms = max(until_ms, excluded.until_ms)`,
  values: [signer, id, digest, untilMs],
})

/** The thread of the message that is answered, where the sender has part in it; else a thread of its own. */
function threadOf(deps: AmpDeps, program: Program, envelope: Envelope): string {
  const parent = envelope.inReplyTo === null ? null : deps.mail.find(envelope.inReplyTo)
  const isParty = parent !== null && [parent.from.mailbox, parent.to.mailbox].includes(program.id)
  if (isParty) return parent.thread
  if (envelope.threadId === envelope.id) return envelope.id
  const root = deps.mail.find(envelope.threadId)
  return root !== null && [root.from.mailbox, root.to.mailbox].includes(program.id)
    ? root.thread
    : envelope.id
}

/** What the sender is told. `basis` says what the word rests on (the draft's chapter 12). */
export function answerOf(message: Message) {
  const at = formatInstant(message.deliveredAt ?? message.createdAt)
  const { id } = message
  if (message.state === 'quarantined') {
    return reply(202, {
      id,
      status: 'quarantined',
      method: 'local',
      queued_at: at,
      thread_id: message.thread,
    })
  }
  const arrived = message.to.mailbox !== null && !message.to.mailbox.startsWith('mbx_')
  return reply(200, {
    id,
    thread_id: message.thread,
    ...(arrived
      ? { status: 'delivered', method: 'local', delivered_at: at, basis: 'mailbox_written' }
      : { status: 'queued', method: 'relay', queued_at: at, basis: 'queued' }),
  })
}

/** How long a message waits for its recipient at most. */
export const relayEnd = (message: Message): string =>
  formatInstant(Math.min(message.expiresAt ?? Infinity, message.createdAt + LIMITS.relayMs))
