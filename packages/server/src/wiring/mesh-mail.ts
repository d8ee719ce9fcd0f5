// The mailboxes of this machine as the mesh sees them.
import { Fault, must, type MailboxId, type Message } from '@tutti/core'
import { z } from 'zod'
import type { By, Store } from '../db/store.ts'
import type { MeshMail, Owner } from '../mesh/letters.ts'
import { PINNED, SenderProof } from '../mesh/sender-proof.ts'
import { newMessage, storedOf } from '../messages/composing.ts'
import {
  findMessage,
  findSigned,
  MESSAGE_COLUMNS,
  messageOf,
  type MessageRow,
  type StoredMessage,
} from '../messages/message-row.ts'
import type { Messages } from '../messages/messages.ts'
import { vouchedProof } from '../messages/vouched-sender.ts'
import { isForeign, TAINTED } from '../messages/taint.ts'

const TAKING: By = { actor: 'system', address: '', act: 'mesh.take', audited: false }
const MOVING: By = { actor: 'system', address: '', act: 'mesh.settle', audited: false }
const QUEUED = `SELECT ${MESSAGE_COLUMNS} FROM messages m
  WHERE m.state = 'queued' AND (m.next_try_at IS NULL OR m.next_try_at < ?) ORDER BY m.seq`
const DELIVERED = `SELECT ${MESSAGE_COLUMNS} FROM messages m
  WHERE m.recipient IS NULL AND m.sender IS NOT NULL AND m.delivered_at >= ? ORDER BY m.seq LIMIT ?`

export interface MeshMailDeps {
  store: Store
  now: () => number
  messages: Pick<Messages, 'addresses' | 'office' | 'moving' | 'travelling' | 'notices' | 'attachments'>
  isSuspended: (mailbox: string) => boolean
  onward?: MeshMail['onward']
  cameFrom?: MeshMail['cameFrom']
}

export function meshMail(deps: MeshMailDeps): MeshMail<StoredMessage> {
  const { store, now, messages, isSuspended, onward = () => null, cameFrom = () => false } = deps
  const { addresses, office, moving, travelling, notices } = messages
  return {
    naming: addresses.naming,
    parse: addresses.parse,
    owner(text) {
      const owner = ownerOf(addresses, text)
      return owner && isSuspended(owner.id) ? null : owner
    },
    queued: (onItsWay) => store.all<MessageRow>(QUEUED, onItsWay).map(messageOf),
    find: (id) => findMessage(store, id),
    deliveredSince: (ms, most) => store.all<MessageRow>(DELIVERED, ms, most).map(messageOf),
    signed: (id) => must(findSigned(store, id), `the content of ${id}`),
    proofOf: (message, { proof }) => proofOf(store, message, proof),
    isTainted: isForeign,
    pinned: (party) => store.get<{ public_key: string }>(PINNED, party)?.public_key ?? null,
    stored(given, { envelope, payload, vouched, sender, tainted }) {
      const labels = tainted ? [TAINTED] : []
      const message: Message = { ...newMessage(envelope, payload, now()), ...given, labels }
      // Its machine vouches for it: the link has proved which one that is.
      const proof = vouchedProof({ node: vouched, sender }, envelope.from)
      return storedOf(message, { envelope, payload, proof, seal: null })
    },
    async accept(stored, { statements, events }) {
      await office.accept(stored, { by: TAKING, repeat: null, statements, events })
    },
    returned: travelling.returned,
    onward,
    cameFrom,
    async move(id, move, statements) {
      const message = findMessage(store, id)
      const isDead = message !== null && move.type === 'fail' && move.last
      const notice = isDead ? await notices.dead(message, move.why) : null
      const also = {
        statements: [...(notice?.statements ?? []), ...statements],
        events: notice?.events ?? [],
      }
      await moving.move(id, move, { by: MOVING, also })
    },
  }
}

const isMailboxId = (text: string): text is MailboxId => /^(?:agt|usr|mbx)_[0-9a-z]{22}$/.test(text)

/** Who owns a mailbox and can still be written to. */
function ownerOf(addresses: Messages['addresses'], text: string): Owner | null {
  try {
    if (!isMailboxId(text)) return addresses.at(addresses.parse(text))
    const owner = addresses.owner(text)
    addresses.refuseGone({ mailbox: text, address: owner.address })
    return owner
  } catch (error) {
    if (error instanceof Fault && error.status < 500) return null
    throw error
  }
}

const KEYS = {
  agt: 'SELECT public_key FROM agents WHERE id = ?',
  usr: 'SELECT public_key FROM mail_keys WHERE mailbox = ?',
  mbx: 'SELECT public_key FROM mail_program_keys WHERE kid = ?',
} as const
const Kept = SenderProof.omit({ key: true }).extend({ kid: z.string() }).nullable()

/** The proof as it was kept when the message was taken in, with the key that it names. */
function proofOf(store: Store, { from }: Message, text: string): SenderProof | null {
  const kept = Kept.safeParse(JSON.parse(text)).data
  if (!kept || from.mailbox === null) return null
  const { kid, ...proof } = kept
  const kind = from.mailbox.startsWith('agt_') ? 'agt' : from.mailbox.startsWith('usr_') ? 'usr' : 'mbx'
  const row = store.get<{ public_key: string }>(KEYS[kind], kind === 'mbx' ? kid : from.mailbox)
  return row ? { ...proof, key: row.public_key } : null
}
