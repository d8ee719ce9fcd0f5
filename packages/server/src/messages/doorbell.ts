// Tells agents that mail waits: without its content, once for what is new, when they can take it, and by waking who sleeps.
import { Fault, PRIORITY_RANK, type Agent, type AgentId, type Clock, type LoggedEvent } from '@tutti/core'
import type { By, Store } from '../db/store.ts'
import type { Log } from '../handler.ts'
import { quietWork, type Quietly } from '../quiet-work.ts'
import { createUntold, untoldReason, type UntoldDeps } from './untold.ts'

export const NOTICE_BY: By = { actor: 'system', address: '', act: 'mail.notice', audited: false }

export interface DoorbellDeps {
  store: Store
  clock: Clock
  log: Log
  agent: (id: string) => Agent | undefined
  /**
   * Tells the agent by its kit's own channel that so many messages are unread; false when it cannot take it now, as in the
   * middle of a dialog. It must not type where the kit has not seen its agent's prompt. Where the words are given later, `now`
   * tells how many are unread then; null when there is nothing to tell any more.
   */
  notify: (id: AgentId, unread: number, now: () => number | null) => Promise<boolean>
  /** Starts the program of a hibernated agent. */
  wake: (id: AgentId) => Promise<unknown>
  /** Writes into the receipts of a message what became of telling its recipient. */
  note: UntoldDeps['note']
}

export interface Doorbell {
  /** Rings for what is unread from before this start, and from then on for what comes; the answer ends it. */
  run(): () => void
}

/** What is to be done about an agent's mail, as things are at the moment of doing it. */
export type Ring = 'nothing' | 'wake' | 'notify'

export interface Waiting {
  unread: number
  /** The newest unread message, and the one up to which the agent has been told; 0 for none. */
  newest: number
  told: number
}

/** Nothing for what was told before or read meanwhile; who sleeps is woken, who has ended by itself is left alone. */
export function ringFor(agent: Agent | undefined, { unread, newest, told }: Waiting): Ring {
  if (!mayHear(agent) || unread === 0 || newest <= told) return 'nothing'
  return agent.session === null ? 'wake' : 'notify'
}

/** Works, or sleeps and can be woken. */
const mayHear = (agent: Agent | undefined): agent is Agent =>
  agent !== undefined &&
  agent.deletedAt === null &&
  (agent.session !== null || agent.status.state === 'hibernated')

/** The words of a notice: nothing of the message, not even who wrote it. */
export const noticeText = (unread: number): string =>
  `You have ${unread} new ${unread === 1 ? 'message' : 'messages'}. Read with \`tutti inbox\` and \`tutti read\`.`

// Whether a prompt is there and empty is seen on a screen, of which no event tells: looked at again by the clock, ever more seldom.
const AGAIN_MS = 400
const SELDOM_MS = 15_000
// A program that takes long to start is noticed late by a fifth of that at most.
const MORE_SELDOM = 1.2

// The newest of each priority is one step in the index of the unread, however many there are.
const newestOf = (rank: number): string =>
  `ifnull((SELECT max(seq) FROM messages WHERE recipient = box.id AND priority = ${rank} AND state = 'delivered' AND archived = 0), 0)`
const MAIL_OF = `SELECT unread, max(${Object.values(PRIORITY_RANK).map(newestOf).join(', ')}) AS newest,
    (SELECT seq FROM mail_notices WHERE mailbox = box.id) AS told
  FROM mailboxes box WHERE id = ?`
const WAITING = "SELECT id FROM mailboxes WHERE unread > 0 AND id LIKE 'agt\\_%' ESCAPE '\\'"

function waitingIn(store: Pick<Store, 'get'>, id: AgentId, given = 0): Waiting {
  const mail = store.get<{ unread: number; newest: number; told: number | null }>(MAIL_OF, id)
  return { unread: mail?.unread ?? 0, newest: mail?.newest ?? 0, told: Math.max(mail?.told ?? 0, given) }
}

export function createDoorbell(deps: DoorbellDeps): Doorbell {
  const { store, clock, log } = deps
  const retries = createRetries(clock)
  /** Up to where they were told, also where the disk did not take that yet: nobody is told twice for it. */
  const given = new Map<AgentId, number>()
  const untold = createUntold({ store, now: () => clock.now(), note: deps.note })
  const quietly = quietWork(log, 'mail.notice-not-noted')
  let isOver = false

  const waitingFor = (id: AgentId): Waiting => waitingIn(store, id, given.get(id))

  const act = async (id: AgentId): Promise<void> => {
    if (isOver) return
    const agent = deps.agent(id)
    if (!mayHear(agent)) return agent && later(id, noteEnd)
    let waiting = waitingFor(id)
    const ring = ringFor(agent, waiting)
    if (ring === 'nothing') return untold.over(id)
    // Its session begins; how it then is comes as an event, and that rings again.
    if (ring === 'wake') {
      await deps.wake(id)
      return
    }
    const now = (): number | null => {
      if (isOver) return null
      waiting = waitingFor(id)
      return ringFor(deps.agent(id), waiting) === 'notify' ? waiting.unread : null
    }
    if (!(await deps.notify(id, waiting.unread, now))) return failed(id, untoldReason(agent))
    retries.reset(id)
    given.set(id, waiting.newest)
    await store.commit({ by: NOTICE_BY, subject: id, statements: [told(id, waiting.newest, clock.now())] })
    await untold.over(id)
  }

  /** People learn why, and the agent is tried again. */
  const failed = (id: AgentId, why: string): void => {
    later(id, ring)
    noted(id, async () => untold.failed(id, { why, told: waitingFor(id).told }))
  }
  // After a burst of mail: each message of it must not be written twice.
  const noteEnd = (id: AgentId): void =>
    noted(id, async () => {
      const { newest, told } = waitingFor(id)
      if (newest > told) await untold.ended(id, told)
    })
  // The store may have closed while a notice was on its way: what it would say is then for the next start.
  const noted = (id: AgentId, work: () => Promise<void>): void => {
    if (!isOver) quietly(work, { id })
  }
  const later = (id: AgentId, run: (id: AgentId) => void): void => {
    if (!isOver) retries.later(id, () => run(id))
  }

  const ringOne = oneAtATime(quietly, async (id) => {
    try {
      await act(id)
    } catch (error) {
      if (isOver) return
      log.warn('mail.notice-failed', { id, problem: String(error) })
      failed(id, error instanceof Fault ? error.message : 'of a failure that stands in the log')
    }
  })
  const ring = (id: AgentId): void => {
    if (isOver) return
    retries.cancel(id)
    ringOne(id)
  }

  const hear = (event: LoggedEvent): void => {
    const id = concerned(event)
    if (id === null || (event.type === 'message.changed' && untold.isNote(event.data))) return
    // It is in another state than before: the next look is soon.
    retries.reset(id)
    ring(id)
  }

  return {
    run() {
      const unsubscribe = store.onEvents((events) => events.forEach(hear))
      for (const { id } of store.all<{ id: AgentId }>(WAITING)) ring(id)
      return () => {
        isOver = true
        unsubscribe()
        retries.close()
      }
    },
  }
}

/** One run at a time for each agent; what is asked for meanwhile comes after it. `run` must not reject. */
function oneAtATime(quietly: Quietly, run: (id: AgentId) => Promise<void>): (id: AgentId) => void {
  const asked = new Map<AgentId, boolean>()
  const runs = async (id: AgentId): Promise<void> => {
    while (asked.get(id) === true) {
      asked.set(id, false)
      await run(id)
    }
    asked.delete(id)
  }
  return (id) => {
    const isRunning = asked.has(id)
    asked.set(id, true)
    if (!isRunning) quietly(runs(id), { id })
  }
}

/** One look ahead for each agent, ever later until it is reset. */
function createRetries(clock: Pick<Clock, 'after'>) {
  const timers = new Map<AgentId, () => void>()
  const waits = new Map<AgentId, number>()
  const cancel = (id: AgentId): void => {
    timers.get(id)?.()
    timers.delete(id)
  }
  return {
    cancel,
    reset: (id: AgentId) => waits.delete(id),
    later(id: AgentId, run: () => void): void {
      const wait = waits.get(id) ?? AGAIN_MS
      waits.set(id, Math.min(wait * MORE_SELDOM, SELDOM_MS))
      cancel(id)
      timers.set(id, clock.after(wait, run))
    },
    close: () => timers.forEach((stop) => stop()),
  }
}

/** The agent for whom an event may be a reason to ring: mail has come, or it is in another state than before. */
function concerned(event: LoggedEvent): AgentId | null {
  if (event.type === 'message.created' || event.type === 'message.changed') {
    const { to, state } = event.data
    return state === 'delivered' && to.mailbox?.startsWith('agt_') === true ? agentIdOf(to.mailbox) : null
  }
  return event.type === 'agent.changed' ? event.data.id : null
}

const agentIdOf = (mailbox: string): AgentId | null => (isAgentId(mailbox) ? mailbox : null)
const isAgentId = (mailbox: string): mailbox is AgentId => mailbox.startsWith('agt_')

const told = (id: AgentId, seq: number, at: number) => ({
  sql: `INSERT INTO mail_notices (mailbox, seq, at) VALUES (?, ?, ?)
    ON CONFLICT (mailbox) DO UPDATE SET seq = max(seq, excluded.seq), at = excluded.at`,
  values: [id, seq, at],
})
