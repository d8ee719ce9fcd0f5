// One status out of all that is known of an agent: pure, so that what is shown can be proved and explained.
import type { Ask } from './ask.ts'
import type { Reason } from './attention.ts'
import type { Evidence, EvidenceSource } from './evidence.ts'
import type { State } from './state.ts'
import type { Status } from './status.ts'

/** What was heard, by source, newest last. Make it with `noEvidence` and grow it with the functions below. */
export interface EvidenceLog {
  readonly heard: ReadonlyMap<EvidenceSource, readonly Evidence[]>
  /** Sources that have fallen silent: what they said is history. */
  readonly silent: ReadonlySet<EvidenceSource>
}

export interface Known {
  log: EvidenceLog
  /** The asks that the program has open. */
  asks: readonly Pick<Ask, 'kind' | 'title' | 'at'>[]
  /** When the session began, ms UTC. */
  startedAt: number
}

export interface Fused {
  status: Status
  /** Best first. */
  reasons: Reason[]
}

export const noEvidence: EvidenceLog = { heard: new Map(), silent: new Set() }

// Enough to see when a state began; nobody asks further back.
const KEPT = 8

/** What a source says now, or said at some time: late arrivals take their place in time. */
export function withEvidence({ heard, silent }: EvidenceLog, evidence: Evidence): EvidenceLog {
  const known = heard.get(evidence.source) ?? []
  const grown = [...known, evidence].toSorted(inTime).slice(-KEPT)
  const quiet = new Set(silent)
  quiet.delete(evidence.source)
  return { heard: new Map(heard).set(evidence.source, grown), silent: quiet }
}

/** The source says no more; worse ones speak until it does again. */
export const withSilence = ({ heard, silent }: EvidenceLog, source: EvidenceSource): EvidenceLog => ({
  heard,
  silent: new Set(silent).add(source),
})

// Of two things that a source says of the same millisecond, the later word counts: programs begin and end within one.
const inTime = (a: Evidence, b: Evidence): number => a.at - b.at
const compare = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1)

// Best first. That the process lives says less than anything else; that it has ended is looked at before all.
const RANKED: readonly EvidenceSource[] = ['vendor', 'hook', 'transcript', 'title', 'screen', 'process']
// These tell what happened when it happens, and nothing when nothing does: an interruption, for one, has no hook.
const MOMENTARY: ReadonlySet<EvidenceSource> = new Set(['hook', 'transcript'])
// So long is such a word fresh, and nothing worse may contradict it.
const FRESH_MS = 3000

// What a worse source may add, because the better one cannot tell the difference.
const REFINES: Partial<Record<State, readonly State[]>> = {
  working: ['rate-limited'],
  idle: ['failed', 'interrupted', 'background'],
}
// The same event reaches two sources at different times.
const SAME_EVENT_MS = 5000

interface Head {
  source: EvidenceSource
  evidence: Evidence
  /** When the state began that it tells of. */
  from: number
}

/** What the agent does, why, and since when. `unknown` where nothing speaks, or the best source says what nobody knows. */
export function fuse({ log, asks, startedAt }: Known): Fused {
  const heads = headsOf(log)
  const ending = heads.find(isEnding)
  if (ending) return told(log, ending)
  const ask = foremost(asks)
  if (ask)
    return {
      status: statusOfAsk(ask),
      reasons: [reasonOfAsk(ask), ...reasons(log, { shown: statusOfAsk(ask).state })],
    }
  const decider = decides(heads)
  if (!decider) return { status: nothing(startedAt), reasons: reasons(log, {}) }
  return told(log, decider, refinement(heads, decider))
}

/** The state that was shown before goes on where it is the same: a better sentence does not begin it anew. */
export const followedBy = (before: Status | null, next: Status): Status =>
  before !== null && before.state === next.state ? { ...next, since: before.since } : next

function told(log: EvidenceLog, decider: Head, refining: Head | null = null): Fused {
  const { evidence, from } = refining ?? decider
  return {
    status: { state: evidence.state, why: evidence.why, since: from },
    reasons: reasons(log, { shown: evidence.state, decider, refining }),
  }
}

function headsOf({ heard, silent }: EvidenceLog): Head[] {
  return RANKED.flatMap((source) => {
    const head = silent.has(source) ? null : headOf(source, heard.get(source) ?? [])
    return head ? [head] : []
  })
}

function headOf(source: EvidenceSource, heard: readonly Evidence[]): Head | null {
  const evidence = heard.at(-1)
  if (!evidence) return null
  const other = heard.findLastIndex((one) => one.state !== evidence.state)
  return { source, evidence, from: heard[other + 1]?.at ?? evidence.at }
}

const isEnding = ({ source, evidence }: Head): boolean =>
  source === 'process' && (evidence.state === 'exited' || evidence.state === 'failed')

/** The best source that is still to be believed. */
function decides(heads: readonly Head[]): Head | null {
  let [best = null] = heads
  for (const head of heads.slice(1)) {
    if (best && isOutdated(best, head)) best = head
  }
  return best
}

const isOutdated = (better: Head, worse: Head): boolean =>
  MOMENTARY.has(better.source) &&
  worse.source !== 'process' &&
  worse.evidence.state !== 'unknown' &&
  worse.evidence.at > better.evidence.at + FRESH_MS

function refinement(heads: readonly Head[], decider: Head): Head | null {
  const finer = REFINES[decider.evidence.state] ?? []
  const refines = ({ source, evidence }: Head) =>
    source !== decider.source && finer.includes(evidence.state) && evidence.at >= decider.from - SAME_EVENT_MS
  return heads.find(refines) ?? null
}

type OpenAsk = Known['asks'][number]

/** The oldest approval, else the oldest question; what is finished or failed does not keep the agent waiting. */
function foremost(asks: readonly OpenAsk[]): OpenAsk | null {
  const oldest = (kind: Ask['kind']) =>
    asks.filter((ask) => ask.kind === kind).toSorted((a, b) => a.at - b.at || compare(a.title, b.title))[0]
  return oldest('approval') ?? oldest('question') ?? null
}

const TITLE_LENGTH = 300

function statusOfAsk({ kind, title, at }: OpenAsk): Status {
  const short = title.length > TITLE_LENGTH ? `${title.slice(0, TITLE_LENGTH)}…` : title
  return kind === 'approval'
    ? { state: 'waiting-approval', why: `It asks to be allowed: ${short}`, since: at }
    : { state: 'waiting-answer', why: `It asks: ${short}`, since: at }
}

function reasonOfAsk(ask: OpenAsk): Reason {
  const { state, why } = statusOfAsk(ask)
  return { source: 'ask', state, why, at: ask.at, role: 'decides' }
}

const nothing = (startedAt: number): Status => ({
  state: 'unknown',
  why: 'The program runs; nothing reports what it does',
  since: startedAt,
})

/** What was decided, as far as anything was. */
interface Decision {
  shown?: State
  decider?: Head
  refining?: Head | null
}

function reasons({ heard, silent }: EvidenceLog, decision: Decision): Reason[] {
  return RANKED.flatMap((source) => {
    const head = headOf(source, heard.get(source) ?? [])
    if (!head) return []
    const { state, why, at } = head.evidence
    return [{ source, state, why, at, role: roleOf({ source, state, silent, decision }) }]
  })
}

interface Placed {
  source: EvidenceSource
  state: State
  silent: ReadonlySet<EvidenceSource>
  decision: Decision
}

function roleOf({ source, state, silent, decision }: Placed): Reason['role'] {
  if (silent.has(source)) return 'silent'
  if (source === decision.refining?.source) return 'refines'
  if (source === decision.decider?.source) return 'decides'
  return state === decision.shown ? 'agrees' : 'overruled'
}
