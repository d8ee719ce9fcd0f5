// The operations of the queue and its rules.
import { Fault, fault, inOrderOfCost, maySeeItem, type AttentionItem, type OutputOf } from '@tutti/core'
import type { Clock } from '@tutti/core'
import type { Store } from '../db/store.ts'
import type { Actor, Context, Handlers } from '../handler.ts'
import type { Who } from './answering.ts'
import type { Attention } from './attention.ts'
import { itemById, settledItems } from './store.ts'

type QueueHandlers = Pick<
  Handlers,
  'listAttention' | 'answerAttention' | 'answerAttentionGroup' | 'dismissAttention' | 'snoozeAttention'
>
type RuleHandlers = Pick<Handlers, 'listRules' | 'createRule' | 'revokeRule' | 'previewRule'>

const whoOf = ({ by, actor }: Context): Who => ({ by, name: actor.name })

export function queueHandlers(
  attention: Attention,
  { store, clock }: { store: Store; clock: Clock },
): QueueHandlers {
  const { board } = attention
  const resultOf = async (
    seen: { id: string; version: number },
    answering: () => Promise<AttentionItem>,
  ): Promise<OutputOf<'answerAttentionGroup'>[number]> => {
    try {
      return { id: seen.id, ok: true, item: await answering() }
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      const item = error.code === 'attention.unknown' ? null : (board.find(seen.id) ?? null)
      return { id: seen.id, ok: false, item, error: { code: error.code, message: error.message } }
    }
  }
  /** What was put to somebody else is unknown to everybody else. */
  const own = <T extends { id: string }>(seen: T, { userId }: Actor): T => {
    const item = board.find(seen.id) ?? itemById(store, seen.id)
    if (item && !maySeeItem(item, userId)) throw fault('attention.unknown', { id: seen.id })
    return seen
  }
  return {
    listAttention({ settled, agentId, limit }, { actor }) {
      const isOwn = (item: AttentionItem) => maySeeItem(item, actor.userId)
      if (settled) return settledItems(store, { agentId, limit }).filter(isOwn)
      const open = agentId === undefined ? board.open() : board.ofAgent(agentId)
      return inOrderOfCost(open.filter(isOwn), clock.now()).slice(0, limit)
    },
    answerAttention: ({ answer, ...seen }, context) =>
      attention.answer(own(seen, context.actor), answer, whoOf(context)),
    answerAttentionGroup: ({ items, answer }, context) =>
      Promise.all(
        items.map((seen) =>
          resultOf(seen, () => attention.answer(own(seen, context.actor), answer, whoOf(context))),
        ),
      ),
    dismissAttention: (seen, context) => attention.dismiss(own(seen, context.actor), whoOf(context)),
    snoozeAttention: ({ id, until }, context) =>
      attention.snooze(own({ id }, context.actor).id, until, whoOf(context)),
  }
}

export const ruleHandlers = (attention: Attention): RuleHandlers => ({
  listRules: ({ ended }) => attention.rules.list(ended),
  async createRule(draft, { by, actor }) {
    const rule = await attention.rules.create(draft, by, actor.name)
    await attention.applyRules()
    return attention.rules.list(true).find(({ id }) => id === rule.id) ?? rule
  },
  revokeRule: ({ id }, { by }) => attention.rules.revoke(id, by),
  previewRule: (draft) => attention.rules.preview(draft),
})
