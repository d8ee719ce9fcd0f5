// Moving an agent to another machine: at every instant one owner at most, and after every crash one again.
import type { NodeId } from '@tutti/protocol'
import { never } from '../must.ts'

/** What a machine has on disk about one agent that lives, lived or is to live there. `token` fences: an old owner's is lower. */
export type Holding =
  | { readonly phase: 'owner'; readonly token: number }
  /** Still the owner. The copy is on its way, and is let go only when the other machine has verified it. */
  | { readonly phase: 'offering'; readonly token: number; readonly to: NodeId; readonly digest: string }
  /** No longer the owner, whether the other machine knows yet or not. */
  | { readonly phase: 'released'; readonly token: number; readonly to: NodeId; readonly digest: string }
  /** Has a verified copy and waits for the owner's word. */
  | { readonly phase: 'ready'; readonly token: number; readonly from: NodeId; readonly digest: string }
  | { readonly phase: 'gone'; readonly token: number; readonly to: NodeId }
  /** This machine had it when the backup was made that it was restored from. It does not act as it until the others were heard. */
  | { readonly phase: 'doubted'; readonly token: number }

export type Holdings = Map<string, Holding>

export interface HoldingChange {
  readonly agent: string
  readonly holding: Holding | null
}

/** What machines say to each other about a move. The token in it is that which the move would give to the new owner. */
export type LeaseWord =
  | { readonly say: 'offer'; readonly agent: string; readonly token: number; readonly digest: string }
  | { readonly say: 'ready'; readonly agent: string; readonly token: number; readonly digest: string }
  | { readonly say: 'yours'; readonly agent: string; readonly token: number; readonly digest: string }
  | { readonly say: 'mine'; readonly agent: string; readonly token: number }
  | { readonly say: 'cancel'; readonly agent: string; readonly token: number }

export interface LeaseStep {
  readonly change: HoldingChange | null
  readonly words: readonly { readonly to: NodeId; readonly word: LeaseWord }[]
}

const NOTHING: LeaseStep = { change: null, words: [] }

export const isOwner = (holding: Holding | undefined): boolean =>
  holding?.phase === 'owner' || holding?.phase === 'offering'

/**
 * Begins a move. `digest` names the copy: bundle, mailbox, memory, transcript. Only the owner can, and one move at a time; the
 * same once more says the offer again.
 */
export function beginMove(
  holdings: Holdings,
  agent: string,
  move: { to: NodeId; digest: string },
): LeaseStep {
  const holding = holdings.get(agent)
  if (holding?.phase === 'offering' && holding.to === move.to && holding.digest === move.digest)
    return { change: null, words: wordsFor(agent, holding) }
  if (holding?.phase !== 'owner') return NOTHING
  const offering: Holding = { ...holding, phase: 'offering', ...move }
  return { change: { agent, holding: offering }, words: wordsFor(agent, offering) }
}

/** Calls a move off, which is possible until the agent is let go. */
export function cancelMove(holdings: Holdings, agent: string): LeaseStep {
  const holding = holdings.get(agent)
  if (holding?.phase !== 'offering') return NOTHING
  // The number of the move is used up: a late "ready" for it must not release a later one.
  const owner: Holding = { phase: 'owner', token: holding.token + 1 }
  return {
    change: { agent, holding: owner },
    words: [{ to: holding.to, word: { say: 'cancel', agent, token: holding.token + 1 } }],
  }
}

/**
 * The machine that was to get the agent was thrown out. Before it was let go it simply stays. After that the other machine may
 * have had it and passed it on, so it comes back only where `nobodyElse` in the room can have it; see node-lease.ts.
 */
export function reclaim(
  holdings: Holdings,
  agent: string,
  from: { revoked: (node: NodeId) => boolean; nobodyElse: () => boolean },
): LeaseStep {
  const holding = holdings.get(agent)
  if ((holding?.phase !== 'released' && holding?.phase !== 'offering') || !from.revoked(holding.to))
    return NOTHING
  if (holding.phase === 'released' && !from.nobodyElse()) return NOTHING
  return { change: { agent, holding: { phase: 'owner', token: holding.token + 2 } }, words: [] }
}

/**
 * What is left of holdings in a database that was restored: the machine may have let go since of what it had, and of a copy that
 * it was to have it may have been the owner.
 */
export const doubtsOf = (holdings: Holdings): HoldingChange[] =>
  [...holdings].flatMap(([agent, holding]): HoldingChange[] => {
    if (holding.phase === 'ready') return [{ agent, holding: null }]
    const isSure = holding.phase === 'gone' || holding.phase === 'doubted'
    return isSure ? [] : [doubtOf(agent, holding)]
  })

export const doubtOf = (agent: string, { token }: Holding): HoldingChange => ({
  agent,
  holding: { phase: 'doubted', token },
})

/** What the room knows of an agent that is in doubt. */
export interface Testimony {
  /** Machines that say it is theirs; `isShown` where one has shown what it knows by now, which is no more than this. */
  readonly claims: readonly { readonly by: NodeId; readonly token: number; readonly isShown: boolean }[]
  /** The highest token under which this machine has ever said so, and any machine. */
  readonly own: number
  readonly ever: number
  /** Whether every other machine has shown what it knows, and it is no more than this. */
  readonly isAll: () => boolean
}

/** Ends a doubt: who still says it under a higher token has the agent; where nobody else says anything and all were heard, it is still here. */
export function settleDoubt(
  holdings: Holdings,
  agent: string,
  { claims, own, ever, isAll }: Testimony,
): LeaseStep {
  const holding = holdings.get(agent)
  if (holding?.phase !== 'doubted') return NOTHING
  const known = Math.max(holding.token, own)
  const [highest] = claims.toSorted((a, b) => b.token - a.token)
  if (highest?.isShown === true && highest.token > known)
    return { change: { agent, holding: { phase: 'gone', token: highest.token, to: highest.by } }, words: [] }
  // A lower one is of somebody who has let go before and has not heard yet that it came here; an equal one is for people.
  if ((highest?.token ?? 0) >= known || !isAll()) return NOTHING
  // The number of a move that may have been under way is used up; and whoever is restored after this is to see a higher one.
  const token = Math.max(known, ever) + 2
  return { change: { agent, holding: { phase: 'owner', token } }, words: [] }
}

/** What a machine says again until it is answered; after a crash, and whenever the link comes up. */
export function wordsFor(agent: string, holding: Holding): LeaseStep['words'] {
  const token = holding.token + 1
  switch (holding.phase) {
    case 'offering':
      return [{ to: holding.to, word: { say: 'offer', agent, token, digest: holding.digest } }]
    case 'released':
      return [{ to: holding.to, word: { say: 'yours', agent, token, digest: holding.digest } }]
    case 'ready':
      return [
        { to: holding.from, word: { say: 'ready', agent, token: holding.token, digest: holding.digest } },
      ]
    case 'owner':
    case 'gone':
    case 'doubted':
      return []
    default:
      return never(holding)
  }
}

/** Answers a word of another machine. `verified` says whether a complete copy of that digest is here and was checked. */
export function takeWord(
  holdings: Holdings,
  heard: { from: NodeId; word: LeaseWord },
  verified: (agent: string, digest: string) => boolean,
): LeaseStep {
  const holding = holdings.get(heard.word.agent)
  const { from, word } = heard
  // Every word is said again until it is answered: whoever does not know yet whose the agent is says nothing.
  if (holding?.phase === 'doubted') return NOTHING
  switch (word.say) {
    case 'offer':
      return onOffer(holding, { from, word }, verified)
    case 'ready':
      return onReady(holding, { from, word })
    case 'yours':
      return onYours(holding, { from, word })
    case 'mine':
      return onMine(holding, { from, word })
    case 'cancel':
      return onCancel(holding, { from, word })
    default:
      return never(word)
  }
}

type Heard<S extends LeaseWord['say']> = { from: NodeId; word: Extract<LeaseWord, { say: S }> }

function onOffer(
  holding: Holding | undefined,
  { from, word }: Heard<'offer'>,
  verified: (agent: string, digest: string) => boolean,
): LeaseStep {
  const { agent, token, digest } = word
  // Older than what we know: a word that lingered on the way.
  if (holding && (holding.token >= token || isOwner(holding) || holding.phase === 'released')) return NOTHING
  if (!verified(agent, digest)) return NOTHING
  const ready: Holding = { phase: 'ready', token, from, digest }
  return { change: { agent, holding: ready }, words: wordsFor(agent, ready) }
}

function onReady(holding: Holding | undefined, { from, word }: Heard<'ready'>): LeaseStep {
  const { agent, token, digest } = word
  if (holding?.phase === 'released' && holding.to === from && holding.token + 1 === token)
    return { change: null, words: wordsFor(agent, holding) }
  if (holding?.phase !== 'offering' || holding.to !== from) {
    // A move that was called off: the other machine may drop its copy.
    const isOver = holding !== undefined && holding.token >= token
    return isOver ? { change: null, words: [{ to: from, word: { say: 'cancel', agent, token } }] } : NOTHING
  }
  if (holding.token + 1 !== token || holding.digest !== digest) return NOTHING
  const released: Holding = { ...holding, phase: 'released' }
  return { change: { agent, holding: released }, words: wordsFor(agent, released) }
}

function onYours(holding: Holding | undefined, { from, word }: Heard<'yours'>): LeaseStep {
  const { agent, token, digest } = word
  const mine = { to: from, word: { say: 'mine', agent, token } as const }
  if (holding && holding.phase !== 'ready' && holding.token >= token) return { change: null, words: [mine] }
  // Its copy went with what a restore took away: it is not taken under this number, and whoever has let it go may have it back.
  if (!holding || (holding.phase === 'gone' && holding.token < token))
    return { change: null, words: [{ to: from, word: { say: 'cancel', agent, token } }] }
  if (
    holding.phase !== 'ready' ||
    holding.token !== token ||
    holding.from !== from ||
    holding.digest !== digest
  )
    return NOTHING
  return { change: { agent, holding: { phase: 'owner', token } }, words: [mine] }
}

function onMine(holding: Holding | undefined, { from, word }: Heard<'mine'>): LeaseStep {
  if (holding?.phase !== 'released' || holding.to !== from || holding.token + 1 !== word.token) return NOTHING
  return { change: { agent: word.agent, holding: { phase: 'gone', token: word.token, to: from } }, words: [] }
}

function onCancel(holding: Holding | undefined, { from, word }: Heard<'cancel'>): LeaseStep {
  if (holding?.phase !== 'ready' || holding.from !== from || holding.token !== word.token) return NOTHING
  return { change: { agent: word.agent, holding: null }, words: [] }
}

export function applyHolding(holdings: Holdings, { agent, holding }: HoldingChange): void {
  if (holding === null) holdings.delete(agent)
  else holdings.set(agent, holding)
}
