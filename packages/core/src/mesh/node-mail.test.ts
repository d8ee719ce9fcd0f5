// When what another machine has taken is written down: at once where little happens, for several at a time in a stream.
import { expect, test } from 'vitest'
import { applyMail, queueLetter, type Letter } from './mail-queue.ts'
import { stepNode } from './mesh-node.ts'
import { emptyMesh } from './mesh-state.ts'
import { onTook } from './node-mail.ts'
import { playNode } from './simulator/play-crypto.ts'
import { quietNode } from './simulator/quiet-node.ts'
import type { Turn } from './turn.ts'

const [self, peer] = [playNode(0), playNode(1)]
const LANE = '1 a b'

/** A machine with so many letters on their way to another one, and what it writes down at the words of that one. */
function aSender(letters: number) {
  const state = emptyMesh(self.id, {})
  const letter = (n: number): Letter => ({
    id: `m${n}`,
    from: 'a',
    to: 'b',
    body: n,
    expiresAtMs: Infinity,
  })
  for (let n = 1; n <= letters; n++)
    applyMail(state.mail, queueLetter(letter(n), { node: peer.id, epoch: 1 }))
  const node = quietNode(self, state)
  const ends = ({ outputs }: Turn) =>
    outputs.flatMap((output) =>
      output.type === 'notice' ? `${output.notice.id} ${output.notice.outcome}` : [],
    )
  return {
    took(next: number, atMs: number, blanks: number[] = []): string[] {
      const turn: Turn = { node, now: { atMs, wallMs: 0 }, changes: [], outputs: [] }
      onTook(turn, peer.id, { lane: LANE, next, blanks })
      return ends(turn)
    },
    tick: (atMs: number): string[] => ends(stepNode(node, { type: 'time' }, { atMs, wallMs: 0 })),
  }
}

test('the first letter of a while is settled at once, those that follow closely at the next tick', () => {
  const it = aSender(4)
  expect(it.took(2, 1000)).toEqual(['m1 delivered'])
  expect(it.took(3, 1010)).toEqual([])
  expect(it.took(5, 1020, [3])).toEqual([])
  expect(it.tick(1030)).toEqual(['m2 delivered', 'm3 dead', 'm4 delivered'])
  expect(it.tick(1040)).toEqual([])
})

test('a stream of letters is settled eight at a time, and none of them waits for long', () => {
  const it = aSender(40)
  const counts = Array.from({ length: 40 }, (_, n) => it.took(n + 2, 1000 + n).length)
  expect(counts.filter((count) => count > 0)).toEqual([1, 8, 8, 8, 8])
  expect(it.took(41, 1140)).toHaveLength(7)
})

test('a word that is older than another one takes nothing back', () => {
  const it = aSender(4)
  it.took(2, 1000)
  it.took(5, 1010)
  it.took(3, 1020)
  expect(it.tick(1030)).toEqual(['m2 delivered', 'm3 delivered', 'm4 delivered'])
})
