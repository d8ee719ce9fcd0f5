// Mail between machines: what waits, what came, what died. In order per sender and recipient, in the mailbox exactly once.
import type { JsonValue, NodeId } from '@tutti/protocol'
import { never } from '../must.ts'

/** A message on its way. `from` and `to` are the agents; `body` is for the mailbox only. */
export interface Letter {
  readonly id: string
  readonly from: string
  readonly to: string
  readonly body: JsonValue
  /** ms UTC by the sender's clock; only the sender acts on it. */
  readonly expiresAtMs: number
}

/** All from one sender to one recipient: `<epoch of the sender's database> <from> <to>`. */
export type LaneName = string

interface OutLane {
  /** Number of the next letter; the first is 1. */
  next: number
  /** Not settled yet, by number. An expired one keeps its place as a blank, or the next would never be taken. */
  readonly waiting: Map<number, { letter: Letter; expired: boolean }>
}

interface InLane {
  next: number
  /** Numbers that were taken as blanks, until the sender knows. */
  readonly blanks: Set<number>
}

/** What is on disk. Changed by `applyMail` alone. */
export interface MailState {
  readonly out: Map<NodeId, Map<LaneName, OutLane>>
  readonly in: Map<NodeId, Map<LaneName, InLane>>
}

export type MailChange =
  | { readonly type: 'queued'; readonly node: NodeId; readonly lane: LaneName; readonly letter: Letter }
  | { readonly type: 'expired'; readonly node: NodeId; readonly lane: LaneName; readonly seq: number }
  | { readonly type: 'settled'; readonly node: NodeId; readonly lane: LaneName; readonly upto: number }
  | { readonly type: 'abandoned'; readonly node: NodeId }
  /** With this change the letter goes into the mailbox, in one transaction; none for a blank. */
  | {
      readonly type: 'taken'
      readonly node: NodeId
      readonly lane: LaneName
      readonly seq: number
      readonly letter: Letter | null
    }
  | { readonly type: 'known'; readonly node: NodeId; readonly lane: LaneName; readonly base: number }

/** What the sender is told of a letter. */
export interface Notice {
  readonly id: string
  /**
   * `unconfirmed`: its time is over and its machine has not answered; `dead`: it has not arrived and will not; `late`: it had
   * arrived, though its time is over. `dead` and `delivered` or `late` are final, and never both.
   */
  readonly outcome: 'delivered' | 'unconfirmed' | 'dead' | 'late'
}

export interface Push {
  readonly lane: LaneName
  /** Everything below is settled. */
  readonly base: number
  readonly letters: readonly { readonly seq: number; readonly letter: Letter | null }[]
}

/** What the recipient's machine has on disk. */
export interface Took {
  readonly lane: LaneName
  readonly next: number
  readonly blanks: readonly number[]
}

/** Letters of a lane on their way at once. */
export const MAIL_WINDOW = 64
export const PUSH_MOST = 16

export const emptyMail = (): MailState => ({ out: new Map(), in: new Map() })

export const laneName = (epoch: number, { from, to }: Pick<Letter, 'from' | 'to'>): LaneName =>
  `${epoch} ${from} ${to}`

/** A letter that is to go to the recipient's machine. */
export const queueLetter = (letter: Letter, to: { node: NodeId; epoch: number }): MailChange => ({
  type: 'queued',
  node: to.node,
  lane: laneName(to.epoch, letter),
  letter,
})

/** Letters whose time is over. They stay in doubt until the other machine says whether it had them. */
export function expireLetters(state: MailState, nowMs: number): { changes: MailChange[]; notices: Notice[] } {
  const changes: MailChange[] = []
  const notices: Notice[] = []
  for (const { node, lane, seq, held } of waitingLetters(state)) {
    if (held.expired || held.letter.expiresAtMs > nowMs) continue
    changes.push({ type: 'expired', node, lane, seq })
    notices.push({ id: held.letter.id, outcome: 'unconfirmed' })
  }
  return { changes, notices }
}

type Held = { letter: Letter; expired: boolean }

function* waitingLetters(
  state: MailState,
): Generator<{ node: NodeId; lane: LaneName; seq: number; held: Held }, void, undefined> {
  for (const [node, lanes] of state.out)
    for (const [lane, { waiting }] of lanes)
      for (const [seq, held] of waiting) yield { node, lane, seq, held }
}

/** What to send to a machine beyond `sent`, the numbers that are on their way; which it raises. */
export function pushesFor(state: MailState, node: NodeId, sent: Map<LaneName, number>): Push[] {
  const pushes: Push[] = []
  for (const [lane, { next, waiting }] of openLanes(state, node)) {
    const base = baseOf({ next, waiting })
    const from = Math.max(base, (sent.get(lane) ?? 0) + 1)
    const end = Math.min(next, base + MAIL_WINDOW)
    for (let at = from; at < end; at += PUSH_MOST) {
      const seqs = Array.from({ length: Math.min(PUSH_MOST, end - at) }, (_, i) => at + i)
      pushes.push({ lane, base, letters: seqs.map((seq) => ({ seq, letter: openLetter(waiting.get(seq)) })) })
    }
    sent.set(lane, Math.max(from, end) - 1)
  }
  return pushes
}

/** Of two parties the lane of the oldest life: what was numbered before a restore arrives before what was written after it. */
function openLanes(state: MailState, node: NodeId): Iterable<[LaneName, OutLane]> {
  const first = new Map<string, [LaneName, OutLane]>()
  for (const lane of state.out.get(node) ?? []) {
    const [name, { waiting }] = lane
    if (waiting.size === 0) continue
    const parties = name.slice(name.indexOf(' '))
    const [other] = first.get(parties) ?? []
    if (other === undefined || Number.parseInt(name) < Number.parseInt(other)) first.set(parties, lane)
  }
  return first.values()
}

const openLetter = (held: { letter: Letter; expired: boolean } | undefined): Letter | null =>
  held === undefined || held.expired ? null : held.letter

/**
 * Takes what a machine pushes; the answer may go out when the changes are on disk. `may` says whether that machine may send from
 * this agent to that one (C17); what it may not is taken as a blank and never seen.
 */
export function takePush(
  state: MailState,
  push: Push & { node: NodeId },
  may: (letter: Letter) => boolean,
): { changes: MailChange[]; took: Took } {
  const { node, lane, base } = push
  const known = state.in.get(node)?.get(lane) ?? { next: 1, blanks: new Set<number>() }
  const changes: MailChange[] = []
  const blanks = [...known.blanks].filter((seq) => seq >= base)
  let next = Math.max(known.next, base)
  if (next > known.next || blanks.length < known.blanks.size)
    changes.push({ type: 'known', node, lane, base })
  for (const { seq, letter } of push.letters) {
    if (seq !== next) continue
    const open = letter !== null && isOfLane(letter, lane) && may(letter) ? letter : null
    changes.push({ type: 'taken', node, lane, seq, letter: open })
    if (open === null) blanks.push(seq)
    next++
  }
  return { changes, took: { lane, next, blanks } }
}

const isOfLane = ({ from, to }: Letter, lane: LaneName): boolean => lane.endsWith(` ${from} ${to}`)

/** How many letters would be settled if a machine has all below `next`. */
export function waitingUpto(
  state: MailState,
  { node, lane, next }: { node: NodeId; lane: LaneName; next: number },
): number {
  let count = 0
  for (const seq of state.out.get(node)?.get(lane)?.waiting.keys() ?? []) {
    if (seq >= next) break // numbers only grow
    count++
  }
  return count
}

/** The other machine has so much on disk: settled, once and for all. */
export function takeTook(
  state: MailState,
  { node, lane, next, blanks }: Took & { node: NodeId },
): { changes: MailChange[]; notices: Notice[] } {
  const known = state.out.get(node)?.get(lane)
  const notices: Notice[] = []
  // It cannot have what was never sent.
  const upto = Math.min(next, known?.next ?? 1) - 1
  for (const [seq, { letter, expired }] of known?.waiting ?? []) {
    if (seq > upto) continue
    const outcome = blanks.includes(seq) ? 'dead' : expired ? 'late' : 'delivered'
    notices.push({ id: letter.id, outcome })
  }
  return { changes: notices.length > 0 ? [{ type: 'settled', node, lane, upto }] : [], notices }
}

/** The machine is no longer of the room: what waits for it dies. */
export function abandon(state: MailState, node: NodeId): { changes: MailChange[]; notices: Notice[] } {
  const notices: Notice[] = []
  for (const { waiting } of state.out.get(node)?.values() ?? [])
    for (const { letter } of waiting.values()) notices.push({ id: letter.id, outcome: 'dead' })
  return { changes: notices.length > 0 ? [{ type: 'abandoned', node }] : [], notices }
}

/** Applies a change, also when the state is read from disk again. */
export function applyMail(state: MailState, change: MailChange): void {
  switch (change.type) {
    case 'queued': {
      const lane = outLane(state, change)
      lane.waiting.set(lane.next++, { letter: change.letter, expired: false })
      break
    }
    case 'expired': {
      const held = outLane(state, change).waiting.get(change.seq)
      if (held) held.expired = true
      break
    }
    case 'settled':
      settle(outLane(state, change), change.upto)
      break
    case 'abandoned':
      for (const { waiting } of state.out.get(change.node)?.values() ?? []) waiting.clear()
      break
    case 'taken':
    case 'known':
      applyInward(inLane(state, change), change)
      break
    default:
      never(change)
  }
}

function settle({ waiting }: OutLane, upto: number): void {
  for (const seq of waiting.keys()) if (seq <= upto) waiting.delete(seq)
}

function applyInward(lane: InLane, change: Extract<MailChange, { type: 'taken' | 'known' }>): void {
  if (change.type === 'taken') {
    lane.next = change.seq + 1
    if (change.letter === null) lane.blanks.add(change.seq)
    return
  }
  lane.next = Math.max(lane.next, change.base)
  for (const seq of lane.blanks) if (seq < change.base) lane.blanks.delete(seq)
}

const baseOf = ({ next, waiting }: OutLane): number => {
  // A map keeps the order of insertion, and numbers only grow.
  const [first] = waiting.keys()
  return first ?? next
}

function outLane(state: MailState, { node, lane: name }: { node: NodeId; lane: LaneName }): OutLane {
  return inner(state.out, node, { name, make: () => ({ next: 1, waiting: new Map() }) })
}

function inLane(state: MailState, { node, lane: name }: { node: NodeId; lane: LaneName }): InLane {
  return inner(state.in, node, { name, make: () => ({ next: 1, blanks: new Set() }) })
}

function inner<T>(
  map: Map<NodeId, Map<LaneName, T>>,
  node: NodeId,
  of: { name: LaneName; make: () => T },
): T {
  const lanes = map.get(node) ?? new Map<LaneName, T>()
  map.set(node, lanes)
  const known = lanes.get(of.name) ?? of.make()
  lanes.set(of.name, known)
  return known
}
