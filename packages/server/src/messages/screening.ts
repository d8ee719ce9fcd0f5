// What happens to mail because of what it says and where it comes from: labels for everybody, quarantine for what a model should
// not see before a person has, and no way outside for an agent that has read words from outside.
import type { Message } from '@tutti/core'
import { checkContent } from '@tutti/protocol'
import type { Store } from '../db/store.ts'
import type { StoredMessage } from './message-row.ts'
import { TAINTED, type Taints } from './taint.ts'
import { contentOf } from './views.ts'

// Two odd signs stay below it, one clear attempt lies above.
const QUARANTINE_SCORE = 50
// Of the detector: what looks like a key or a password.
const SECRET = 'holds-a-secret'

export interface ScreeningDeps {
  store: Pick<Store, 'get'>
  taints: Pick<Taints, 'source'>
}

/** Labels a message and holds it where a person must look first. What is stored was not changed: the signature covers it. */
export function createScreening({ store, taints }: ScreeningDeps): (stored: StoredMessage) => StoredMessage {
  return (stored) => {
    const { message } = stored
    const { text, context } = contentOf(stored.payload)
    const names = message.attachments.map(({ name }) => name)
    const { score, labels } = checkContent([message.subject, text, JSON.stringify(context ?? ''), ...names])
    const source = taints.source(message.from.mailbox)
    // Another machine may have said so of its own sender.
    const isTainted = source !== null || message.labels.includes(TAINTED)
    const labelled = { ...message, score, labels: isTainted ? [...labels, TAINTED] : [...labels] }
    const why = isOutside(message) ? leaving(labelled, source) : arriving(store, labelled)
    return { ...stored, message: why === null ? labelled : { ...labelled, state: 'quarantined', why } }
  }
}

/** To another machine, or to a program that may carry it anywhere. */
const isOutside = ({ to }: Message): boolean => to.mailbox === null || to.mailbox.startsWith('mbx_')

/**
 * Why what an agent sends outside has to wait for a person; null where it has not. Words from outside, something secret, and a
 * way outside: no session has all three by itself (rule of two).
 */
function leaving({ from, labels }: Message, source: string | null): string | null {
  if (source !== null) return `Its sender has been given ${source} from outside in this session`
  const isAgents = from.mailbox?.startsWith('agt_') ?? false
  return isAgents && labels.includes(SECRET) ? 'It would take what looks like a secret outside' : null
}

/** Why a person has to look before an agent is given it; null where nobody has to. */
function arriving(store: Pick<Store, 'get'>, message: Message): string | null {
  const { to, trust, score } = message
  // People judge for themselves.
  if (!to.mailbox?.startsWith('agt_') || (trust !== 'external' && trust !== 'untrusted')) return null
  if (!isKnown(store, message))
    return 'It comes from outside, and its sender has not been approved here before'
  return score >= QUARANTINE_SCORE ? `It comes from outside and looks like an attempt (score ${score})` : null
}

const APPROVED = `SELECT 1 FROM messages WHERE from_address = ? AND recipient = ? AND sender IS NULL
  AND state IN ('delivered', 'read', 'acted') LIMIT 1`
const WRITTEN_TO = 'SELECT 1 FROM messages WHERE sender = ? AND to_address = ? LIMIT 1'

/** Mail of that sender was let through to this recipient before, or the recipient wrote there first. */
const isKnown = (store: Pick<Store, 'get'>, { from, to }: Message): boolean =>
  store.get(APPROVED, from.address, to.mailbox) !== undefined ||
  store.get(WRITTEN_TO, to.mailbox, from.address) !== undefined
