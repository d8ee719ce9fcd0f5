// An agent that is here again though it had been let go: its machine says so, above all that was said before.
import type { SignedRecord } from '@tutti/protocol'
import { expect, test } from 'vitest'
import { putRecord } from './directory.ts'
import { applyHolding, type Holding } from './lease.ts'
import { membershipOf } from './membership.ts'
import { stepNode } from './mesh-node.ts'
import { emptyMesh } from './mesh-state.ts'
import { playNode } from './simulator/play-crypto.ts'
import { quietNode } from './simulator/quiet-node.ts'

const [self, other] = [playNode(0), playNode(1)]
const NOW = { atMs: 0, wallMs: 1_700_000_000_000 }

const claimOf = (untilMs: number): SignedRecord => ({
  kind: 'agent',
  subject: 'rover',
  by: other.id,
  serial: 1,
  atMs: NOW.wallMs,
  untilMs,
  body: { name: 'rover', token: 7 },
  sig: 'x',
})

/** A machine that let the agent go, and a room in which that record stands. */
function regained(holding: Holding, claim: SignedRecord): Holding | undefined {
  const state = emptyMesh(self.id, {})
  state.roots.add(other.id)
  putRecord(state.directory, claim)
  state.membership = membershipOf(state.directory.values(), state.roots)
  applyHolding(state.holdings, { agent: 'rover', holding })
  const node = quietNode(self, state)
  stepNode(node, { type: 'adopt', agent: 'rover', again: true }, NOW)
  return state.holdings.get('rover')
}

test('an agent that comes back out of an archive is owned again, and can be moved again', () => {
  const withdrawn = claimOf(NOW.wallMs)
  const gone: Holding = { phase: 'gone', token: 3, to: other.id }
  const released: Holding = { phase: 'released', token: 8, to: other.id, digest: 'd' }
  expect(regained(gone, withdrawn)).toEqual({ phase: 'owner', token: 9 })
  expect(regained(released, withdrawn)).toEqual({ phase: 'owner', token: 10 })
})

test('one that another machine has is not', () => {
  const gone: Holding = { phase: 'gone', token: 3, to: other.id }
  expect(regained(gone, claimOf(NOW.wallMs + 1000))).toEqual(gone)
})
