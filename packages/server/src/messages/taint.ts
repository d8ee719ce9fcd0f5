// Who has been given words from outside in this session (threat T8). It is noted when they are handed out, by whatever way, and
// not when somebody says that they were read.
import type { MailboxId, MailReader, Message } from '@tutti/core'
import type { By, Store } from '../db/store.ts'

/** The label of mail between agents whose sender was tainted when it wrote. */
export const TAINTED = 'tainted'

export interface Taints {
  /** The message that tainted the session of this mailbox; null for a clean one, and for people. */
  source(mailbox: MailboxId | null): string | null
  /** Before a reader is given these messages: durable when it resolves. Writes once for each session. */
  note(reader: MailReader, messages: readonly Message[], by: By): Promise<void>
}

export interface TaintDeps {
  store: Pick<Store, 'get' | 'commit'>
  now: () => number
  /** When the session of an agent began; null while it has none. */
  sessionSince: (mailbox: string) => number | null
}

const SOURCE = 'SELECT message_id FROM mail_taints WHERE mailbox = ? AND at >= ?'
const NOTE = `INSERT INTO mail_taints (mailbox, message_id, at) VALUES (?, ?, ?)
  ON CONFLICT (mailbox) DO UPDATE SET message_id = excluded.message_id, at = excluded.at`

export function createTaints({ store, now, sessionSince }: TaintDeps): Taints {
  const source = (mailbox: MailboxId | null): string | null => {
    const since = mailbox === null ? null : sessionSince(mailbox)
    if (mailbox === null || since === null) return null
    return store.get<{ message_id: string }>(SOURCE, mailbox, since)?.message_id ?? null
  }
  return {
    source,
    async note({ mailbox, oversees }, messages, by) {
      if (mailbox === null || oversees || source(mailbox) !== null) return
      const foreign = messages.find((message) => message.from.mailbox !== mailbox && isForeign(message))
      if (!foreign) return
      await store.commit({
        by: { ...by, act: 'mail.taint', audited: true },
        subject: mailbox,
        detail: { source: foreign.id },
        statements: [{ sql: NOTE, values: [mailbox, foreign.id, now()] }],
      })
    },
  }
}

/** Its words come from outside, directly or through an agent that had read such. */
export const isForeign = ({ trust, labels }: Pick<Message, 'trust' | 'labels'>): boolean =>
  trust === 'external' || trust === 'untrusted' || labels.includes(TAINTED)
