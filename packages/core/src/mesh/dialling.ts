// When to try to reach a machine: often enough to be back within three seconds, never more than once a second.

export interface Dialling {
  attempts: number
  /** ms of our clock that only goes forward. */
  nextAtMs: number
  awaySinceMs: number
}

/** At most one attempt a second and peer, whatever happens. */
export const LEAST_MS = 1000
const SOON_MS = 2500
/** After five minutes nobody waits at the screen; a machine that slept is asked for more seldom, unless it is nudged. */
const PATIENT_AFTER_MS = 5 * 60_000
const PATIENT_MS = 30_000

export const newDialling = (nowMs: number): Dialling => ({ attempts: 0, nextAtMs: nowMs, awaySinceMs: nowMs })

/** Notes an attempt and when the next one may be. `chance()` in [0, 1) keeps two sides from trying in step. */
export function attempted(dialling: Dialling, nowMs: number, chance: () => number): void {
  dialling.attempts++
  const isLong = nowMs - dialling.awaySinceMs > PATIENT_AFTER_MS
  const pauseMs = Math.min(
    LEAST_MS * 1.5 ** Math.min(dialling.attempts - 1, 12),
    isLong ? PATIENT_MS : SOON_MS,
  )
  dialling.nextAtMs = nowMs + Math.max(LEAST_MS, pauseMs * (0.75 + chance() * 0.25))
}

/** The link is there. */
export function reached(dialling: Dialling): void {
  dialling.attempts = 0
}

/** The link is gone, from now on. */
export function lost(dialling: Dialling, nowMs: number, chance: () => number): void {
  dialling.awaySinceMs = nowMs
  dialling.nextAtMs = Math.max(dialling.nextAtMs, nowMs + chance() * 500)
}

/** Something speaks for trying now: the network came back, or the machine woke. `lastAtMs` is when it was last tried. */
export function nudged(dialling: Dialling, nowMs: number, lastAtMs: number): void {
  dialling.awaySinceMs = nowMs
  dialling.nextAtMs = Math.min(dialling.nextAtMs, Math.max(nowMs, lastAtMs + LEAST_MS))
}
