// Tickets open a stream from a browser, which cannot send a header there: one use, 30 s, for one caller and one path.
import { fault, type Clock, type RandomBytes } from '@tutti/core'
import type { Actor } from '../handler.ts'
import { hashKey, hashOf, newSecret } from './secret.ts'

export const TICKET_LIFE_MS = 30_000
// A page asks for one at a time; more than this waiting is somebody filling our memory.
const MAX_WAITING = 10_000

interface Waiting {
  actor: Actor
  path: string
  expiresAt: number
}

export interface Tickets {
  issue(actor: Actor, path: string): { ticket: string; expiresAt: number }
  /**
   * Uses a ticket up, whatever comes of it. `caller` is who the upgrade itself shows by cookie or token, or null: a
   * ticket of a login works only beside that login's cookie. Throws auth.ticket-invalid or auth.ticket-foreign.
   */
  redeem(ticket: string, path: string, caller: Actor | null): Actor
}

export function createTickets({ clock, random }: { clock: Clock; random: RandomBytes }): Tickets {
  const waiting = new Map<string, Waiting>()
  return {
    issue(actor, path) {
      forgetOld(waiting, clock.now())
      const ticket = newSecret(random)
      const expiresAt = clock.now() + TICKET_LIFE_MS
      waiting.set(hashKey(hashOf(ticket)), { actor, path, expiresAt })
      return { ticket, expiresAt }
    },
    redeem(ticket, path, caller) {
      const key = hashKey(hashOf(ticket))
      const found = waiting.get(key)
      waiting.delete(key)
      if (found === undefined || clock.now() > found.expiresAt) throw fault('auth.ticket-invalid')
      if (found.path !== path || !isHolder(found.actor, caller)) throw fault('auth.ticket-foreign')
      return found.actor
    },
  }
}

/** A token's holder cannot show it in a browser's upgrade; but what is shown must not be somebody else. */
function isHolder(holder: Actor, caller: Actor | null): boolean {
  if (caller === null) return holder.loginId === null
  return caller.id === holder.id && caller.loginId === holder.loginId
}

function forgetOld(waiting: Map<string, Waiting>, nowMs: number): void {
  for (const [key, { expiresAt }] of waiting) {
    if (expiresAt >= nowMs && waiting.size < MAX_WAITING) break // oldest first
    waiting.delete(key)
  }
}
