// How often: calls of each actor, failures of each address and account, and failures altogether. Loopback is not exempt.
import { fault, type Clock, type Fault } from '@tutti/core'
import { fullBucket, refilled, secondsUntilOne, type Bucket, type Rate } from './bucket.ts'

export interface LimitRates {
  /** Calls of one actor; generous, as ten thousand viewers may come back at once after a restart. */
  calls: Rate
  /** Calls of one address without a login. */
  publicCalls: Rate
  /** Wrong tokens and tickets of one address. */
  wrongTokens: Rate
  /** Wrong passwords and codes for one account. */
  guesses: Rate
  /** Wrong passwords and codes of one address, over all accounts. */
  guessesOfAddress: Rate
  /** All failures of all addresses. */
  failures: Rate
}

export const RATES: LimitRates = {
  calls: { burst: 12_000, perSecond: 1000 },
  publicCalls: { burst: 3000, perSecond: 300 },
  wrongTokens: { burst: 10, perSecond: 1 / 6 },
  guesses: { burst: 10, perSecond: 1 / 30 },
  guessesOfAddress: { burst: 30, perSecond: 1 / 10 },
  failures: { burst: 300, perSecond: 2 },
}

export interface Attempt {
  /** Gives the attempt back: it was right. */
  succeeded(): void
}

export interface Limits {
  /** Throws rate.limited when the caller asks too often. */
  call(actor: string, isPublic: boolean): void
  /** Counts a wrong token; the answer is the fault to throw. */
  wrongToken(address: string, otherwise: Fault): Fault
  /** Reserves a guess before it is judged, so that many at once count; throws auth.too-many-failures. */
  attempt(account: string, address: string): Attempt
}

// Beyond this many keys the full buckets are forgotten: they know nothing.
const MAX_KEYS = 10_000

export function createLimits(clock: Clock, rates: LimitRates = RATES): Limits {
  const buckets = new Map<string, { rate: Rate; bucket: Bucket }>()

  const open = (key: string, rate: Rate): Bucket => {
    const known = buckets.get(key)?.bucket ?? fullBucket(rate, clock.now())
    return refilled(known, rate, clock.now())
  }
  const put = (key: string, rate: Rate, bucket: Bucket) => {
    if (buckets.size >= MAX_KEYS && !buckets.has(key)) forgetFull(buckets, clock.now())
    buckets.set(key, { rate, bucket })
  }
  /** Seconds to wait, or 0 when all had one and gave it. */
  const take = (keys: readonly (readonly [string, Rate])[]): number => {
    const opened = keys.map(([key, rate]) => ({ key, rate, bucket: open(key, rate) }))
    const wait = Math.max(...opened.map(({ bucket, rate }) => secondsUntilOne(bucket, rate)))
    if (wait > 0) return wait
    for (const { key, rate, bucket } of opened) put(key, rate, { ...bucket, tokens: bucket.tokens - 1 })
    return 0
  }
  const giveBack = (keys: readonly (readonly [string, Rate])[]) => {
    for (const [key, rate] of keys) {
      const bucket = open(key, rate)
      put(key, rate, { ...bucket, tokens: Math.min(rate.burst, bucket.tokens + 1) })
    }
  }

  return {
    call(actor, isPublic) {
      const rate = isPublic ? rates.publicCalls : rates.calls
      const seconds = take([[`call ${actor}`, rate]])
      if (seconds > 0) throw fault('rate.limited', { limit: `${rate.perSecond} a second`, seconds })
    },
    wrongToken(address, otherwise) {
      const seconds = take([
        [`token ${network(address)}`, rates.wrongTokens],
        ['failures', rates.failures],
      ])
      return seconds > 0 ? fault('auth.too-many-failures', { seconds }) : otherwise
    },
    attempt(account, address) {
      const keys = [
        [`guess ${account}`, rates.guesses],
        [`guesses ${network(address)}`, rates.guessesOfAddress],
        ['failures', rates.failures],
      ] as const
      const seconds = take(keys)
      if (seconds > 0) throw fault('auth.too-many-failures', { seconds })
      return { succeeded: () => giveBack(keys) }
    },
  }
}

function forgetFull(buckets: Map<string, { rate: Rate; bucket: Bucket }>, nowMs: number): void {
  for (const [key, { rate, bucket }] of buckets) {
    if (refilled(bucket, rate, nowMs).tokens >= rate.burst) buckets.delete(key)
  }
  // Still too many means an attack from many addresses: the oldest go, the limit over all addresses stays.
  for (const key of buckets.keys()) {
    if (buckets.size < MAX_KEYS) break
    if (key !== 'failures') buckets.delete(key)
  }
}

/** One subscriber owns a whole /64 of IPv6. */
function network(address: string): string {
  if (!address.includes(':')) return address
  const [head = '', tail] = address.split('::')
  const groups = head === '' ? [] : head.split(':')
  // `::` stands for as many zeros as are missing.
  const missing = tail === undefined ? 0 : 8 - groups.length - (tail === '' ? 0 : tail.split(':').length)
  const all = [...groups, ...Array<string>(Math.max(0, missing)).fill('0'), ...(tail ?? '').split(':')]
  return all.slice(0, 4).join(':')
}
