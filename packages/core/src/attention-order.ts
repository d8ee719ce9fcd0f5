// In which order people should look at the queue; without schemas, so that a browser may load it alone.
import type { AttentionItem } from './attention.ts'

// What a minute of waiting costs: an agent that asks stands still; one that has finished merely has nothing to do.
const WEIGHTS = { approval: 4, question: 4, failure: 2, finished: 1 } as const

/** What has been lost by waiting so far, in weighted ms. */
export const costOf = ({ ask, createdAt }: Pick<AttentionItem, 'ask' | 'createdAt'>, now: number): number =>
  Math.max(0, now - createdAt) * WEIGHTS[ask.kind]

/** Whether somebody may see it; what an agent has put to one person is that person's alone. */
export const maySeeItem = (item: Pick<AttentionItem, 'onlyFor'>, userId: string | null): boolean =>
  item.onlyFor === undefined || item.onlyFor === userId

/** Whether it is not over: it waits for a person, or the program has yet to take the answer. */
export const isOpen = (item: Pick<AttentionItem, 'receipt'>): boolean =>
  item.receipt === 'pending' || item.receipt === 'answered'

export const isSnoozed = (item: Pick<AttentionItem, 'snoozedUntil'>, now: number): boolean =>
  item.snoozedUntil !== null && item.snoozedUntil > now

/** The open items in the order of what they have cost, dearest first; snoozed ones at the end. */
export function inOrderOfCost<T extends Pick<AttentionItem, 'id' | 'ask' | 'createdAt' | 'snoozedUntil'>>(
  items: readonly T[],
  now: number,
): T[] {
  const rank = (item: T) => (isSnoozed(item, now) ? -1 : costOf(item, now))
  return items.toSorted((a, b) => rank(b) - rank(a) || (a.id < b.id ? -1 : 1))
}
