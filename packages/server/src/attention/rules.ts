// Standing answers: made, listed, revoked, counted, and tried on the past before anybody trusts them.
import {
  fault,
  isInForce,
  newId,
  ruleFit,
  ruleFits,
  rulingOn,
  verdictOf,
  type Agent,
  type AgentId,
  type Ask,
  type AttentionItem,
  type Clock,
  type LoggedEvent,
  type NewRule,
  type RandomBytes,
  type Rule,
  type RulePreview,
  type Ruling,
} from '@tutti/core'
import type { By, Statement, Store } from '../db/store.ts'
import type { NewEvent } from '@tutti/core'
import { allRules, countUse, insertRule, pastApprovals, revokeRule } from './store.ts'

export interface RulesDeps {
  store: Store
  clock: Clock
  random: RandomBytes
  /** The agent as it is, or as it was when it asked. */
  agent(id: AgentId): Agent | undefined
}

export type Rules = ReturnType<typeof createRules>

const LOOKED_AT = 1000
const SHOWN = 50

export function createRules({ store, clock, random, agent }: RulesDeps) {
  const rules = new Map<string, Rule>(allRules(store).map((rule) => [rule.id, rule]))
  store.onEvents((events) => events.forEach(apply))
  function apply(event: LoggedEvent) {
    if (event.type === 'rule.changed') rules.set(event.data.id, event.data)
  }

  const askingOf = (id: AgentId) => ({ agentId: id, folder: agent(id)?.folder ?? '' })

  return {
    list: (ended: boolean): Rule[] =>
      [...rules.values()]
        .filter((rule) => ended || isInForce(rule, clock.now()))
        .toSorted((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1)),

    async create(draft: NewRule, by: By, name: string): Promise<Rule> {
      const now = clock.now()
      const rule: Rule = {
        ...draft,
        id: newId('rule', now, random),
        createdBy: name,
        createdAt: now,
        revokedAt: null,
        uses: 0,
        lastUsedAt: null,
      }
      const detail = { effect: rule.effect, tool: rule.tool, pattern: rule.pattern }
      await store.commit({
        by,
        subject: rule.id,
        detail,
        statements: [insertRule(rule)],
        events: [changed(rule)],
      })
      return rule
    },

    async revoke(id: string, by: By): Promise<Rule> {
      const rule = rules.get(id)
      if (!rule) throw fault('rule.unknown', { id })
      const now = clock.now()
      const ended = { ...rule, revokedAt: now }
      await store.commit({
        by,
        subject: rule.id,
        detail: { uses: rule.uses },
        statements: [revokeRule(rule.id, now)],
        events: [changed(ended)],
      })
      return ended
    },

    /** The rule that answers this request now. */
    ruling: (id: AgentId, ask: Ask): Ruling<Rule> | null =>
      rulingOn([...rules.values()], ask, { ...askingOf(id), now: clock.now() }),

    fits: (rule: NewRule, { agentId, ask }: AttentionItem): boolean => ruleFits(rule, ask, askingOf(agentId)),

    /** What belongs into the unit in which a rule answers. */
    use(rule: Rule): { statements: Statement[]; events: NewEvent[] } {
      const now = clock.now()
      const known = rules.get(rule.id) ?? rule
      const used = { ...known, uses: known.uses + 1, lastUsedAt: now }
      return { statements: [countUse(rule.id, now)], events: [changed(used)] }
    },

    preview(draft: NewRule): RulePreview {
      const past = pastApprovals(store, LOOKED_AT)
      const fits = past.map((item) => ({ item, fit: ruleFit(draft, item.ask, askingOf(item.agentId)) }))
      const matched = fits.filter(({ fit }) => fit.fits).map(({ item }) => item)
      const against = matched.filter(({ ask, answer, answeredBy }) => {
        const verdict = answeredBy === null ? null : verdictOf(ask, answer)
        return verdict !== null && verdict !== draft.effect
      })
      return {
        looked: past.length,
        matched: matched.length,
        against: against.length,
        items: matched.slice(0, SHOWN),
        held: fits
          .flatMap(({ item, fit }) => (fit.fits || fit.held === null ? [] : [{ item, reason: fit.held }]))
          .slice(0, SHOWN),
      }
    },
  }
}

const changed = (rule: Rule): NewEvent => ({ type: 'rule.changed', subject: rule.id, data: rule })
