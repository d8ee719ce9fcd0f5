// What happens to mail because of what it says and where it comes from: labels for everybody, quarantine for what a model should
// not see before a person has, and no way outside for an agent that has read words from outside.
import type { Message } from '@tutti/core'
import { checkContent } from '@tutti/protocol'
import type { Store } from '../db/store.ts'
import type { StoredMessage } from './message-row.ts'
import { contentOf } from './views.ts'

// Two odd signs stay below it, one clear attempt lies above.
const QUARANTINE_SCORE = 50

export interface ScreeningDeps {
  store: Pick<Store, 'get'>
  /** When the session of an agent began; null while it has none. */
  sessionSince: (mailbox: string) => number | null
}

/** Labels a message and holds it where a person must look first. What is stored was not changed: the signature covers it. */
export function createScreening({
  store,
  sessionSince,
}: ScreeningDeps): (stored: StoredMessage) => StoredMessage {
  return (stored) => {
    const { message } = stored
    const { text, context } = contentOf(stored.payload)
    const names = message.attachments.map(({ name }) => name)
    const { score, labels } = checkContent([message.subject, text, JSON.stringify(context ?? ''), ...names])
    const why = held(store, { message, score, sessionSince })
    const labelled = { ...message, score, labels: [...labels] }
    return { ...stored, message: why === null ? labelled : { ...labelled, state: 'quarantined', why } }
  }
}

/** Why a person has to look at the message before it goes on; null where nobody has to. */
function held(
  store: Pick<Store, 'get'>,
  { message, score, sessionSince }: { message: Message; score: number } & Pick<ScreeningDeps, 'sessionSince'>,
): string | null {
  const { from, to, trust } = message
  if (to.mailbox === null) return taint(store, from.mailbox, sessionSince)
  // People judge for themselves, and programs elsewhere are not ours to protect.
  if (!to.mailbox.startsWith('agt_')) return null
  const isForeign = trust === 'external' || trust === 'untrusted'
  if (isForeign && !isKnown(store, message))
    return 'It comes from outside, and its sender has not been approved here before'
  return isForeign && score >= QUARANTINE_SCORE
    ? `It comes from outside and looks like an attempt (score ${score})`
    : null
}

const APPROVED = `SELECT 1 FROM messages WHERE from_address = ? AND recipient = ? AND sender IS NULL
  AND state IN ('delivered', 'read', 'acted') LIMIT 1`
const WRITTEN_TO = 'SELECT 1 FROM messages WHERE sender = ? AND to_address = ? LIMIT 1'

/** Mail of that sender was let through to this recipient before, or the recipient wrote there first. */
const isKnown = (store: Pick<Store, 'get'>, { from, to }: Message): boolean =>
  store.get(APPROVED, from.address, to.mailbox) !== undefined ||
  store.get(WRITTEN_TO, to.mailbox, from.address) !== undefined

const TAINT = `SELECT id FROM messages WHERE recipient = ? AND trust IN ('external', 'untrusted') AND read_at >= ?
  ORDER BY read_at LIMIT 1`

/** An agent that has read words from outside in this session sends nothing outside without a person (rule of two). */
function taint(
  store: Pick<Store, 'get'>,
  sender: string | null,
  sessionSince: ScreeningDeps['sessionSince'],
): string | null {
  const since = sender === null ? null : sessionSince(sender)
  if (sender === null || since === null) return null
  const source = store.get<{ id: string }>(TAINT, sender, since)
  return source ? `Its sender has read ${source.id} from outside in this session` : null
}
