// What waits for a program, until it says that it has it: the queue of AMP over the mailbox.
import { fault, type MailboxId } from '@tutti/core'
import { AmpError, fieldsOf, formatInstant, isMessageId, publicKeyHex, type PublicKey } from '@tutti/protocol'
import type { Store } from '../db/store.ts'
import type { Context, Handlers } from '../handler.ts'
import type { AmpDeps } from './amp.ts'
import type { Program } from './program-book.ts'
import { callerOf } from './registration.ts'
import { bodyOf, reply } from './reply.ts'
import { relayEnd } from './routing.ts'

type QueueHandlers = Pick<
  Handlers,
  | 'ampPending'
  | 'ampPendingCount'
  | 'ampAcknowledge'
  | 'ampAcknowledgeNamed'
  | 'ampAcknowledgeMany'
  | 'ampInboxAcknowledge'
  | 'ampRead'
  | 'ampUnread'
>

export interface WaitingRow {
  id: string
  envelope: string
  payload: string
  proof: string
  created_at: number
}

interface QueuedRow extends WaitingRow {
  priority: number
  seq: number
}

// In the words of its index, which holds the mail of programs only.
const QUEUE =
  "recipient = ? AND taken_at IS NULL AND state IN ('delivered', 'read') AND substr(recipient, 1, 4) = 'mbx_'"
const WAITING = `SELECT priority, seq, id, envelope, payload, proof, created_at FROM messages
  WHERE ${QUEUE} AND (priority, seq) > (?, ?) ORDER BY priority, seq LIMIT ?`
const ARRIVED = `SELECT priority, seq, id, envelope, payload, proof, created_at FROM messages
  WHERE ${QUEUE} AND seq > ? ORDER BY seq LIMIT ?`
const COUNT_ARRIVED = `SELECT count(*) AS n, min(created_at) AS oldest FROM messages WHERE ${QUEUE} AND seq > ?`
const COUNT = `SELECT count(*) AS n, min(created_at) AS oldest FROM messages WHERE ${QUEUE}`
const TAKE = 'UPDATE messages SET taken_at = ? WHERE id = ? AND recipient = ? AND taken_at IS NULL'
const MOST_IDS = 100

export function queueHandlers(deps: AmpDeps): QueueHandlers {
  const { store, clock, programs } = deps

  const take = async (program: Program, ids: readonly string[], context: Context) => {
    if (ids.some((id) => !isMessageId(id)))
      throw new AmpError('invalid_field', 'Expected ids of messages', 'id')
    const { changes } = await store.commit({
      by: context.by,
      subject: ids[0] ?? '',
      detail: { count: ids.length },
      statements: ids.map((id) => ({ sql: TAKE, values: [clock.now(), id, program.id] })),
    })
    return changes.reduce((sum, one) => sum + one, 0)
  }
  const takeOne = async ({ id }: { id: string }, context: Context) => {
    const program = callerOf(programs, context)
    const taken = await take(program, [id], context)
    if (taken === 1) return reply(200, { acknowledged: true })
    const message = deps.mail.find(id)
    if (message?.to.mailbox !== program.id) throw new AmpError('not_found')
    return reply(200, { acknowledged: true, already_acked: true })
  }

  return {
    async ampPending(asked, context) {
      const program = callerOf(programs, context)
      const { wait, since_seq: since, after } = asked
      if (since !== undefined && after !== undefined)
        throw new AmpError('invalid_field', 'Expected either `after` or `since_seq`', 'since_seq')
      if (wait > 0 && countOf(store, program, since).n === 0) await mailFor(deps, program, { wait, context })
      const json = since === undefined ? urgentFirst(deps, program, asked) : arrived(deps, program, asked)
      return { status: 200, json: await json }
    },
    ampPendingCount(_input, context) {
      const { n, oldest } = countOf(store, callerOf(programs, context))
      return reply(200, {
        count: n,
        oldest_queued_at: oldest === null ? null : formatInstant(oldest),
        cursor: null,
      })
    },
    ampUnread: (_input, context) => reply(200, { count: countOf(store, callerOf(programs, context)).n }),
    ampAcknowledge: takeOne,
    ampAcknowledgeNamed: takeOne,
    ampInboxAcknowledge: takeOne,
    async ampAcknowledgeMany(_input, context) {
      const program = callerOf(programs, context)
      const items = fieldsOf(bodyOf(context.body)).optionalList('ids', MOST_IDS)
      const ids = items.map((item) => (item.kind === 'string' ? item.value : ''))
      return reply(200, { acknowledged: ids.length === 0 ? 0 : await take(program, ids, context) })
    },
    async ampRead({ id }, context) {
      const program = callerOf(programs, context)
      const message = deps.mail.find(id)
      if (message?.to.mailbox !== program.id) throw new AmpError('not_found')
      const read = await deps.mail.moving.move(id, { type: 'read' }, { by: context.by })
      const at = formatInstant(read.readAt ?? clock.now())
      // Both spellings of the same answer: the draft's and the deployed server's.
      return reply(200, {
        read_receipt_sent: true,
        receipt_sent: true,
        message_id: id,
        delivered_via: 'local',
        read_at: at,
      })
    },
  }
}

interface Page {
  limit: number
  after?: string | undefined
  since_seq?: number | undefined
}

async function urgentFirst(deps: AmpDeps, program: Program, { limit, after }: Page): Promise<string> {
  const found = deps.store.all<QueuedRow>(WAITING, program.id, ...placeOf(after), limit + 1)
  const rows = found.slice(0, limit)
  const { n } = countOf(deps.store, program)
  const last = rows.at(-1)
  const next = found.length > limit && last ? `"${last.priority}.${last.seq}"` : 'null'
  return `${await listText(deps, rows)},"remaining":${n - rows.length},"next_cursor":${next}}`
}

/** In the order of arrival. A page's `last_seq` is the `since_seq` of the next one; numbers grow, and may leave some out. */
async function arrived(deps: AmpDeps, program: Program, { limit, since_seq: since = 0 }: Page) {
  const rows = deps.store.all<QueuedRow>(ARRIVED, program.id, since, limit)
  const last = rows.at(-1)?.seq ?? since
  const { n } = countOf(deps.store, program, last)
  return `${await listText(deps, rows, true)},"remaining":${n},"last_seq":${last}}`
}

/** The beginning of an answer; a number that the server gives stands in the envelope too, where that draft looks for it. */
async function listText(deps: AmpDeps, rows: readonly QueuedRow[], isNumbered = false): Promise<string> {
  const texts = rows.map(async (row) => {
    if (!isNumbered) return waitingText(deps, row)
    const envelope = `{"seq":${row.seq},${row.envelope.slice(1)}`
    return `{"seq":${row.seq},${(await waitingText(deps, { ...row, envelope })).slice(1)}`
  })
  return `{"messages":[${(await Promise.all(texts)).join(',')}],"count":${rows.length}`
}

/** Where a page begins: behind the last message of the page before it. */
function placeOf(after: string | undefined): [priority: number, seq: number] {
  if (after === undefined) return [-1, 0]
  const [, priority, seq] = /^([0-3])\.(\d{1,15})$/.exec(after) ?? []
  if (priority === undefined) throw new AmpError('invalid_field', 'Expected the cursor of a page', 'after')
  return [Number(priority), Number(seq)]
}

/** Resolves when mail comes for the program, when the time is over, or when the caller hangs up. */
function mailFor(
  { store, clock }: AmpDeps,
  program: Program,
  { wait, context }: { wait: number; context: Context },
): Promise<void> {
  return new Promise((resolve) => {
    const gone = context.gone()
    const over = () => {
      unsubscribe()
      cancel()
      gone.removeEventListener('abort', over)
      resolve()
    }
    const cancel = clock.after(wait * 1000, over)
    const unsubscribe = store.onEvents((events) => {
      if (events.some(({ type, data }) => type === 'message.created' && data.to.mailbox === program.id))
        over()
    })
    gone.addEventListener('abort', over)
  })
}

/** One message as it lies in the database. */
export const waitingRow = (store: Pick<Store, 'get'>, id: string) =>
  store.get<WaitingRow>('SELECT id, envelope, payload, proof, created_at FROM messages WHERE id = ?', id)

interface Count {
  n: number
  oldest: number | null
}

function countOf(store: Pick<Store, 'get'>, program: Program, since?: number): Count {
  const counted =
    since === undefined
      ? store.get<Count>(COUNT, program.id)
      : store.get<Count>(COUNT_ARRIVED, program.id, since)
  return counted ?? { n: 0, oldest: null }
}

/** One message of the queue as JSON text: the payload's own text stands in it as it was signed. */
export async function waitingText(deps: AmpDeps, row: WaitingRow): Promise<string> {
  const message = deps.mail.find(row.id)
  if (message === null) throw fault('message.unknown', { id: row.id })
  const key = await senderKey(deps, message.from.mailbox, kidOf(row.proof))
  const rest = {
    id: row.id,
    ...(key === null ? {} : { sender_public_key: publicKeyHex(key) }),
    queued_at: formatInstant(row.created_at),
    expires_at: relayEnd(message),
    trust: message.trust,
  }
  return `${JSON.stringify(rest).slice(0, -1)},"envelope":${row.envelope},"payload":${row.payload}}`
}

/** The registered key that signed, from our own books: what a request said about keys is never kept. */
async function senderKey(
  deps: AmpDeps,
  sender: MailboxId | null,
  kid: string | null,
): Promise<PublicKey | null> {
  if (kid === null) return null
  const record = deps.programs.byKey(kid)?.keys.find((key) => key.kid === kid)
  if (record) return record.key
  const own = await deps.mail.signers.find(sender ?? 'machine')
  return own?.kid === kid ? own.key : null
}

function kidOf(proof: string): string | null {
  const read: unknown = JSON.parse(proof)
  return typeof read === 'object' && read !== null && 'kid' in read && typeof read.kid === 'string'
    ? read.kid
    : null
}
