// Ways over neighbours: the shortest, three machines at most, within a quota, and no circles.
import type { NodeId, Relay } from '@tutti/protocol'
import { expect, test } from 'vitest'
import { newQuota, nextHop, passOn, RELAY_BURST_BYTES, type Surroundings } from './relay.ts'
import { playNode } from './simulator/play-crypto.ts'

const ids = Array.from({ length: 6 }, (_, i) => playNode(i).id)
const id = (i: number): NodeId => ids[i]!
const set = (...of: number[]) => new Set(of.map(id))
// A line: 0 - 1 - 2 - 3 - 4 - 5, where 1 to 4 offer to pass on.
const around = (self: number): Surroundings => ({
  self: id(self),
  ups: set(...[self - 1, self + 1].filter((i) => i >= 0 && i < 6)),
  sees: new Map(ids.map((each, i) => [each, set(...[i - 1, i + 1].filter((n) => n >= 0 && n < 6))])),
  relays: set(1, 2, 3, 4),
})
const frame = (to: number, hops = 3): Relay => ({
  type: 'relay',
  from: id(0),
  to: id(to),
  hops,
  body: new Uint8Array(1000),
})
const by = (self: number, neighbour: number) => ({
  ...around(self),
  neighbour: id(neighbour),
  quota: newQuota(),
  atMs: 0,
})

test('a way leads over at most three machines, and none over one that does not offer it', () => {
  expect([1, 2, 3, 4, 5].map((to) => nextHop(around(0), id(to), 3))).toEqual([
    id(1),
    id(1),
    id(1),
    id(1),
    null,
  ])
  expect(nextHop({ ...around(0), relays: set(2, 3) }, id(2), 3)).toBeNull()
})

test('bytes are passed on as they are, with one hop less, and end where the hops do', () => {
  const passing = passOn(frame(4), by(1, 0))
  expect(passing).toEqual({ act: 'pass', to: id(2), frame: { ...frame(4), hops: 2 } })
  expect(passOn(frame(1), by(1, 0))).toEqual({ act: 'here' })
  expect(passOn(frame(4, 0), by(1, 0))).toEqual({ act: 'drop', why: 'hops' })
  expect(passOn(frame(4, 1), by(1, 0))).toEqual({ act: 'drop', why: 'no way' })
  expect(passOn({ ...frame(4), hops: 200 }, by(1, 0))).toMatchObject({ frame: { hops: 2 } })
})

test('nothing goes back where it came from, in a circle, or over a machine that has not offered', () => {
  expect(passOn(frame(0), by(2, 1))).toEqual({ act: 'drop', why: 'no way' })
  expect(passOn(frame(4), { ...by(1, 2), self: id(0), relays: set(0) })).toEqual({ act: 'drop', why: 'loop' })
  expect(passOn(frame(4), { ...by(1, 0), relays: set(2) })).toEqual({ act: 'drop', why: 'not offered' })
})

test('a neighbour that floods is held to its quota, and the others are not', () => {
  const quota = newQuota()
  const acts = Array.from(
    { length: RELAY_BURST_BYTES / 1000 + 50 },
    () => passOn(frame(4), { ...by(1, 0), quota }).act,
  )
  expect(acts.filter((act) => act === 'pass')).toHaveLength(Math.floor(RELAY_BURST_BYTES / 1000))
  expect(passOn({ ...frame(0), from: id(4) }, { ...by(1, 2), quota })).toMatchObject({ act: 'pass' })
  expect(passOn(frame(4), { ...by(1, 0), quota, atMs: 1000 })).toMatchObject({ act: 'pass' })
})
