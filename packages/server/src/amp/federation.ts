// Mail from other providers and to them: whole requests signed by the provider, messages by their senders, envelopes sealed.
import { createHash } from 'node:crypto'
import type { Message } from '@tutti/core'
import {
  AmpError,
  checkBinding,
  checkProvider,
  checkSeal,
  envelopeWire,
  fingerprints,
  formatInstant,
  judgeArrival,
  keyStanding,
  parseDelivery,
  parseInstant,
  parseJson,
  parsePayload,
  parseEnvelope,
  providerHeaders,
  publicKeyPem,
  readBinding,
  sealEnvelope,
  verifyMessage,
  type Delivery,
  type KeyRecord,
} from '@tutti/protocol'
import { ampCrypto } from '../amp-crypto.ts'
import type { Context } from '../handler.ts'
import type { AmpDeps } from './amp.ts'
import type { Peer } from './peers.ts'
import { reply } from './reply.ts'
import { rememberStatement, seenIn } from './routing.ts'

/** A message that another provider hands over (rules G1, G2, L, R, T). */
export async function delivered(deps: AmpDeps, context: Context) {
  const peer = await senderOf(deps, context)
  const delivery = parseDelivery(context.body)
  const { envelope, payload } = delivery
  const from = deps.parse(envelope.from)
  // A provider speaks for its own agents, never for those of another.
  if (from.provider !== peer.provider)
    throw new AmpError('provider_not_trusted', 'The sender belongs to another provider.')
  const owner = deps.mail.addresses.at(deps.parse(envelope.to))
  if (!owner) throw new AmpError('recipient_not_found')
  if (deps.programs.isSuspended(owner.id)) throw new AmpError('recipient_suspended')
  const record = await signerOf(deps, delivery, peer)
  const now = deps.clock.now()
  const judgement = judgeArrival(
    {
      signer: record.kid,
      id: envelope.id,
      digest: createHash('sha256').update(context.body).digest('base64'),
      bareSignature: delivery.seal || readBinding(payload) ? null : envelope.signature,
      timestampMs: parseInstant(envelope.timestamp) ?? 0,
      expiresAtMs: envelope.expiresAt === null ? null : parseInstant(envelope.expiresAt),
      // A provider whose key we pinned has queued it while we were away: its request, signed now, vouches for the time.
      queuedAtMs: parseInstant(envelope.timestamp),
      direct: false,
    },
    seenIn(deps.store),
    now,
  )
  if (!judgement.accept) throw new AmpError(judgement.code)
  const message: Message = {
    ...deps.mail.newMessage(envelope, payload, now),
    to: { mailbox: owner.id, address: owner.address },
    expiresAt: envelope.expiresAt === null ? null : parseInstant(envelope.expiresAt),
    thread: threadOf(deps, delivery),
    trust: 'external',
  }
  const proof = { kid: record.kid, form: 'jcs', subject: 'exact', from: envelope.from }
  const stored = deps.mail.storedOf(message, { envelope, payload, proof, seal: delivery.seal })
  const statements = judgement.remember.map(rememberStatement)
  const [accepted] = await deps.mail.office.accept([stored], { by: context.by, repeat: null, statements })
  return receipt(accepted ?? message)
}

/** What the other provider is told; one that waits for a person here is accepted all the same. */
function receipt({ id, state, createdAt, deliveredAt }: Message) {
  const at = formatInstant(deliveredAt ?? createdAt)
  const isHeld = state === 'quarantined'
  return reply(isHeld ? 202 : 200, {
    accepted: true,
    id,
    delivered: !isHeld,
    status: isHeld ? 'quarantined' : 'delivered',
    method: 'local',
    ...(isHeld ? { queued_at: at } : { delivered_at: at }),
  })
}

/** The peer whose request this is, by its pinned key over the very bytes that came. */
async function senderOf(deps: AmpDeps, { body, sent }: Context): Promise<Peer> {
  const headers = {
    provider: sent('x-amp-provider') ?? '',
    timestamp: sent('x-amp-timestamp') ?? '',
    signature: sent('x-amp-signature') ?? '',
  }
  const peer = deps.peers.of(headers.provider.toLowerCase())
  if (!peer) throw new AmpError('provider_not_trusted')
  await checkProvider({ headers, body, nowMs: deps.clock.now() }, peer.key, ampCrypto)
  return peer
}

/** Which pinned key of the sender signed; throws where none did, where it was revoked, and where a seal is missing or wrong. */
async function signerOf(
  deps: AmpDeps,
  { envelope, payload, seal }: Delivery,
  peer: Peer,
): Promise<KeyRecord> {
  if (envelope.signature === null) throw new AmpError('signature_missing')
  const nowMs = deps.clock.now()
  const delivery = { envelope, payload, seal }
  let records = await deps.peers.keysOf(envelope.from, peer)
  let record = await signing(records, delivery)
  if (!record) {
    // Its sender may have changed keys; its provider, whose request this is, says so.
    records = await deps.peers.renewedKeysOf(envelope.from, peer)
    record = await signing(records, delivery)
  }
  if (!record) throw new AmpError('invalid_signature')
  if (keyStanding(record, nowMs) !== 'in_force') throw new AmpError('key_revoked')
  const binding = readBinding(payload)
  if (binding) checkBinding(binding, envelope)
  if (seal || peer.seals) {
    const { spki } = await fingerprints(peer.key, ampCrypto)
    const machine: KeyRecord = { kid: spki, key: peer.key, fromMs: 0, untilMs: null, revokedAtMs: null }
    const pinned = (kid: string) => [...records, machine].find((one) => one.kid === kid) ?? null
    await checkSeal({ envelope, payload, seal }, { pinned, crypto: ampCrypto, nowMs })
  }
  return record
}

async function signing(
  records: readonly KeyRecord[],
  { envelope, payload }: Delivery,
): Promise<KeyRecord | null> {
  for (const record of records) {
    const result = await verifyMessage(
      {
        ...envelope,
        froms: [envelope.from],
        payload: payload.node,
        signature: envelope.signature ?? '',
        key: record.key,
      },
      ampCrypto,
    )
    if (result.ok) return record
  }
  return null
}

/** A thread goes on where the sender has had part in it; otherwise the message begins one. */
function threadOf(deps: AmpDeps, { envelope }: Delivery): string {
  const root = [envelope.inReplyTo, envelope.threadId].flatMap((id) =>
    id === null ? [] : (deps.mail.find(id) ?? []),
  )
  const known = root.find(({ from, to }) => [from.address, to.address].includes(envelope.from))
  return known?.thread ?? envelope.id
}

/** What became of one try to hand a message over. */
export type Handing = { done: true } | { done: false; why: string; last: boolean }

const MOST_WHY = 160

/** Hands a queued message to the provider of its recipient, sealed where that provider seals. Never rejects. */
export async function handOver(deps: AmpDeps, message: Message): Promise<Handing> {
  const { provider } = deps.parse(message.to.address)
  const peer = deps.peers.of(provider)
  if (!peer) return { done: false, why: `Nobody here knows how to reach ${provider}`, last: true }
  try {
    const body = Buffer.from(await wireOf(deps, message, peer))
    const machine = await deps.mail.signers.of('machine')
    const own = deps.naming().provider
    const timestamp = String(Math.floor(deps.clock.now() / 1000))
    const headers = await providerHeaders({ provider: own, timestamp, body }, machine.sign)
    const answer = await deps.fetchOutbound({
      url: `${peer.endpoint}/federation/deliver`,
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body,
      trusted: new Set([new URL(peer.endpoint).origin]),
    })
    return judged(answer.status, Buffer.from(answer.body).toString('utf8'))
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return { done: false, why: `${provider} cannot be reached: ${why}`.slice(0, MOST_WHY), last: false }
  }
}

/** Taken, or taken before: done. A refusal by rule will be one again; anything else may pass. */
function judged(status: number, text: string): Handing {
  if (status === 200 || status === 202 || text.includes('"duplicate_message"')) return { done: true }
  const code = /"error":"([a-z_]{1,40})"/.exec(text)?.[1] ?? ''
  const why = `The other side answered ${status} ${code}`.trim()
  return { done: false, why, last: status >= 400 && status < 500 && status !== 429 && status !== 408 }
}

async function wireOf(deps: AmpDeps, message: Message, peer: Peer): Promise<string> {
  const signed = deps.mail.signed(message.id)
  const node = parseJson(signed.envelope)
  if (node.kind !== 'object') throw new Error('a stored envelope is no object')
  const envelope = parseEnvelope(node)
  // The key of a program is its own: for its mail the machine vouches, whose key the other side has pinned.
  const isOwn = message.from.mailbox !== null && !message.from.mailbox.startsWith('mbx_')
  const signer = await deps.mail.signers.of(isOwn ? (message.from.mailbox ?? 'machine') : 'machine')
  const payload = parsePayload(parseJson(signed.payload))
  const seal = peer.seals ? await sealEnvelope(envelope, payload, { ...signer, crypto: ampCrypto }) : null
  const outer = JSON.stringify(envelopeWire(envelope, seal))
  const key = isOwn ? `,"sender_public_key":${JSON.stringify(publicKeyPem(signer.key))}` : ''
  // The payload's own text: what was signed must arrive as it was signed.
  return `{"envelope":${outer},"payload":${signed.payload}${key}}`
}
