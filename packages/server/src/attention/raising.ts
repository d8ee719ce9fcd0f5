// How an ask comes into the queue: known already, answered by a rule at once, or waiting for a person.
import {
  newId,
  waits,
  type Agent,
  type AgentId,
  type Ask,
  type Asker,
  type AttentionItem,
  type RandomBytes,
  type UserId,
} from '@tutti/core'
import type { Unit } from '../db/store.ts'
import type { Answering } from './answering.ts'
import { SYSTEM, type ChangeDeps, type Changes } from './changes.ts'
import { groupOf } from './group.ts'
import type { Rules } from './rules.ts'
import { insertItem, isKnownRef } from './store.ts'

export interface RaisingDeps extends ChangeDeps {
  random: RandomBytes
  changes: Changes
  rules: Rules
  answering: Answering
  agent(id: AgentId): Agent | undefined
}

/** What came by mail: the person whom it was for, and who asks where that is an agent of another machine. */
export interface ByMail {
  onlyFor: UserId
  asker?: Asker
}

export function createRaising(deps: RaisingDeps) {
  const { store, clock, random, board, inOrder, confirmed, changes, rules } = deps

  // The answer of a rule has nobody to tell of a failure; the item says it, and waits for a person.
  const handOver = (item: AttentionItem): void => {
    deps.answering.handOver(item).catch(() => {})
  }

  const byRule = (
    item: AttentionItem,
  ): { fields: Partial<AttentionItem>; unit: Pick<Unit, 'by'> & Partial<Unit> } | null => {
    const ruling = rules.ruling(item.agentId, item.ask)
    if (!ruling) return null
    const { rule, answer } = ruling
    const settled = {
      receipt: 'answered',
      answeredBy: 'rule',
      ruleId: rule.id,
      settledAt: clock.now(),
    } as const
    return {
      fields: { ...settled, answer, why: `A rule of ${rule.createdBy} answered` },
      unit: { by: { ...SYSTEM('answerByRule'), actor: rule.id, audited: true }, ...rules.use(rule) },
    }
  }

  /** An item of before a restart that is the same request under another name. */
  const remembered = (id: AgentId, ask: Ask): AttentionItem | undefined =>
    board
      .ofAgent(id)
      .find((item) => item.onlyFor === undefined && !confirmed.has(item.id) && isSame(item.ask, ask))

  const repeated = async (known: AttentionItem, ask: Ask): Promise<void> => {
    confirmed.add(known.id)
    if (known.receipt === 'answered') {
      // Tutti stopped between the answer and its handing over, and the program still asks.
      const isRenamed = known.ask.ref !== ask.ref
      handOver(isRenamed ? await changes.change(known, { ask }, { by: SYSTEM('raiseAttention') }) : known)
    } else if (JSON.stringify(known.ask) !== JSON.stringify({ ...ask, at: known.ask.at })) {
      await changes.change(known, { ask }, { by: SYSTEM('raiseAttention') })
    }
  }

  const added = async (agentId: AgentId, ask: Ask, byMail?: ByMail): Promise<void> => {
    const id = newId('attention', clock.now(), random)
    const group = groupOf(deps.agent(agentId)?.kit ?? '', ask)
    const fresh = { ...BLANK, ...byMail, id, agentId, ask, group, createdAt: clock.now() }
    const ruled = byRule(fresh)
    const item: AttentionItem = { ...fresh, ...ruled?.fields }
    confirmed.add(item.id)
    await store.commit({
      by: ruled?.unit.by ?? SYSTEM('raiseAttention'),
      subject: item.id,
      detail: { agent: agentId, tool: ask.tool, receipt: item.receipt },
      statements: [insertItem(item), ...(ruled?.unit.statements ?? [])],
      events: [{ type: 'attention.changed', subject: item.id, data: item }, ...(ruled?.unit.events ?? [])],
    })
    if (ruled) handOver(item)
  }

  return {
    raise: (id: AgentId, ask: Ask, byMail?: ByMail): Promise<void> =>
      inOrder(id, () => {
        const known = board.byRef(id, ask.ref) ?? (byMail ? undefined : remembered(id, ask))
        if (known) return repeated(known, ask)
        // A look at what was done is asked for once, also when a kit reads its file from the beginning again; and a message
        // is one ask, whatever becomes of it.
        const isHistory = (!waits(ask) || byMail !== undefined) && isKnownRef(store, id, ask.ref)
        return isHistory ? Promise.resolve() : added(id, ask, byMail)
      }),

    /** Lets the rules answer what waits already; for a rule that has just been made. */
    async applyRules(): Promise<void> {
      for (const { id, agentId } of board.open()) {
        await inOrder(agentId, async () => {
          const item = board.find(id)
          const ruled = item?.receipt === 'pending' ? byRule(item) : null
          if (item && ruled) handOver(await changes.change(item, ruled.fields, ruled.unit))
        })
      }
    },
  }
}

const BLANK = {
  receipt: 'pending',
  answer: null,
  answeredBy: null,
  ruleId: null,
  why: 'Nobody has answered yet',
  snoozedUntil: null,
  settledAt: null,
  version: 1,
} as const

const isSame = (one: Ask, other: Ask): boolean =>
  one.kind === other.kind &&
  one.tool === other.tool &&
  one.title === other.title &&
  JSON.stringify(one.input) === JSON.stringify(other.input)
