// The attention queue as one thing: asks come in from kits, answers from people and rules, and each is settled exactly once.
import {
  waits,
  type Agent,
  type AgentId,
  type Answer,
  type AttentionItem,
  type Clock,
  type RandomBytes,
} from '@tutti/core'
import type { Store } from '../db/store.ts'
import type { Log } from '../handler.ts'
import { createQueue } from '../queue.ts'
import { createAnswering, type Who } from './answering.ts'
import { createBoard } from './board.ts'
import { createChanges, SYSTEM } from './changes.ts'
import { createRaising } from './raising.ts'
import { createRules } from './rules.ts'
import { pruneItems } from './store.ts'

export interface AttentionDeps {
  store: Store
  clock: Clock
  random: RandomBytes
  log: Log
  agent(id: AgentId): Agent | undefined
  /** Hands the answer to the agent's program. Rejects with a fault when it cannot. */
  deliver(id: AgentId, ref: string, answer: Answer): Promise<void>
  /** Sends the answer to an ask that came by mail as a reply. */
  replyByMail?(item: AttentionItem, answer: Answer): Promise<void>
  /** Gives the agent words to go on with. */
  prompt(id: AgentId, words: string, who: Who): Promise<void>
}

export type Attention = ReturnType<typeof createAttention>

// Long enough to try a new rule on a season of decisions.
const KEPT_MS = 90 * 24 * 3600 * 1000

export function createAttention(deps: AttentionDeps) {
  const board = createBoard(deps.store)
  const rules = createRules(deps)
  const confirmed = new Set<string>()
  const shared = { ...deps, board, inOrder: createQueue(), confirmed }
  const changes = createChanges(shared)
  const answering = createAnswering({ ...shared, changes })
  const raising = createRaising({ ...shared, changes, rules, answering })
  const { answer, dismiss, snooze } = answering

  return {
    rules,
    board,
    ...raising,
    answer,
    dismiss,
    snooze,
    /** Forgets what was settled long ago. */
    async prune(): Promise<void> {
      const statements = [pruneItems(deps.clock.now() - KEPT_MS)]
      await deps.store.commit({ by: SYSTEM('pruneAttention'), subject: '', statements })
    },
    /** The program has taken an answer. */
    consumed: changes.consumed,
    /** It is over without an answer of ours. */
    over: changes.stale,
    /** The session has ended, so nobody waits any more. */
    ended: (id: AgentId, why: string) => changes.staleWhere(id, why, isOfSession),
    /** The agent has gone on since then, so what it had finished or failed at before is history. */
    resumed: (id: AgentId, why: string, since: number) =>
      changes.staleWhere(id, why, ({ ask }) => !waits(ask) && ask.at < since),
    /**
     * The program does something else than asking since then, so what is only remembered from before was answered while
     * nobody looked. What a kit tells of the past, as it reads a file from its beginning, says nothing of that.
     */
    forgotten: (id: AgentId, why: string, since: number) =>
      changes.staleWhere(
        id,
        why,
        (item) => isOfSession(item) && waits(item.ask) && !confirmed.has(item.id) && item.ask.at < since,
      ),
  }
}

/** What a program asks ends with its session; what an agent has written to somebody does not. */
const isOfSession = ({ onlyFor }: AttentionItem): boolean => onlyFor === undefined
