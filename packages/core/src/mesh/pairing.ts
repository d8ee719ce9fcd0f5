// Two machines that do not know each other yet: from the one-time code to trust, with a person on both sides who compares.
import type { NodeCrypto, NodeId, Pairing, SignNow } from '@tutti/protocol'
import {
  commitmentTo,
  isSignedBy,
  pairingText,
  sameText,
  secretProof,
  shortText,
  signText,
} from '@tutti/protocol'
import { never } from '../must.ts'

export type PairingWord =
  | { readonly say: 'join'; readonly joiner: NodeId; readonly commitment: string; readonly proof: string }
  | { readonly say: 'welcome'; readonly nonce: string }
  | { readonly say: 'open'; readonly nonce: string }
  | { readonly say: 'confirmed'; readonly sig: string }
  | { readonly say: 'refused' }

/** An invitation as its machine keeps it. Each step is on disk before its word goes out, so a crash never opens a used one. */
export type Invitation =
  | { readonly phase: 'open'; readonly secret: Uint8Array; readonly untilMs: number; readonly tries: number }
  | {
      readonly phase: 'taken'
      readonly joiner: NodeId
      readonly commitment: string
      readonly nonce: string
      readonly untilMs: number
    }
  | Comparing
  | { readonly phase: 'trusted'; readonly peer: NodeId }
  | { readonly phase: 'over' }

export type Joining =
  | { readonly phase: 'joining'; readonly inviter: NodeId; readonly nonce: string; readonly untilMs: number }
  | Comparing
  | { readonly phase: 'trusted'; readonly peer: NodeId }
  | { readonly phase: 'over' }

/** Both show `text`; each waits for its own user and for the other side. */
export interface Comparing {
  readonly phase: 'comparing'
  readonly pairing: Pairing
  readonly text: string
  readonly mine: boolean
  readonly theirs: boolean
  readonly untilMs: number
}

export interface PairingDeps {
  readonly self: NodeId
  readonly crypto: NodeCrypto
  readonly sign: SignNow
  /** Base64url of at least 16 random bytes. */
  readonly newNonce: () => string
}

export type PairingInput =
  | { readonly type: 'heard'; readonly word: PairingWord }
  /** What the user of this machine says of the two texts. */
  | { readonly type: 'alike'; readonly yes: boolean }

export interface PairingStep<S> {
  readonly state: S
  readonly words: readonly PairingWord[]
}

export const INVITE_MS = 10 * 60_000
/** Wrong proofs before an invitation is over: with 128 bits of secret nobody honest needs a second one. */
export const INVITE_TRIES = 5

export const newInvitation = (secret: Uint8Array, nowMs: number): Invitation => ({
  phase: 'open',
  secret,
  untilMs: nowMs + INVITE_MS,
  tries: 0,
})

/** The first word of a machine that was given a code. */
export function beginJoining(
  code: { inviter: NodeId; secret: Uint8Array },
  deps: PairingDeps,
  nowMs: number,
): PairingStep<Joining> {
  const nonce = deps.newNonce()
  const { inviter, secret } = code
  const commitment = commitmentTo(deps.self, nonce, deps.crypto)
  const proof = secretProof(secret, { inviter, joiner: deps.self, commitment }, deps.crypto)
  return {
    state: { phase: 'joining', inviter, nonce, untilMs: nowMs + INVITE_MS },
    words: [{ say: 'join', joiner: deps.self, commitment, proof }],
  }
}

/** The inviter's side. Whatever does not fit ends the invitation: there is no second try for somebody in between. */
export function stepInvitation(
  state: Invitation,
  input: PairingInput,
  by: PairingDeps & { nowMs: number },
): PairingStep<Invitation> {
  switch (state.phase) {
    case 'open':
      return onJoin(state, input, by)
    case 'taken':
      return onOpen(state, input, by)
    case 'comparing':
      return compare(state, input, { ...by, peer: state.pairing.joiner })
    case 'trusted':
    case 'over':
      return { state, words: [] }
    default:
      return never(state)
  }
}

/** The joiner's side. */
export function stepJoining(
  state: Joining,
  input: PairingInput,
  by: PairingDeps & { nowMs: number },
): PairingStep<Joining> {
  switch (state.phase) {
    case 'joining':
      return onWelcome(state, input, by)
    case 'comparing':
      return compare(state, input, { ...by, peer: state.pairing.inviter })
    case 'trusted':
    case 'over':
      return { state, words: [] }
    default:
      return never(state)
  }
}

type By = PairingDeps & { nowMs: number }
const OVER = { phase: 'over' } as const
const refused = { state: OVER, words: [{ say: 'refused' }] } as const

function onJoin(
  state: Extract<Invitation, { phase: 'open' }>,
  input: PairingInput,
  by: By,
): PairingStep<Invitation> {
  if (by.nowMs >= state.untilMs) return refused
  if (input.type !== 'heard' || input.word.say !== 'join') return { state, words: [] }
  const { joiner, commitment, proof } = input.word
  const right = secretProof(state.secret, { inviter: by.self, joiner, commitment }, by.crypto)
  if (!sameText(proof, right) || joiner === by.self) {
    const tries = state.tries + 1
    return tries >= INVITE_TRIES ? refused : { state: { ...state, tries }, words: [{ say: 'refused' }] }
  }
  const nonce = by.newNonce()
  // The secret is gone with this step: the code has done its work.
  return {
    state: { phase: 'taken', joiner, commitment, nonce, untilMs: state.untilMs },
    words: [{ say: 'welcome', nonce }],
  }
}

function onOpen(
  state: Extract<Invitation, { phase: 'taken' }>,
  input: PairingInput,
  by: By,
): PairingStep<Invitation> {
  if (input.type !== 'heard') return { state, words: [] }
  const { word } = input
  if (word.say !== 'open' || by.nowMs >= state.untilMs) return refused
  const { joiner, commitment, nonce: inviterNonce, untilMs } = state
  if (!sameText(commitmentTo(joiner, word.nonce, by.crypto), commitment)) return refused
  const pairing = { inviter: by.self, joiner, inviterNonce, joinerNonce: word.nonce }
  return { state: comparing(pairing, untilMs, by), words: [] }
}

function onWelcome(
  state: Extract<Joining, { phase: 'joining' }>,
  input: PairingInput,
  by: By,
): PairingStep<Joining> {
  if (input.type !== 'heard') return { state, words: [] }
  if (input.word.say !== 'welcome' || by.nowMs >= state.untilMs) return { state: OVER, words: [] }
  const { inviter, nonce, untilMs } = state
  const pairing = { inviter, joiner: by.self, inviterNonce: input.word.nonce, joinerNonce: nonce }
  return { state: comparing(pairing, untilMs, by), words: [{ say: 'open', nonce }] }
}

const comparing = (pairing: Pairing, untilMs: number, by: By): Comparing => ({
  phase: 'comparing',
  pairing,
  text: shortText(pairing, by.crypto),
  mine: false,
  theirs: false,
  untilMs,
})

type Trust = Comparing | { readonly phase: 'trusted'; readonly peer: NodeId } | typeof OVER

/** Trust needs both: that the own user has compared, and the other machine's signature that its user has. */
function compare(state: Comparing, input: PairingInput, by: By & { peer: NodeId }): PairingStep<Trust> {
  if (by.nowMs >= state.untilMs) return refused
  if (input.type === 'alike') {
    if (!input.yes) return refused
    const sig = signText(pairingText(state.pairing, by.self), by.sign)
    return { state: settled({ ...state, mine: true }, by.peer), words: [{ say: 'confirmed', sig }] }
  }
  if (input.word.say !== 'confirmed') return refused
  const isRight = isSignedBy(
    pairingText(state.pairing, by.peer),
    { by: by.peer, sig: input.word.sig },
    by.crypto,
  )
  return isRight ? { state: settled({ ...state, theirs: true }, by.peer), words: [] } : refused
}

const settled = (state: Comparing, peer: NodeId): Trust =>
  state.mine && state.theirs ? { phase: 'trusted', peer } : state
