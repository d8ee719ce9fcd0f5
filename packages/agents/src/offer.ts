// Words handed to a program by its own channel: where the answer was lost on the way, they are looked for before they are given again.
import type { Clock, Entry } from '@tutti/core'

/** The cause of an error by which a program has refused: what was handed over is certainly not taken. */
export const REFUSED = 'refused'

interface Deps {
  clock: Pick<Clock, 'now'>
  /** The conversation so far. */
  entries(): Promise<readonly Entry[]>
}

/**
 * Hands words over by `send`: true once the program has them, false while nobody knows whether it has; the same call later tells.
 * Rejects where it refused.
 */
export type Offer = (words: string, send: () => Promise<unknown>) => Promise<boolean>

// A program that takes words writes them down within a second; on a machine that has no time for it, within many.
const LOST_MS = 20_000
// Clocks of two processes of one machine differ by what rounding makes of them.
const SLACK_MS = 1000

export function createOffer({ clock, entries }: Deps): Offer {
  let open: { words: string; at: number } | null = null

  const isSaid = async ({ words, at }: { words: string; at: number }): Promise<boolean> =>
    (await entries()).some((entry) => entry.at >= at - SLACK_MS && isOf(entry, words))

  return async (words, send) => {
    if (open !== null) {
      const isTaken = await isSaid(open)
      if (!isTaken && clock.now() - open.at < LOST_MS) return false
      open = null
      if (isTaken) return true
    }
    open = { words, at: clock.now() }
    try {
      await send()
    } catch (error) {
      if (!(error instanceof Error) || error.cause !== REFUSED) return false
      open = null
      throw error
    }
    open = null
    return true
  }
}

const isOf = ({ role, parts }: Entry, words: string): boolean =>
  role === 'person' && parts.some((part) => part.type === 'text' && part.text.includes(words))
