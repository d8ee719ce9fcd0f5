// Hands queued mail to other providers, again and later until it is taken, refused or out of time.
import type { Clock, Message } from '@tutti/core'
import { LIMITS } from '@tutti/protocol'
import type { By } from '../db/store.ts'
import type { Log } from '../handler.ts'
import { repeat } from '../repeat.ts'
import type { Handing } from './federation.ts'

export interface OutboxDeps {
  clock: Clock
  log: Log
  /** Queued messages whose next try is due. */
  due: (now: number, limit: number) => Message[]
  handOver: (message: Message) => Promise<Handing>
  move: (
    id: string,
    move: { type: 'deliver' } | { type: 'fail'; why: string; last: boolean },
    how: { by: By; nextTryAt?: number },
  ) => Promise<Message>
}

const TURN_MS = 1000
const AT_ONCE = 8
// The draft's 30 s and 2 min, then slower: a laptop that sleeps is back in hours, not in seconds.
const WAITS_MS = [30_000, 120_000, 600_000, 3_600_000]
const BY: By = { actor: 'system', address: '', act: 'mail.hand-over', audited: false }

export interface Outbox {
  turn(): Promise<number>
  run(): () => Promise<void>
}

export function createOutbox({ clock, log, due, handOver, move }: OutboxDeps): Outbox {
  const one = async (message: Message): Promise<void> => {
    const handing = await handOver(message)
    if (handing.done) {
      await move(message.id, { type: 'deliver' }, { by: BY })
      return
    }
    const wait = WAITS_MS[Math.min(message.attempts, WAITS_MS.length - 1)] ?? 0
    const nextTryAt = clock.now() + wait
    const end = Math.min(message.expiresAt ?? Infinity, message.createdAt + LIMITS.relayMs)
    const last = handing.last || nextTryAt >= end
    log.info('mail.not-handed-over', {
      id: message.id,
      why: handing.why,
      attempts: message.attempts + 1,
      last,
    })
    await move(message.id, { type: 'fail', why: handing.why, last }, { by: BY, nextTryAt })
  }
  const turn = async (): Promise<number> => {
    const messages = due(clock.now(), AT_ONCE)
    await Promise.all(messages.map(one))
    return messages.length
  }
  return {
    turn,
    run: () =>
      repeat(
        clock,
        {
          firstMs: TURN_MS,
          everyMs: TURN_MS,
          failed: (error) => log.warn('mail.outbox-failed', { problem: String(error) }),
        },
        turn,
      ),
  }
}
