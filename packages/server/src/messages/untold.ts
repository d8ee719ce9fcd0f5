// What people see of mail that its recipient could not be told of: the reason stands in the message's receipts until it was told.
import { PRIORITY_RANK, type Agent, type AgentId, type Message, type State } from '@tutti/core'
import type { Store } from '../db/store.ts'

export interface UntoldDeps {
  store: Pick<Store, 'all'>
  now: () => number
  /** Writes into the receipts of a message what became of telling its recipient. */
  note: (messageId: string, why: string) => Promise<unknown>
}

export interface Untold {
  /** A try came to nothing; `told` is the message up to which the agent was told before. */
  failed(id: AgentId, failure: { why: string; told: number }): Promise<void>
  /** Its program has ended, and nobody tells it anything before it is started again. */
  ended(id: AgentId, told: number): Promise<void>
  /** It was told, or there is nothing more to tell. */
  over(id: AgentId): Promise<void>
  /** Whether a change of a message is only such a note, which is no reason to try again. */
  isNote(message: Pick<Message, 'id' | 'why'>): boolean
}

// A program that starts, or a dialog that somebody answers at once, is no failure.
const PATIENCE_MS = 20_000
// The newest of each priority tell people enough; a flood must not be written a second time.
const MOST = 5
const NEWEST = `SELECT id FROM messages WHERE recipient = ? AND priority = ? AND state = 'delivered' AND archived = 0 AND seq > ?
  ORDER BY seq DESC LIMIT ${MOST}`
const NOT_TOLD = 'It lies in the mailbox, and its recipient could not be told yet'
const TOLD = 'It lies in the mailbox, and its recipient has been told'
const NOTED = `SELECT id FROM (SELECT id, why FROM messages WHERE recipient = ? AND priority = ? AND state = 'delivered'
  AND archived = 0 ORDER BY seq DESC LIMIT ${MOST}) WHERE why LIKE '${NOT_TOLD}%'`

export function createUntold({ store, now, note }: UntoldDeps): Untold {
  const since = new Map<AgentId, number>()
  const notes = new Map<AgentId, Set<string>>()
  const written = new Map<string, string>()
  const met = new Set<AgentId>()

  const idsOf = (sql: string, ...values: (string | number)[]): string[] =>
    store.all<{ id: string }>(sql, ...values).map(({ id }) => id)
  const perRank = (find: (rank: number) => string[]): string[] => Object.values(PRIORITY_RANK).flatMap(find)

  /** What was noted for an agent, also before this start. */
  const notedFor = (id: AgentId): Set<string> => {
    const known = notes.get(id) ?? new Set()
    if (!met.has(id)) for (const old of perRank((rank) => idsOf(NOTED, id, rank))) known.add(old)
    met.add(id)
    return known
  }

  const write = async (messageId: string, why: string): Promise<void> => {
    if (written.get(messageId) === why) return
    written.set(messageId, why)
    await note(messageId, why)
  }

  const noteAll = async (id: AgentId, { why, told }: { why: string; told: number }): Promise<void> => {
    const noted = notedFor(id)
    notes.set(id, noted)
    for (const messageId of perRank((rank) => idsOf(NEWEST, id, rank, told))) {
      noted.add(messageId)
      await write(messageId, `${NOT_TOLD}: ${why}`)
    }
  }

  return {
    async failed(id, failure) {
      const begun = since.get(id) ?? now()
      since.set(id, begun)
      if (now() - begun >= PATIENCE_MS) await noteAll(id, failure)
    },
    ended: (id, told) => noteAll(id, { why: 'its program does not run', told }),

    async over(id) {
      since.delete(id)
      const noted = notedFor(id)
      notes.delete(id)
      for (const messageId of noted) await write(messageId, TOLD)
      for (const messageId of noted) written.delete(messageId)
    },

    isNote: ({ id, why }) => written.get(id) === why,
  }
}

const REASONS: Partial<Record<State, string>> = {
  starting: 'its program is still starting',
  working: 'it is at work, and takes nothing before its turn is over',
  background: 'it is at work, and takes nothing before its turn is over',
  'rate-limited': 'its model service is asked again and again',
  'waiting-approval': 'it waits for an approval first',
  'waiting-answer': 'it waits for an answer first',
}

/** Why an agent did not take a notice, in the words of its state: each is written into receipts, so details that change have no place. */
export const untoldReason = ({ kit, status }: Pick<Agent, 'kit' | 'status'>): string =>
  kit === null
    ? 'its program is none that Tutti can tell anything'
    : (REASONS[status.state] ??
      'its program does not stand at an empty prompt, or did not show that it took the words')
