// Two sides of a link over carriers that lose, double, reorder and break: what was sent comes once and in order.
import type { Hello, LinkFrame } from '@tutti/protocol'
import { LINK_LIMITS } from '@tutti/protocol'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { attempted, newDialling, nudged } from './dialling.ts'
import { playCrypto, playNode } from './simulator/play-crypto.ts'
import { directCarrier, newLink, stepLink, type Link, type LinkInput, type LinkOutput } from './link.ts'

const nodes = [playNode(0), playNode(1)]

interface Side {
  link: Link
  got: string[]
  ups: boolean[]
}

interface Ways {
  loss?: number
  liar?: number
  versions?: Hello['versions'][]
  /** They reach each other over others only. */
  shut?: boolean
}

/** A world of two sides; `loss` of 0..1 for each frame; frames arrive after up to `lagMs`. */
function world(random: () => number, { loss = 0, liar, versions, shut = false }: Ways = {}) {
  let atMs = 0
  let serial = 0
  let cutUntilMs = 0
  let relayed = shut
  const flights: { dueMs: number; to: number; carrier: string; frame: LinkFrame }[] = []
  const open = new Set<string>()
  const dials: number[][] = [[], []]
  const newSide = (i: number): Side => {
    const own = versions?.[i]
    const deps = {
      self: nodes[i]!.id,
      peer: nodes[1 - i]!.id,
      session: `s${serial++}`,
      crypto: playCrypto,
      sign: nodes[i === liar ? 1 - i : i]!.sign,
      newNonce: () => `n${serial++}`,
      chance: random,
      ...(own ? { versions: own } : {}),
    }
    return { link: newLink(deps, atMs), got: [], ups: [] }
  }
  const sides = [newSide(0), newSide(1)]
  const moment = (i: number) => ({ atMs: atMs + i * 777, wallMs: 1_700_000_000_000 + atMs + i * 3_600_000 })
  function step(i: number, input: LinkInput): void {
    const side = sides[i]!
    for (const output of stepLink(side.link, input, moment(i))) react(i, output)
  }
  function react(i: number, output: LinkOutput): void {
    const side = sides[i]!
    if (output.type === 'dial') return dial(i, output.direct)
    if (output.type === 'close') open.delete(output.carrier)
    if (output.type === 'up') side.ups.push(output.reset)
    if (output.type === 'deliver') {
      side.got.push(`${output.channel}:${new TextDecoder().decode(output.body.subarray(0, 20))}`)
      step(i, { type: 'dealt', channel: output.channel, credit: output.credit })
    }
    if (output.type !== 'frame' || random() < loss) return
    const copies = random() < loss ? 2 : 1
    for (let n = 0; n < copies; n++)
      flights.push({ dueMs: atMs + random() * 80, to: 1 - i, carrier: output.carrier, frame: output.frame })
  }
  function dial(i: number, direct: boolean): void {
    dials[i]!.push(atMs)
    if (atMs < cutUntilMs || (relayed && direct)) return
    const carrier = `c${serial++}`
    open.add(carrier)
    step(i, { type: 'opened', carrier, dialled: true, relayed, binding: carrier })
    step(1 - i, { type: 'opened', carrier, dialled: false, relayed, binding: carrier })
  }
  function run(ms: number): void {
    for (const end = atMs + ms; atMs < end; atMs += 20) {
      const landed = flights.filter(({ dueMs }) => dueMs <= atMs)
      for (const flight of landed) flights.splice(flights.indexOf(flight), 1)
      for (const { to, carrier, frame } of landed)
        if (atMs >= cutUntilMs && open.has(carrier)) step(to, { type: 'frame', carrier, frame })
      if (atMs % 100 === 0) for (const i of [0, 1]) step(i, { type: 'time' })
    }
  }
  const cutAll = (): void => {
    for (const carrier of Array.from(open)) {
      open.delete(carrier)
      for (const i of [0, 1]) step(i, { type: 'closed', carrier })
    }
  }
  return {
    sides,
    dials,
    run,
    cutAll,
    say: (i: number, channel: number, text: string) =>
      step(i, { type: 'send', channel, body: new TextEncoder().encode(text) }),
    silence: (ms: number) => (cutUntilMs = atMs + ms),
    unlock: () => (relayed = false),
    restart: (i: number) => (sides[i] = newSide(i)),
    open,
  }
}

/** Chance that repeats. */
function seeded(seed: number): () => number {
  let state = seed + 1
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31
    return state / 2 ** 31
  }
}

test('what was sent comes once and in order on each channel, through loss, copies, disorder and broken carriers', () => {
  const actions = fc.array(
    fc.oneof(
      fc.record({ say: fc.nat(1), channel: fc.integer({ min: 1, max: 3 }) }),
      fc.constant('cut' as const),
      fc.constant('silence' as const),
    ),
    { maxLength: 30 },
  )
  fc.assert(
    fc.property(actions, fc.nat(1e6), (steps, seed) => {
      const it = world(seeded(seed), { loss: 0.2 })
      const sent: string[][] = [[], []]
      for (const [n, action] of steps.entries()) {
        if (action === 'cut') it.cutAll()
        else if (action === 'silence') it.silence(12_000)
        else {
          sent[action.say]!.push(`${action.channel}:m${n}`)
          it.say(action.say, action.channel, `m${n}`)
        }
        it.run(300)
      }
      it.run(60_000)
      for (const channel of ['1:', '2:', '3:'])
        for (const i of [0, 1]) {
          const of = (list: readonly string[]) => list.filter((text) => text.startsWith(channel))
          expect(of(it.sides[1 - i]!.got)).toEqual(of(sent[i]!))
        }
    }),
    { numRuns: 25 },
  )
}, 120_000)

test('two that dial at once keep one carrier, the same on both sides', () => {
  const it = world(seeded(1))
  it.run(3000)
  expect(it.open.size).toBe(1)
  const [carrier] = it.open
  expect(it.sides.map(({ link }) => link.active)).toEqual([carrier, carrier])
})

test('a link over others goes on looking for a way of its own, and takes it', () => {
  const it = world(seeded(6), { shut: true })
  it.run(8000)
  expect(it.sides.map(({ link }) => directCarrier(link))).toEqual([null, null])
  it.say(0, 1, 'over others')
  it.run(1000)
  it.unlock()
  it.run(4000)
  it.say(0, 1, 'directly')
  it.run(1000)
  expect(it.sides[1]!.got).toEqual(['1:over others', '1:directly'])
  const [carrier] = it.open
  expect([it.open.size, ...it.sides.map(({ link }) => directCarrier(link))]).toEqual([1, carrier, carrier])
  for (const dials of it.dials)
    for (const [n, at] of dials.entries()) expect(at - (dials[n - 1] ?? -1000)).toBeGreaterThanOrEqual(1000)
})

test('an hour between the clocks is measured and hinders nothing', () => {
  const it = world(seeded(2))
  it.run(15_000)
  expect(Math.round((it.sides[0]!.link.skewMs ?? 0) / 60_000)).toBe(60)
  expect(it.sides[0]!.link.latencyMs).toBeLessThan(400)
})

test('a side that lost its memory is told to start over, and the link goes on', () => {
  const it = world(seeded(3))
  it.run(2000)
  for (let n = 0; n < 5; n++) it.say(0, 1, `a${n}`)
  it.run(1000)
  it.restart(1)
  it.run(15_000)
  expect(it.sides[0]!.ups.at(-1)).toBe(true)
  it.say(0, 1, 'again')
  it.say(1, 1, 'and back')
  it.run(2000)
  expect([it.sides[1]!.got, it.sides[0]!.got]).toEqual([['1:again'], ['1:and back']])
})

test('C16 nothing is taken from a side that cannot prove who it is', () => {
  const it = world(seeded(4), { liar: 1 })
  it.run(1000)
  it.say(1, 1, 'forged')
  it.run(20_000)
  expect([it.sides[0]!.got, it.sides[0]!.ups]).toEqual([[], []])
})

test('versions N and N-1 speak; versions that have none in common part', () => {
  const near = world(seeded(5), {
    versions: [
      [1, 2],
      [2, 3],
    ],
  })
  near.run(2000)
  expect(near.sides.map(({ link }) => link.version)).toEqual([2, 2])
  const far = world(seeded(5), {
    versions: [
      [1, 2],
      [3, 4],
    ],
  })
  far.run(5000)
  expect(far.sides.map(({ link }) => link.active)).toEqual([null, null])
})

test('a long message on one channel does not hold up a keystroke on another', () => {
  const it = world(seeded(6))
  it.run(2000)
  it.say(0, 1, 'x'.repeat(1_500_000))
  it.say(0, 2, 'key')
  it.run(60_000)
  expect(it.sides[1]!.got.map((text) => text.slice(0, 5))).toEqual(['2:key', '1:xxx'])
  expect(LINK_LIMITS.creditBytes).toBeLessThan(1_500_000)
})

test('a peer is tried at most once a second, at least every three in the first minutes, and soon after a nudge', () => {
  fc.assert(
    fc.property(fc.nat(1e6), (seed) => {
      const chance = seeded(seed)
      const dialling = newDialling(0)
      const at: number[] = []
      for (let nowMs = 0; nowMs < 15 * 60_000; nowMs += 50)
        if (nowMs >= dialling.nextAtMs) {
          attempted(dialling, nowMs, chance)
          at.push(nowMs)
        }
      const gaps = at.slice(1).map((ms, i) => ms - (at[i] ?? 0))
      expect(Math.min(...gaps)).toBeGreaterThanOrEqual(1000)
      expect(Math.max(...gaps.slice(0, 60))).toBeLessThanOrEqual(3000)
      expect(Math.max(...gaps)).toBeLessThanOrEqual(31_000)
      const last = at.at(-1) ?? 0
      nudged(dialling, last + 100, last)
      expect(dialling.nextAtMs).toBe(last + 1000)
    }),
    { numRuns: 20 },
  )
})
