// R1-R6, T1-T5: a message counts once and in time, and is believed no further than it was proved.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Address } from './address.ts'
import { parseAddress } from './address.ts'
import { AMP_ERRORS, AmpError } from './amp-error.ts'
import { LIMITS } from './limits.ts'
import type { Arrival, SeenRecord } from './replay.ts'
import { expiry, judgeArrival } from './replay.ts'
import { TRUST_LEVELS, leastTrust, trustOf } from './trust.ts'

const nowMs = Date.UTC(2026, 0, 30, 10)
const anArrival = (change: Partial<Arrival> = {}): Arrival => ({
  signer: 'SHA256:a',
  id: 'msg_1_a',
  digest: 'd',
  bareSignature: null,
  timestampMs: nowMs,
  expiresAtMs: null,
  queuedAtMs: null,
  direct: false,
  ...change,
})

// A store that forgets as a server may: what is past its time.
function aStore() {
  const records = new Map<string, SeenRecord>()
  const key = (signer: string, id: string) => `${signer} ${id}`
  return {
    find: (signer: string, id: string) => records.get(key(signer, id)) ?? null,
    keep: (kept: readonly SeenRecord[]) => kept.forEach((one) => records.set(key(one.signer, one.id), one)),
    forget: (ms: number) =>
      [...records].filter(([, { untilMs }]) => untilMs <= ms).forEach(([name]) => records.delete(name)),
  }
}
function arrives(store: ReturnType<typeof aStore>, arrival: Arrival, atMs = nowMs): string {
  const judgement = judgeArrival(arrival, store, atMs)
  if (judgement.accept) store.keep(judgement.remember)
  return judgement.accept ? 'accepted' : `${judgement.code} ${judgement.why}`
}

describe('R1 R2 R3 time', () => {
  test.each([
    ['now', {}, 'accepted'],
    ['five minutes old', { timestampMs: nowMs - LIMITS.staleMs }, 'accepted'],
    ['older', { timestampMs: nowMs - LIMITS.staleMs - 1 }, 'timestamp_expired late'],
    ['a minute ahead', { timestampMs: nowMs + LIMITS.futureMs }, 'accepted'],
    ['further ahead', { timestampMs: nowMs + LIMITS.futureMs + 1 }, 'timestamp_future early'],
    ['expired', { expiresAtMs: nowMs }, 'message_expired expired'],
    ['relayed after six days', { timestampMs: nowMs - 6 * 864e5, queuedAtMs: nowMs - 6 * 864e5 }, 'accepted'],
    [
      'relayed after eight',
      { timestampMs: nowMs - 8 * 864e5, queuedAtMs: nowMs - 8 * 864e5 },
      'message_expired expired',
    ],
    [
      'old already when the relay took it',
      { timestampMs: nowMs - 864e5, queuedAtMs: nowMs - 1000 },
      'timestamp_expired late',
    ],
    ['queued in the future', { queuedAtMs: nowMs + 2 * LIMITS.futureMs }, 'timestamp_future early'],
  ])('%s', (_, change, outcome) => {
    expect(arrives(aStore(), anArrival(change))).toBe(outcome)
  })

  test('R2 a message ends by its own word, seven days after it was taken in at the latest', () => {
    expect(expiry({ expiresAtMs: null, queuedAtMs: null }, nowMs)).toBe(nowMs + LIMITS.relayMs)
    expect(expiry({ expiresAtMs: nowMs + 5, queuedAtMs: null }, nowMs)).toBe(nowMs + 5)
    expect(expiry({ expiresAtMs: nowMs + 99 * LIMITS.relayMs, queuedAtMs: nowMs - 1 }, nowMs)).toBe(
      nowMs - 1 + LIMITS.relayMs,
    )
  })
})

describe('R4 R6 C39 the same again', () => {
  test('with the same id is a duplicate, also an hour later', () => {
    const store = aStore()

    expect(arrives(store, anArrival())).toBe('accepted')
    expect(arrives(store, anArrival(), nowMs + 3_600_000)).toBe('duplicate_message repeated')
    expect(arrives(store, anArrival({ digest: 'e' }))).toBe('duplicate_message changed')
    expect(AMP_ERRORS.duplicate_message.status).toBe(409)
  })

  test('with the id of another sender is another message', () => {
    const store = aStore()

    expect(arrives(store, anArrival())).toBe('accepted')
    expect(arrives(store, anArrival({ signer: 'SHA256:b' }))).toBe('accepted')
  })

  test('R6 with a new id and the old signature is refused, unless the sender itself brings it', () => {
    const store = aStore()
    const old = anArrival({ bareSignature: 's' })

    expect(arrives(store, old)).toBe('accepted')
    expect(arrives(store, { ...old, id: 'msg_1_b' })).toBe('unauthorized repeated')
    expect(arrives(store, { ...old, id: 'msg_1_c', direct: true })).toBe('accepted')
    expect(arrives(store, { ...old, id: 'msg_1_d' })).toBe('unauthorized repeated')
    expect(AMP_ERRORS.unauthorized.status).toBe(401)
  })

  test('R4 is never accepted, whenever it comes and whatever the store was allowed to forget', () => {
    const hours = fc.integer({ min: 0, max: 24 * 10 })
    const lifeHours = fc.option(fc.integer({ min: 1, max: 24 * 10 }))
    const queued = fc.boolean()
    fc.assert(
      fc.property(hours, fc.tuple(lifeHours, queued), (after, [life, relayed]) => {
        const store = aStore()
        const expiresAtMs = life === null ? null : nowMs + life * 3_600_000
        const arrival = anArrival({ expiresAtMs, queuedAtMs: relayed ? nowMs : null })
        const laterMs = nowMs + after * 3_600_000
        expect(arrives(store, arrival)).toBe('accepted')
        store.forget(laterMs)
        expect(arrives(store, arrival, laterMs)).not.toBe('accepted')
      }),
    )
  })
})

describe('trust', () => {
  const at = (text: string): Address => parseAddress(text, { tenant: 'acme', provider: 'tutti.local' })
  const question = {
    signature: 'valid',
    from: at('alice'),
    to: at('bob'),
    attested: false,
    unsignedLocalAllowed: false,
    local: true,
  } as const

  test('T1 T2 T3 a valid signature is worth what tenant and attestation say', () => {
    expect(trustOf(question)).toBe('verified')
    expect(trustOf({ ...question, attested: true })).toBe('org-verified')
    expect(trustOf({ ...question, from: at('alice@globex'), attested: true })).toBe('external')
    expect(trustOf({ ...question, from: at('alice@acme.other.io') })).toBe('external')
  })

  test('T4 unsigned and badly signed mail is refused, but for a local sender by explicit setting', () => {
    const missing = { ...question, signature: 'missing' } as const

    expect(() => trustOf({ ...question, signature: 'invalid' })).toThrow(AmpError)
    expect(() => trustOf({ ...question, signature: 'invalid', unsignedLocalAllowed: true })).toThrow(AmpError)
    expect(() => trustOf(missing)).toThrow(AmpError)
    expect(() => trustOf({ ...missing, unsignedLocalAllowed: true, local: false })).toThrow(AmpError)
    expect(trustOf({ ...missing, unsignedLocalAllowed: true })).toBe('untrusted')
  })

  test('T5 what is made of several messages is believed like the least of them', () => {
    const levels = fc.array(fc.constantFrom(...TRUST_LEVELS), { minLength: 1 })
    fc.assert(
      fc.property(levels, (some) => {
        const least = leastTrust(some)
        expect(some.map((one) => TRUST_LEVELS.indexOf(one) <= TRUST_LEVELS.indexOf(least))).not.toContain(
          false,
        )
        expect(some).toContain(least)
      }),
    )
    expect(leastTrust([])).toBe('untrusted')
  })
})
