// Mail pushed to an address that its recipient has named: signed, at most three times, and kept in the queue until it was taken.
import type { Clock, Id, LoggedEvent } from '@tutti/core'
import { webhookHeaders } from '@tutti/protocol'
import { ampCrypto } from '../amp-crypto.ts'
import type { By, Store } from '../db/store.ts'
import type { Log } from '../handler.ts'
import type { FetchOutbound } from '../outbound.ts'
import { quietWork } from '../quiet-work.ts'

export interface WebhooksDeps {
  store: Pick<Store, 'onEvents' | 'commit'>
  clock: Clock
  log: Log
  fetchOutbound: FetchOutbound
  /** Where a program wants its mail, and the secret that signs it; null where it polls. */
  target: (id: Id<'mailbox'>) => { url: string; secret: string } | null
  /** The message as the queue shows it, as JSON text. */
  text: (id: string) => Promise<string>
}

// The draft's own; after the last one the message waits to be fetched.
const WAITS_MS = [30_000, 120_000]
// Between a move and its event lie the milliseconds of a commit.
const JUST_NOW_MS = 1000
const BY: By = { actor: 'system', address: '', act: 'mail.webhook', audited: false }
const TAKE = 'UPDATE messages SET taken_at = ? WHERE id = ? AND recipient = ? AND taken_at IS NULL'

/** Pushes what comes from now on; the answer ends it. What a stop interrupts lies in the queue. */
export function runWebhooks(deps: WebhooksDeps): () => void {
  const waiting = new Set<() => void>()
  let isOver = false
  const quietly = quietWork(deps.log, 'mail.webhook-broken')

  const push = async (mailbox: Id<'mailbox'>, id: string, attempt: number): Promise<void> => {
    const target = deps.target(mailbox)
    if (isOver || target === null) return
    const status = await posted(deps, { ...target, id, attempt })
    if (status >= 200 && status < 300) {
      const values = [deps.clock.now(), id, mailbox]
      await deps.store.commit({ by: BY, subject: id, statements: [{ sql: TAKE, values }] })
      return
    }
    const wait = WAITS_MS[attempt - 1]
    deps.log.info('mail.webhook-failed', { id, status, attempt })
    // A refusal will be one again: only what may pass is tried again.
    if (wait === undefined || (status >= 400 && status < 500 && status !== 429)) return
    const cancel = deps.clock.after(wait, () => {
      waiting.delete(cancel)
      begin(mailbox, id, attempt + 1)
    })
    waiting.add(cancel)
  }
  const begin = (mailbox: Id<'mailbox'>, id: string, attempt: number): void => {
    quietly(push(mailbox, id, attempt), { id })
  }
  const hear = (event: LoggedEvent): void => {
    if (event.type !== 'message.created' && event.type !== 'message.changed') return
    const { id, to, state, deliveredAt } = event.data
    // Released or approved just now; any later change of a delivered message is no arrival.
    const isNew = event.type === 'message.created' || event.at - (deliveredAt ?? 0) < JUST_NOW_MS
    if (isProgram(to.mailbox) && state === 'delivered' && isNew) begin(to.mailbox, id, 1)
  }
  const unsubscribe = deps.store.onEvents((events) => events.forEach(hear))
  return () => {
    isOver = true
    unsubscribe()
    for (const cancel of waiting) cancel()
  }
}

const isProgram = (mailbox: string | null): mailbox is Id<'mailbox'> => mailbox?.startsWith('mbx_') === true

/** The status, or 0 where nobody could be reached or might be. */
async function posted(
  deps: WebhooksDeps,
  { url, secret, id, attempt }: { url: string; secret: string; id: string; attempt: number },
): Promise<number> {
  const body = await deps.text(id)
  const timestampS = Math.floor(deps.clock.now() / 1000)
  const headers = await webhookHeaders({ secret, messageId: id, timestampS, body, attempt }, ampCrypto)
  try {
    const { status } = await deps.fetchOutbound({
      url,
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: Buffer.from(body),
      redirects: 2,
    })
    return status
  } catch (error) {
    deps.log.info('mail.webhook-unreached', { id, problem: String(error) })
    return 0
  }
}
