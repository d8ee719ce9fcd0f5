// The queue as people work through it: identical requests as one card, dearest first, and who of the agents it counts.
import {
  costOf,
  isOpen,
  isSnoozed,
  subjectOf,
  type Agent,
  type AttentionItem,
  type Choice,
} from '@tutti/core'
import { needsYou } from '../agents/need.ts'

export interface AskCard {
  key: string
  /** The same request of one or more agents, the longest waiting first. */
  items: readonly [AttentionItem, ...AttentionItem[]]
}

export interface Quiet {
  now: number
  /** Agents that the user does not want to hear of. */
  muted: ReadonlySet<string>
}

/** Whether it waits for a person now; a finished turn waits, too, but for nobody who is in a hurry. */
export const isPending = (item: AttentionItem, now: number): boolean =>
  item.receipt === 'pending' && !isSnoozed(item, now)

export const isUrgent = (item: AttentionItem): boolean => item.ask.kind !== 'finished'

/** One card for each decision, by what waiting for it has cost all of its agents. */
export function cardsOf(items: Iterable<AttentionItem>, now: number): AskCard[] {
  const cards = new Map<string, AskCard>()
  const oldestFirst = [...items].sort((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1))
  for (const item of oldestFirst) {
    const key = item.group === null ? item.id : `group ${item.group}`
    const known = cards.get(key)
    cards.set(key, { key, items: known ? [...known.items, item] : [item] })
  }
  return [...cards.values()].sort((a, b) => costOfCard(b, now) - costOfCard(a, now))
}

const costOfCard = ({ items }: AskCard, now: number): number =>
  items.reduce((sum, item) => sum + costOf(item, now), 0)

/** Ids of the agents that need somebody: those that ask, and those whose state says so without an ask. */
export function agentsInNeed(
  agents: Iterable<Agent>,
  items: Iterable<AttentionItem>,
  { now, muted }: Quiet,
): Set<string> {
  const ids = new Set<string>()
  const asking = new Set<string>()
  for (const item of items) {
    if (isOpen(item) && isUrgent(item)) asking.add(item.agentId)
    if (isPending(item, now) && isUrgent(item)) ids.add(item.agentId)
  }
  // Who asks is judged by its asks: one that is answered or put off waits no longer for a person.
  for (const agent of agents) if (needsYou(agent) && !asking.has(agent.id)) ids.add(agent.id)
  for (const id of muted) ids.delete(id)
  return ids
}

/** What the agent asks first: what it stands still for, oldest first; else what it ended with. */
export function firstAsk(items: Iterable<AttentionItem>, agentId: string, now: number): AttentionItem | null {
  const mine = [...items].filter((item) => item.agentId === agentId && isPending(item, now))
  const [first] = mine.sort((a, b) => Number(isUrgent(b)) - Number(isUrgent(a)) || a.createdAt - b.createdAt)
  return first ?? null
}

export interface Choices {
  /** Lets it happen once. */
  allow: Choice | null
  /** The program's own refusal; a reason goes with it where one is given. */
  deny: Choice | null
  /** Whatever else the program offers, such as a rule of its own. */
  others: readonly Choice[]
}

/** The choices of an approval by what they do. */
export function approvalChoices(item: AttentionItem): Choices {
  const choices = item.ask.questions[0]?.choices ?? []
  const allow = choices.find(({ effect }) => effect === 'allow') ?? null
  const deny = choices.find(({ effect }) => effect === 'deny') ?? null
  return { allow, deny, others: choices.filter((one) => one !== allow && one !== deny) }
}

/** Whether one press cannot answer it: several questions, or several choices to one. */
export const needsForm = ({ ask }: AttentionItem): boolean =>
  ask.kind === 'question' && (ask.questions.length > 1 || ask.questions.some(({ multiple }) => multiple))

/** The one line that says what is asked: the command, the path, or the title. */
export const headlineOf = (item: AttentionItem): string =>
  (item.ask.kind === 'approval' ? subjectOf(item.ask) : null) ?? item.ask.title
