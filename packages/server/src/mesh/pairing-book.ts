// The pairings under way at this machine: each a reducer of core with its carrier, and those who wait for its next phase.
import {
  fault,
  newId,
  type Clock,
  type Id,
  type NodePairing,
  type PairingPhase,
  type RandomBytes,
} from '@tutti/core'
import type { Invitation, Joining, NodeRole, PairingInput, PairingStep, PairingWord } from '@tutti/core/mesh'
import type { NodeId } from '@tutti/protocol'
import { z } from 'zod'
import type { Carrier } from './transport.ts'

export interface Under {
  readonly id: Id<'pairing'>
  readonly side: NodePairing['side']
  readonly code: string | null
  /** As what the other machine is let in, and where it was found. */
  readonly role: NodeRole
  readonly urls: readonly string[]
  state: Invitation | Joining
  step(input: PairingInput): PairingStep<Invitation | Joining>
  carrier: Carrier | null
  why: string | null
  readonly until: number
  readonly waiting: Set<() => void>
}

export interface PairingBookDeps {
  clock: Clock
  random: RandomBytes
  /** Both users have compared, and both machines have said so. */
  trusted(peer: NodeId, how: { role: NodeRole; urls: readonly string[] }): void
}

const ID = z.string().max(200)
const Word = z.union([
  z.object({
    say: z.literal('join'),
    joiner: z.custom<NodeId>((value) => typeof value === 'string' && value.length < 100),
    commitment: ID,
    proof: ID,
  }),
  z.object({ say: z.enum(['welcome', 'open']), nonce: ID }),
  z.object({ say: z.literal('confirmed'), sig: ID }),
  z.object({ say: z.literal('refused') }),
]) satisfies z.ZodType<PairingWord>

/** How long somebody who asks for the next phase is kept waiting. */
const WAIT_MS = 20_000
/** What is over can be looked at for so long. */
const KEPT_MS = 10 * 60_000

export function createPairingBook(deps: PairingBookDeps) {
  const { clock } = deps
  const known = new Map<Id<'pairing'>, Under>()
  const timers: (() => void)[] = []

  const book = {
    open: (): Under | undefined => [...known.values()].find(({ state }) => state.phase === 'open'),

    add(begun: Omit<Under, 'id' | 'carrier' | 'why' | 'waiting'>): Under {
      const id = newId('pairing', clock.now(), deps.random)
      const one: Under = { ...begun, id, carrier: null, why: null, waiting: new Set() }
      known.set(id, one)
      const leftMs = one.until - clock.now()
      timers.push(
        clock.after(leftMs, () => book.end(one, 'Nobody has finished it in time')),
        clock.after(leftMs + KEPT_MS, () => known.delete(id)),
      )
      return one
    },

    get(id: Id<'pairing'>): Under {
      const one = known.get(id)
      if (!one) throw fault('node.pairing-unknown', { id })
      return one
    },

    end(one: Under, why: string): void {
      if (one.state.phase === 'trusted' || one.state.phase === 'over') return
      one.state = { phase: 'over' }
      one.why = why
      one.carrier?.close()
      wake(one)
    },

    take(one: Under, input: PairingInput): void {
      const before = one.state
      const { state, words } = one.step(input)
      one.state = state
      for (const word of words) say(one, word)
      if (state.phase === 'over' && before.phase !== 'over') {
        one.why = input.type === 'alike' ? 'You said that the digits differ' : BROKEN_OFF
        one.carrier?.close()
      }
      if (state.phase === 'trusted' && before.phase !== 'trusted') {
        deps.trusted(state.peer, one)
        // Who has said the last word leaves the closing to the one who has to hear it.
        if (input.type === 'heard') one.carrier?.close()
      }
      if (state !== before) wake(one)
    },

    hear(one: Under, carrier: Carrier): void {
      one.carrier = carrier
      carrier.listen({
        message(bytes) {
          const word = wordOf(bytes)
          if (word === null || word.say === 'refused' || word.say === 'join') book.end(one, BROKEN_OFF)
          else book.take(one, { type: 'heard', word })
        },
        closed: () => book.end(one, 'The other machine has gone'),
      })
    },

    /** Resolves when the phase is another one than `past`, or after a while. */
    past(one: Under, past: PairingPhase | undefined): Promise<NodePairing> {
      if (phaseOf(one) !== past) return Promise.resolve(shown(one))
      return new Promise((resolve) => {
        const answer = () => {
          cancel()
          one.waiting.delete(look)
          resolve(shown(one))
        }
        const look = () => {
          if (phaseOf(one) !== past) answer()
        }
        const cancel = clock.after(WAIT_MS, answer)
        one.waiting.add(look)
      })
    },

    close(): void {
      for (const one of known.values()) book.end(one, 'Tutti is stopping')
      for (const cancel of timers) cancel()
    },
  }
  return book
}

const BROKEN_OFF = 'The other machine broke it off'

const wake = ({ waiting }: Under): void => waiting.forEach((look) => look())

export const say = ({ carrier }: Under, word: PairingWord): void =>
  carrier?.send(Buffer.from(JSON.stringify(word)))

/** Null for what is no word of a pairing: whoever hears that breaks off. */
export function wordOf(bytes: Uint8Array): PairingWord | null {
  try {
    return Word.parse(JSON.parse(Buffer.from(bytes).toString('utf8')))
  } catch {
    return null
  }
}

/** Between the code and the digits nobody has to know how far the two machines are. */
const phaseOf = ({ state }: Under): PairingPhase =>
  state.phase === 'joining' || state.phase === 'taken' ? 'open' : state.phase

export function shown(one: Under): NodePairing {
  const { state } = one
  const compared = state.phase === 'comparing' ? state : null
  const isTrusted = state.phase === 'trusted'
  return {
    id: one.id,
    side: one.side,
    phase: phaseOf(one),
    code: state.phase === 'open' ? one.code : null,
    text: compared?.text ?? null,
    node: peerOf(one),
    mine: compared?.mine ?? isTrusted,
    theirs: compared?.theirs ?? isTrusted,
    until: one.until,
    why: one.why,
  }
}

function peerOf({ state, side }: Under): NodeId | null {
  if (state.phase === 'trusted') return state.peer
  if (state.phase !== 'comparing') return null
  return side === 'inviter' ? state.pairing.joiner : state.pairing.inviter
}
