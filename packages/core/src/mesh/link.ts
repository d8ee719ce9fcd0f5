// A link to one machine: who dials, who is who, which carrier counts, and what flows; a state machine without a socket.
import type { Hello, LinkFrame, NodeCrypto, NodeId, Ping, SignNow } from '@tutti/protocol'
import { agreedVersion, isProved, LINK_VERSIONS, proofFor } from '@tutti/protocol'
import { attempted, lost, newDialling, nudged, reached, type Dialling } from './dialling.ts'
import * as flows from './link-flow.ts'
import { never } from '../must.ts'

export interface LinkDeps {
  readonly self: NodeId
  readonly peer: NodeId
  /** New at each start of the process. */
  readonly session: string
  readonly crypto: NodeCrypto
  readonly sign: SignNow
  readonly newNonce: () => string
  readonly chance: () => number
  /** Versions that we speak; LINK_VERSIONS but in tests of other ones. */
  readonly versions?: Hello['versions']
}

/** Times: `atMs` goes only forward, `wallMs` is UTC and may be wrong. */
export interface Moment {
  readonly atMs: number
  readonly wallMs: number
}

export type LinkInput =
  | { type: 'time' }
  /** A carrier is there: dialled by us or by the peer. `binding` as in the protocol's rule H5. */
  | { type: 'opened'; carrier: string; dialled: boolean; relayed: boolean; binding: string }
  | { type: 'closed'; carrier: string }
  | { type: 'frame'; carrier: string; frame: LinkFrame }
  | { type: 'send'; channel: number; body: Uint8Array }
  | { type: 'dealt'; channel: number; credit: number }
  | { type: 'nudge' }

export type LinkOutput =
  /** Try to open a carrier, `direct`: only to the machine itself; nothing has to be answered if that fails. */
  | { type: 'dial'; direct: boolean }
  | { type: 'frame'; carrier: string; frame: LinkFrame }
  | { type: 'close'; carrier: string; why: string }
  /** `reset`: what was sent before may be lost, start over from what the other side says it has. */
  | { type: 'up'; reset: boolean; version: number }
  | { type: 'down'; why: string }
  | ({ type: 'deliver' } & flows.Delivery)
  | { type: 'relayed'; frame: Extract<LinkFrame, { type: 'relay' }> }

interface Carrier {
  readonly id: string
  readonly dialled: boolean
  /** It leads over other machines, so nothing else may be passed on over it. */
  readonly relayed: boolean
  readonly binding: string
  readonly mine: Hello
  readonly sinceMs: number
  theirs: Hello | null
  proved: boolean
  greetedMs: number
  heardMs: number
  spokenMs: number
}

export interface Link {
  readonly deps: LinkDeps
  readonly flow: flows.Flow
  readonly dialling: Dialling
  readonly carriers: Map<string, Carrier>
  active: string | null
  version: number | null
  theirSession: string | null
  lastDialMs: number
  /** Estimates of the newest pong; null before. `skewMs` is how far the other clock is ahead. */
  latencyMs: number | null
  skewMs: number | null
  /** When it was last measured; a link that is never idle is measured all the same. */
  pingedMs: number
}

const GREET_AGAIN_MS = 1000
const GREETING_MS = 8000
const PING_MS = 4000
const MEASURE_MS = 20_000
const SILENCE_MS = 10_000
/** Two carriers at once: one that was silent for so long gives way to the newer one. */
const DOUBTFUL_MS = 3000

export const newLink = (deps: LinkDeps, atMs: number): Link => ({
  deps,
  flow: flows.newFlow(),
  dialling: newDialling(atMs),
  carriers: new Map(),
  active: null,
  version: null,
  theirSession: null,
  lastDialMs: -Infinity,
  latencyMs: null,
  skewMs: null,
  pingedMs: -Infinity,
})

/** The carrier that leads to the machine itself, null while there is none. */
export function directCarrier({ active, carriers }: Link): string | null {
  const carrier = active === null ? undefined : carriers.get(active)
  return carrier === undefined || carrier.relayed ? null : carrier.id
}

/** Bytes that wait to be sent: on a channel, and on all of them. */
export const backlog = ({ flow }: Link, channel: number): { channel: number; all: number } => ({
  channel: flows.waitingOn(flow, channel),
  all: flows.waitingBytes(flow),
})

/** One step: what happened -> what is to be done, in this order. */
export function stepLink(link: Link, input: LinkInput, now: Moment): LinkOutput[] {
  const out: LinkOutput[] = []
  switch (input.type) {
    case 'time':
      onTime(link, now, out)
      break
    case 'opened':
      onOpened(link, input, { now, out })
      break
    case 'closed':
      drop(link, input.carrier, { now, out, why: 'closed' })
      break
    case 'frame':
      onFrame(link, input, { now, out })
      break
    case 'send':
      flows.enqueue(link.flow, input.channel, input.body)
      break
    case 'dealt':
      flows.giveBack(link.flow, input.channel, input.credit)
      break
    case 'nudge':
      nudged(link.dialling, now.atMs, link.lastDialMs)
      break
    default:
      never(input)
  }
  const carrier = link.active === null ? undefined : link.carriers.get(link.active)
  if (carrier) say(carrier, flows.due(link.flow, now.atMs), { now, out })
  return out
}

interface Step {
  readonly now: Moment
  readonly out: LinkOutput[]
}

function onTime(link: Link, now: Moment, out: LinkOutput[]): void {
  const step = { now, out }
  for (const carrier of link.carriers.values()) watch(link, carrier, step)
  if (!isLooking(link) || now.atMs < link.dialling.nextAtMs) return
  attempted(link.dialling, now.atMs, link.deps.chance)
  link.lastDialMs = now.atMs
  out.push({ type: 'dial', direct: link.active !== null })
}

/** Without a carrier it looks for any; while others pass on what it says, it goes on looking for a way of its own. */
const isLooking = ({ carriers, active }: Link): boolean =>
  carriers.size === 0 || (active !== null && [...carriers.values()].every(({ relayed }) => relayed))

function watch(link: Link, carrier: Carrier, step: Step): void {
  const { atMs, wallMs } = step.now
  const isSilent =
    atMs - carrier.heardMs > SILENCE_MS || (!carrier.proved && atMs - carrier.sinceMs > GREETING_MS)
  if (isSilent) return close(link, carrier, { ...step, why: 'silence' })
  if (!carrier.proved) {
    if (atMs - carrier.greetedMs >= GREET_AGAIN_MS) greet(link, carrier, step)
    return
  }
  if (carrier.id === link.active) say(carrier, flows.overdue(link.flow, atMs), step)
  const isIdle = atMs - Math.min(carrier.spokenMs, carrier.heardMs) >= PING_MS
  if (!isIdle && atMs - link.pingedMs < MEASURE_MS) return
  link.pingedMs = atMs
  say(carrier, [{ type: 'ping', atMs, nowMs: wallMs }], step)
}

function onOpened(link: Link, input: Extract<LinkInput, { type: 'opened' }>, step: Step): void {
  const { deps, flow } = link
  const { atMs, wallMs } = step.now
  const seen =
    link.theirSession === null
      ? null
      : { session: link.theirSession, epoch: flow.in.epoch, upto: flow.in.upto }
  const mine: Hello = {
    type: 'hello',
    node: deps.self,
    versions: deps.versions ?? LINK_VERSIONS,
    nonce: deps.newNonce(),
    session: deps.session,
    seen,
    nowMs: wallMs,
  }
  const { carrier: id, dialled, relayed, binding } = input
  const times = { sinceMs: atMs, greetedMs: atMs, heardMs: atMs, spokenMs: atMs }
  const carrier: Carrier = { id, dialled, relayed, binding, mine, ...times, theirs: null, proved: false }
  link.carriers.set(id, carrier)
  greet(link, carrier, step)
}

/** Says hello, and proves itself if it knows to whom. Repeated until the other side has proved itself too. */
function greet(link: Link, carrier: Carrier, step: Step): void {
  carrier.greetedMs = step.now.atMs
  say(carrier, [carrier.mine], step)
  prove(link, carrier, step)
}

function prove(link: Link, carrier: Carrier, step: Step): void {
  const { mine, theirs, binding } = carrier
  if (theirs === null) return
  say(carrier, [proofFor({ signer: mine, other: theirs, binding }, link.deps.sign)], step)
}

function onFrame(link: Link, input: Extract<LinkInput, { type: 'frame' }>, step: Step): void {
  const carrier = link.carriers.get(input.carrier)
  if (!carrier) return
  const { frame } = input
  if (frame.type === 'hello') return onHello(link, carrier, { ...step, hello: frame })
  if (frame.type === 'bye') return drop(link, carrier.id, { ...step, why: frame.why })
  if (frame.type === 'proof') {
    if (!isProof(link, carrier, frame)) return
    carrier.heardMs = step.now.atMs
    if (!carrier.proved) activate(link, carrier, step)
    return
  }
  // H5: before its proof a carrier has no say.
  if (!carrier.proved) return
  carrier.heardMs = step.now.atMs
  onProvedFrame(link, carrier, { ...step, frame })
}

const isProof = (
  link: Link,
  { mine, theirs, binding }: Carrier,
  proof: Extract<LinkFrame, { type: 'proof' }>,
) => theirs !== null && isProved({ signer: theirs, other: mine, binding }, proof, link.deps.crypto)

function onHello(link: Link, carrier: Carrier, step: Step & { hello: Hello }): void {
  const { hello } = step
  const isOther =
    hello.node !== link.deps.peer || (carrier.theirs !== null && carrier.theirs.nonce !== hello.nonce)
  if (isOther) return close(link, carrier, { ...step, why: 'identity' })
  if (agreedVersion(carrier.mine.versions, hello.versions) === null)
    return close(link, carrier, { ...step, why: 'version' })
  carrier.theirs = hello
  prove(link, carrier, step)
}

/** What counts only after the proof. */
type ProvedFrame = Exclude<LinkFrame, { type: 'hello' | 'proof' | 'bye' }>

function onProvedFrame(link: Link, carrier: Carrier, step: Step & { frame: ProvedFrame }): void {
  const { frame, now, out } = step
  switch (frame.type) {
    case 'data':
      // The other side may hold a newer carrier for the active one; its pieces count on any that is proved.
      for (const whole of flows.takeData(link.flow, frame)) out.push({ type: 'deliver', ...whole })
      say(carrier, [flows.ackOf(link.flow)], step)
      break
    case 'ack':
      flows.takeAck(link.flow, frame, now.atMs)
      break
    case 'ping':
      say(carrier, [{ type: 'pong', atMs: frame.atMs, nowMs: now.wallMs }], step)
      break
    case 'pong':
      measure(link, frame, now)
      break
    case 'relay':
      out.push({ type: 'relayed', frame })
      break
    default:
      never(frame)
  }
}

function measure(link: Link, pong: Ping, now: Moment): void {
  link.latencyMs = Math.max(0, now.atMs - pong.atMs)
  link.skewMs = Math.round(pong.nowMs + link.latencyMs / 2 - now.wallMs)
}

/** The carrier is proved. If another one counts already, both sides must choose the same of the two. */
function activate(link: Link, carrier: Carrier, step: Step): void {
  const { theirs } = carrier
  if (theirs === null) return
  carrier.proved = true
  const before = link.active === null ? undefined : link.carriers.get(link.active)
  if (before && !isBetter(link, carrier, { before, now: step.now }))
    return close(link, carrier, { ...step, why: 'second carrier' })
  if (before) closeQuietly(link, before, step)
  link.active = carrier.id
  link.version = agreedVersion(carrier.mine.versions, theirs.versions)
  reached(link.dialling)
  const reset = meet(link, theirs, step.now)
  step.out.push({ type: 'up', reset, version: link.version ?? 0 })
  say(carrier, flows.takeUp(link.flow, step.now.atMs), step)
}

/** A way of its own before one over others; of two alike the one that the lower id has dialled; unless the one before went silent. */
function isBetter(link: Link, carrier: Carrier, { before, now }: { before: Carrier; now: Moment }): boolean {
  if (now.atMs - before.heardMs > DOUBTFUL_MS) return true
  if (carrier.relayed !== before.relayed) return before.relayed
  return carrier.dialled === link.deps.self < link.deps.peer
}

/** Lets both numberings meet; true where ours had to start anew, or the other process is a new one. */
function meet(link: Link, theirs: Hello, now: Moment): boolean {
  const isNew = link.theirSession !== theirs.session
  if (isNew) flows.forgetInward(link.flow)
  link.theirSession = theirs.session
  const seen = theirs.seen?.session === link.deps.session ? theirs.seen : null
  return flows.resume(link.flow, seen, now.atMs) || isNew
}

function close(link: Link, carrier: Carrier, step: Step & { why: string }): void {
  step.out.push({ type: 'frame', carrier: carrier.id, frame: { type: 'bye', why: step.why } })
  step.out.push({ type: 'close', carrier: carrier.id, why: step.why })
  drop(link, carrier.id, step)
}

function closeQuietly(link: Link, carrier: Carrier, step: Step): void {
  step.out.push({ type: 'close', carrier: carrier.id, why: 'second carrier' })
  link.carriers.delete(carrier.id)
}

function drop(link: Link, id: string, step: Step & { why: string }): void {
  link.carriers.delete(id)
  if (link.active !== id) return
  link.active = null
  lost(link.dialling, step.now.atMs, link.deps.chance)
  step.out.push({ type: 'down', why: step.why })
}

function say(carrier: Carrier, frames: readonly LinkFrame[], { now, out }: Step): void {
  for (const frame of frames) out.push({ type: 'frame', carrier: carrier.id, frame })
  if (frames.length > 0) carrier.spokenMs = now.atMs
}
