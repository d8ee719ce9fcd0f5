// The asks of one session that are open: each is settled once, by our answer, at the keyboard, or by its end.
import { fault, type Answer, type Ask, type Clock } from '@tutti/core'
import type { Signal } from '../kit.ts'

export interface Asks {
  /** Tells of an ask. `give` hands our answer over; it may throw where the answer does not fit. */
  open(ask: Ask, give: (answer: Answer) => void | Promise<void>): void
  answer(ref: string, answer: Answer): Promise<void>
  /** From now on our answer goes another way. */
  reroute(ref: string, give: (answer: Answer) => void | Promise<void>): void
  /** Ends asks: answered ones are consumed, the others are over. */
  settle(which: (ask: OpenAsk) => boolean, why: string): void
  has(ref: string): boolean
  /** The oldest one that nobody has answered. */
  waiting(): Ask | null
  all(): readonly OpenAsk[]
}

export interface OpenAsk {
  ask: Ask
  /** When our answer was handed over; null while there is none. */
  answeredAt: number | null
}

interface Held extends OpenAsk {
  give(answer: Answer): void | Promise<void>
}

export function createAsks(clock: Clock, report: (signal: Signal) => void): Asks {
  const open = new Map<string, Held>()
  return {
    open(ask, give) {
      open.set(ask.ref, { ask, give, answeredAt: null })
      report({ type: 'ask', ask })
    },
    async answer(ref, answer) {
      const held = open.get(ref)
      if (!held) throw fault('attention.stale', { receipt: 'stale', why: 'it was answered elsewhere' })
      if (held.answeredAt !== null)
        throw fault('attention.stale', { receipt: 'answered', why: 'it has an answer' })
      // Before it is given: the program may take it sooner than giving is over.
      held.answeredAt = clock.now()
      try {
        await held.give(answer)
      } catch (error) {
        held.answeredAt = null
        throw error
      }
    },
    reroute(ref, give) {
      const held = open.get(ref)
      if (held) held.give = give
    },
    settle(which, why) {
      const over = [...open.values()].filter(which)
      for (const { ask, answeredAt } of over) {
        open.delete(ask.ref)
        report(
          answeredAt === null
            ? { type: 'ask-over', ref: ask.ref, why }
            : { type: 'ask-consumed', ref: ask.ref },
        )
      }
    },
    has: (ref) => open.has(ref),
    waiting: () => [...open.values()].find(({ answeredAt }) => answeredAt === null)?.ask ?? null,
    all: () => [...open.values()],
  }
}
