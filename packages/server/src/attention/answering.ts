// Answers of people: the first one counts, and it is on its way to the program once it is on the disk.
import {
  answerProblem,
  asProgramTakesIt,
  fail,
  Fault,
  fault,
  waits,
  type AgentId,
  type Answer,
  type AttentionItem,
} from '@tutti/core'
import type { By } from '../db/store.ts'
import type { Log } from '../handler.ts'
import { SYSTEM, type ChangeDeps, type Changes } from './changes.ts'
import { itemById } from './store.ts'

/** Who answers: for the audit log and for people. */
export interface Who {
  by: By
  name: string
}

/** An item as somebody has seen it. */
export interface Seen {
  id: string
  version: number
}

export interface AnsweringDeps extends ChangeDeps {
  log: Log
  changes: Changes
  /** Hands the answer to the agent's program. Rejects with a fault when it cannot. */
  deliver(id: AgentId, ref: string, answer: Answer): Promise<void>
  /** Sends the answer to an ask that came by mail as a reply. */
  replyByMail?(item: AttentionItem, answer: Answer): Promise<void>
  /** Gives the agent words to go on with. */
  prompt(id: AgentId, words: string, who: Who): Promise<void>
}

export type Answering = ReturnType<typeof createAnswering>

export function createAnswering(deps: AnsweringDeps) {
  const { store, clock, board, inOrder, confirmed, changes } = deps
  const handOver = createHandOver(deps)

  const current = (id: string): AttentionItem =>
    board.find(id) ?? itemById(store, id) ?? fail('attention.unknown', { id })
  const pending = ({ id, version }: Seen): AttentionItem => {
    const item = current(id)
    if (item.receipt !== 'pending') throw fault('attention.stale', { receipt: item.receipt, why: item.why })
    if (item.version === version) return item
    throw fault('attention.stale', { receipt: 'pending', why: 'what is asked has changed since you read it' })
  }

  return {
    handOver,

    async answer(seen: Seen, answer: Answer, who: Who): Promise<AttentionItem> {
      const item = await inOrder(pending(seen).agentId, async () => {
        const now = pending(seen)
        const problem = answerProblem(now.ask, answer)
        if (problem !== null) throw fault('attention.unfit', { problem })
        // Nothing waits in a program for the answer to a finished turn: it is taken at once.
        const receipt = waits(now.ask) ? 'answered' : 'consumed'
        const fields = { receipt, answer, answeredBy: who.name, settledAt: clock.now() } as const
        return changes.change(now, { ...fields, why: `${who.name} answered` }, { by: who.by })
      })
      if (waits(item.ask)) await handOver(item)
      else if (answer.kind === 'words') await deps.prompt(item.agentId, answer.words, who)
      return current(item.id)
    },

    dismiss: async (seen: Seen, who: Who): Promise<AttentionItem> =>
      inOrder(pending(seen).agentId, async () => {
        const item = pending(seen)
        if (waits(item.ask) && item.onlyFor === undefined && confirmed.has(item.id))
          throw fault('attention.needs-answer')
        const fields = { receipt: 'stale', answeredBy: who.name, settledAt: clock.now() } as const
        return changes.change(item, { ...fields, why: `${who.name} dismissed it` }, { by: who.by })
      }),

    snooze: async (id: string, until: number | null, who: Who): Promise<AttentionItem> => {
      const open = () => board.find(id) ?? fail('attention.unknown', { id })
      return inOrder(open().agentId, () => changes.change(open(), { snoozedUntil: until }, { by: who.by }))
    },
  }
}

/** Hands over what is committed as answered. What cannot be handed over waits for a person again. */
function createHandOver({ board, inOrder, changes, log, deliver, replyByMail }: AnsweringDeps) {
  const returned = (id: string, problem: string) => async (): Promise<void> => {
    const item = board.find(id)
    if (item?.receipt !== 'answered') return
    const why = `The answer of ${item.answeredBy ?? 'somebody'} could not be handed over: ${problem}`
    const back = {
      receipt: 'pending',
      answer: null,
      answeredBy: null,
      ruleId: null,
      settledAt: null,
    } as const
    await changes.change(item, { ...back, why }, { by: SYSTEM('returnAttention') })
  }
  /** A kit that has just been opened may tell of an ask while its answer is on the way: two would be typed into one dialog. */
  const underWay = new Set<string>()
  return async (item: AttentionItem): Promise<void> => {
    if (item.answer === null || underWay.has(item.id)) return
    underWay.add(item.id)
    try {
      if (item.onlyFor !== undefined) await replyByMail?.(item, item.answer)
      else await deliver(item.agentId, item.ask.ref, asProgramTakesIt(item.ask, item.answer))
    } catch (error) {
      const problem = error instanceof Fault ? error.message : String(error)
      log.warn('attention.undelivered', { id: item.id, problem })
      await inOrder(item.agentId, returned(item.id, problem))
      throw error
    } finally {
      underWay.delete(item.id)
    }
  }
}
