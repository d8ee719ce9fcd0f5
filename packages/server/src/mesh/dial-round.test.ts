// How often a machine is dialled, whatever happens: a clock that stands still until it is told, and connections of paper.
import { newLink, stepLink, type LinkInput } from '@tutti/core/mesh'
import type { NodeId } from '@tutti/protocol'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { quietLog } from '../db/test-support.ts'
import { createRounds, type Rounds } from './dial-round.ts'
import { createDialler } from './dialler.ts'
import { createNodeCrypto } from './identity.ts'
import { createOpenings, type Openings } from './openings.ts'
import type { Dialled } from './peer-dialler.ts'
import { newIdentity } from './test-support.ts'
import type { Carrier } from './transport.ts'

const PEERS = [newIdentity().id, newIdentity().id]
const [PEER = newIdentity().id] = PEERS

/** What becomes of a connection, and after how long. */
interface Fate {
  ends: 'refused' | 'silent' | 'open'
  afterMs: number
}

interface Opening {
  to: NodeId
  url: string
  atMs: number
}

/** Whole turns of the promises that wait. */
const settled = async () => {
  for (let n = 0; n < 12; n++) await Promise.resolve()
}

/** A machine that is started, killed and started again; `fate` says what becomes of each connection that it opens. */
function aDialling(fate: (opening: Opening) => Fate) {
  let atMs = 0
  let lives = 0
  let alive: Rounds | null = null
  let openings: Openings | null = null
  const due: { atMs: number; run: () => void }[] = []
  const seen: Opening[] = []
  const after = (ms: number, run: () => void) => {
    const one = { atMs: atMs + ms, run }
    due.push(one)
    return () => void (due.includes(one) && due.splice(due.indexOf(one), 1))
  }
  const open = (to: NodeId, url: string, life: number): Dialled => {
    const opening = { to, url, atMs }
    // One that was killed opens nothing, though its promises are still about here.
    if (life === lives) seen.push(opening)
    const { promise, resolve, reject } = Promise.withResolvers<Carrier>()
    const { ends, afterMs } = fate(opening)
    if (ends === 'refused') after(afterMs, () => reject(new Error('refused')))
    if (ends === 'open') after(afterMs, () => resolve(paper(to)))
    return { carrier: promise, abort: () => reject(new Error('given up')) }
  }
  const start = () => {
    const bornMs = atMs
    lives++
    due.length = 0
    openings = createOpenings({ clock: { after }, nowMs: () => atMs - bornMs })
    const placeOf = (url: string) => Promise.resolve({ url, host: url })
    alive = createRounds({ clock: { after }, openings, placeOf })
  }
  start()
  const run = async (ms: number) => {
    await settled()
    for (const end = atMs + ms; ;) {
      const next = due.toSorted((a, b) => a.atMs - b.atMs)[0]
      if (!next || next.atMs > end) {
        atMs = end
        return
      }
      due.splice(due.indexOf(next), 1)
      atMs = Math.max(atMs, next.atMs)
      next.run()
      await settled()
    }
  }
  return {
    seen,
    run,
    after,
    nowMs: () => atMs,
    /** `kill -9`, and another process at once. */
    restart: start,
    /** The room is left, and another one is joined in the same process. */
    rejoin() {
      if (openings)
        alive = createRounds({
          clock: { after },
          openings,
          placeOf: (url) => Promise.resolve({ url, host: url }),
        })
    },
    reach(to: NodeId, urls: readonly string[]): Promise<Carrier> {
      const life = lives
      return (
        alive?.reach(to, urls, ({ url }) => open(to, url, life)) ?? Promise.reject(new Error('no process'))
      )
    },
  }
}

const paper = (peer: NodeId): Carrier => ({
  peer,
  dialled: true,
  binding: '',
  send: () => undefined,
  close: () => undefined,
  listen: () => undefined,
})

/** The least that lies between two connections to one machine. */
function leastMs(seen: readonly Opening[]): number {
  const gaps = [...Map.groupBy(seen, ({ to }) => to).values()].flatMap((one) =>
    one.slice(1).map(({ atMs }, i) => atMs - (one[i]?.atMs ?? 0)),
  )
  return Math.min(Infinity, ...gaps)
}

const aFate = fc.record({
  ends: fc.constantFrom<Fate['ends'][]>('refused', 'silent', 'open'),
  afterMs: fc.constantFrom(0, 1, 30, 900, 3000),
})
const anAct = fc.oneof(
  { weight: 4, arbitrary: fc.record({ dial: fc.nat(1), urls: fc.nat(9) }) },
  { weight: 3, arbitrary: fc.record({ wait: fc.constantFrom(1, 40, 250, 1000, 6000) }) },
  { weight: 1, arbitrary: fc.constant('restart' as const) },
  { weight: 1, arbitrary: fc.constant('rejoin' as const) },
)

test('whoever dials, as often and at as many addresses as he likes, opens one connection a second to a machine, also across a kill', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anAct, { maxLength: 40 }), fc.infiniteStream(aFate), async (acts, fates) => {
      const it = aDialling(() => fates.next().value)
      for (const act of acts) {
        if (act === 'restart') it.restart()
        else if (act === 'rejoin') it.rejoin()
        else if ('wait' in act) await it.run(act.wait)
        else {
          const urls = Array.from({ length: act.urls }, (_, n) => `wss://host-${n}`)
          it.reach(PEERS[act.dial] ?? PEER, urls).catch(() => undefined) // its fate is not the question
        }
      }
      await it.run(20_000)
      expect(leastMs(it.seen)).toBeGreaterThanOrEqual(1000)
    }),
    { numRuns: 200 },
  )
})

test('a link that looks for its machine dials it once a second at most: links that end at once, news of addresses, a disk that lags', async () => {
  const it = aDialling(({ url }) => ({ ends: url.endsWith('0') ? 'open' : 'refused', afterMs: 5 }))
  const identity = newIdentity()
  const deps = {
    self: identity.id,
    peer: PEER,
    session: 's',
    crypto: createNodeCrypto(),
    sign: identity.sign,
  }
  const link = newLink({ ...deps, newNonce: () => 'n', chance: () => 0 }, 0)
  let [serial, urls] = [0, ['wss://host-0']]
  const dials: boolean[] = []
  const step = (input: LinkInput): void => {
    for (const output of stepLink(link, input, { atMs: it.nowMs(), wallMs: 0 }))
      // What a step says waits for the disk, which takes its time now and then.
      if (output.type === 'dial') it.after((dials.push(true) % 3) * 300, () => dial(PEER, output.direct))
  }
  const carry = () => {
    const carrier = `c${++serial}`
    step({ type: 'opened', carrier, dialled: true, relayed: false, binding: carrier })
    it.after(3, () => step({ type: 'closed', carrier }))
  }
  const dial = createDialler({
    transport: { dial: (to: NodeId, at: readonly string[]) => it.reach(to, at) },
    relay: () => ({ dial: () => Promise.reject(new Error('nobody relays')) }),
    runtime: () => ({ carry }),
    urlsOf: () => urls,
    log: quietLog,
  })
  for (let n = 0; n < 400; n++) {
    if (n % 7 === 0) step({ type: 'nudge' })
    if (n % 50 === 0) urls = [`wss://host-${n}`, `wss://other-${n + 1}`, ...urls].slice(0, 5)
    step({ type: 'time' })
    await it.run(100)
  }

  expect(leastMs(it.seen)).toBeGreaterThanOrEqual(1000)
  expect(it.seen.length).toBeGreaterThan(20)
})

test('all addresses of a machine are tried, and the one where it was met first in each round', async () => {
  const urls = Array.from({ length: 6 }, (_, n) => `wss://host-${n}`)
  let isThere = true
  const it = aDialling(({ url }) => ({ ends: isThere && url.endsWith('4') ? 'open' : 'silent', afterMs: 20 }))
  const met = async () => {
    const round = it.reach(PEER, urls).catch(() => null)
    await it.run(8000)
    return round
  }

  expect([await met(), (await met())?.peer]).toEqual([null, PEER])
  isThere = false
  const from = it.seen.length
  for (let n = 0; n < 6; n++) await met()

  const since = it.seen.slice(from).map(({ url }) => url)
  expect(new Set(since)).toEqual(new Set(urls))
  expect(since.filter((url) => url === 'wss://host-4')).toHaveLength(6)
})
