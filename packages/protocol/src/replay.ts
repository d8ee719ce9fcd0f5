// Whether a message arrives in time and for the first time, as a pure judgement over a persistent memory (rules R1-R6).
import type { AmpCode } from './amp-error.ts'
import { LIMITS } from './limits.ts'

/** One remembered arrival. Its key is (`signer`, `id`); `digest` tells a repetition from a forgery; kept until `untilMs`. */
export interface SeenRecord {
  /** SPKI fingerprint of the key that signed. */
  readonly signer: string
  readonly id: string
  readonly digest: string
  readonly untilMs: number
}

/**
 * The persistent memory. `find` is asked, and `remember` of an accepted arrival stored, in the transaction that stores the
 * message: a crash between the two would forget one of them (R4). A record that is there already gets the later `untilMs`;
 * records may be dropped after it.
 */
export interface SeenStore {
  find(signer: string, id: string): SeenRecord | null
}

export interface Arrival {
  readonly signer: string
  readonly id: string
  /** base64 SHA-256 of what was signed, or anything else that differs where the message differs. */
  readonly digest: string
  /** The AMP signature where nothing else ties it to the id: no seal and no binding (R6); null otherwise. */
  readonly bareSignature: string | null
  readonly timestampMs: number
  readonly expiresAtMs: number | null
  /** When a relay that we trust took it in; null for direct mail (R3). */
  readonly queuedAtMs: number | null
  /** True where the sender itself handed it in, by its own API key (R6). */
  readonly direct: boolean
}

export type Judgement =
  | { readonly accept: true; readonly remember: readonly SeenRecord[]; readonly expiresAtMs: number }
  | {
      readonly accept: false
      readonly code: AmpCode
      readonly why: 'expired' | 'late' | 'early' | 'repeated' | 'changed'
    }

/**
 * Judges one arrival (R1-R6). The memory comes first: a sender that lost our answer and tries again after an hour learns that
 * the message is here, and does not take it for lost.
 */
export function judgeArrival(arrival: Arrival, seen: SeenStore, nowMs: number): Judgement {
  const { signer, id, digest } = arrival
  const before = seen.find(signer, id)
  if (before) return refused('duplicate_message', before.digest === digest ? 'repeated' : 'changed')
  const expiresAtMs = expiry(arrival, nowMs)
  if (expiresAtMs <= nowMs) return refused('message_expired', 'expired')
  const time = judgeTime(arrival, nowMs)
  if (time === 'late') return refused('timestamp_expired', time)
  if (time === 'early') return refused('timestamp_future', time)
  const twinId = arrival.bareSignature === null ? null : `signature:${arrival.bareSignature}`
  if (twinId !== null && !arrival.direct && seen.find(signer, twinId))
    return refused('unauthorized', 'repeated')
  const untilMs = Math.max(nowMs + LIMITS.rememberMs, expiresAtMs)
  const ids = twinId === null ? [id] : [id, twinId]
  return { accept: true, expiresAtMs, remember: ids.map((key) => ({ signer, id: key, digest, untilMs })) }
}

/** When a message ends: its own expiry, at most seven days after it was taken in (R2). ms UTC. */
export const expiry = (arrival: Pick<Arrival, 'expiresAtMs' | 'queuedAtMs'>, nowMs: number): number =>
  Math.min(arrival.expiresAtMs ?? Infinity, (arrival.queuedAtMs ?? nowMs) + LIMITS.relayMs)

// R1: at most five minutes old and one minute ahead; R3: relayed mail is measured at the moment when the relay took it in.
function judgeTime(arrival: Arrival, nowMs: number): 'in_time' | 'late' | 'early' {
  const arrivedMs = arrival.queuedAtMs ?? nowMs
  if (arrivedMs > nowMs + LIMITS.futureMs || arrival.timestampMs > arrivedMs + LIMITS.futureMs) return 'early'
  return arrival.timestampMs < arrivedMs - LIMITS.staleMs ? 'late' : 'in_time'
}

type Refusal = Extract<Judgement, { accept: false }>
const refused = (code: AmpCode, why: Refusal['why']): Refusal => ({ accept: false, code, why })
