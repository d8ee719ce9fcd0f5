// Moves between three machines over a wire that loses, repeats and disorders, with crashes: never two owners.
import type { NodeId } from '@tutti/protocol'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  applyHolding,
  beginMove,
  cancelMove,
  isOwner,
  reclaim,
  takeWord,
  wordsFor,
  type Holdings,
  type LeaseStep,
  type LeaseWord,
} from './lease.ts'
import { playNode } from './simulator/play-crypto.ts'

const ids = [0, 1, 2].map((i) => playNode(i).id)
const AGENT = 'agt_1'

const steps = fc.array(
  fc.oneof(
    { weight: 2, arbitrary: fc.record({ type: fc.constant('move' as const), by: fc.nat(2), to: fc.nat(2) }) },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('cancel' as const), by: fc.nat(2) }) },
    { weight: 2, arbitrary: fc.record({ type: fc.constant('repeat' as const), by: fc.nat(2) }) },
    // Not removed from the wire, so it may come again; a crash before the disk has it is a word that never came.
    { weight: 8, arbitrary: fc.record({ type: fc.constant('hear' as const), at: fc.nat(40) }) },
  ),
  { maxLength: 80 },
)

test('one owner at most at every instant, tokens only grow, and exactly one owner after healing', () => {
  fc.assert(
    fc.property(steps, (todo) => {
      const disks: Holdings[] = [new Map([[AGENT, { phase: 'owner', token: 1 }]]), new Map(), new Map()]
      const wire: { from: NodeId; to: NodeId; word: LeaseWord }[] = []
      let highest = 1
      const commit = (i: number, { change, words }: LeaseStep) => {
        if (change) applyHolding(disks[i]!, change)
        for (const { to, word } of words) wire.push({ from: ids[i]!, to, word })
        const owners = disks.flatMap((disk) => [...disk.values()]).filter(isOwner)
        expect(owners.length).toBeLessThanOrEqual(1)
        const token = owners[0]?.token ?? highest
        expect(token).toBeGreaterThanOrEqual(highest)
        highest = token
      }
      const hear = (at: number) => {
        const [item] = wire.slice(at, at + 1)
        const i = ids.indexOf(item?.to ?? ids[0]!)
        if (item)
          commit(
            i,
            takeWord(disks[i]!, item, () => true),
          )
      }
      const repeat = (i: number) => {
        const holding = disks[i]!.get(AGENT)
        if (holding) commit(i, { change: null, words: wordsFor(AGENT, holding) })
      }
      for (const [n, step] of todo.entries()) {
        if (step.type === 'hear') hear(step.at)
        else if (step.type === 'repeat') repeat(step.by)
        else if (step.type === 'cancel') commit(step.by, cancelMove(disks[step.by]!, AGENT))
        else if (step.to !== step.by)
          commit(step.by, beginMove(disks[step.by]!, AGENT, { to: ids[step.to]!, digest: `d${n}` }))
      }
      for (let round = 0; round < 4; round++) {
        for (const i of [0, 1, 2]) repeat(i)
        for (let at = 0; at < wire.length && at < 500; at++) hear(at)
        wire.length = 0
      }
      expect(disks.flatMap((disk) => Array.from(disk.values())).filter(isOwner)).toHaveLength(1)
    }),
    { numRuns: 500 },
  )
})

test('a copy that does not verify is not taken, and the source keeps the agent', () => {
  const source: Holdings = new Map([[AGENT, { phase: 'owner', token: 1 }]])
  const [offer] = beginMove(source, AGENT, { to: ids[1]!, digest: 'd' }).words
  const answer = takeWord(new Map(), { from: ids[0]!, word: offer!.word }, () => false)
  expect(answer).toEqual({ change: null, words: [] })
})

test('an agent on its way to a machine that was thrown out comes back only when nobody else can have it', () => {
  const holdings: Holdings = new Map([[AGENT, { phase: 'released', token: 4, to: ids[1]!, digest: 'd' }]])
  const revoked = (id: NodeId) => id === ids[1]
  expect(reclaim(holdings, AGENT, { revoked: () => false, nobodyElse: () => true }).change).toBeNull()
  expect(reclaim(holdings, AGENT, { revoked, nobodyElse: () => false }).change).toBeNull()
  const back = { agent: AGENT, holding: { phase: 'owner', token: 6 } }
  expect(reclaim(holdings, AGENT, { revoked, nobodyElse: () => true }).change).toEqual(back)
  holdings.set(AGENT, { phase: 'offering', token: 4, to: ids[1]!, digest: 'd' })
  expect(reclaim(holdings, AGENT, { revoked, nobodyElse: () => false }).change).toEqual(back)
})
