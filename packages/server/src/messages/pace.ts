// How much an agent may write: two that answer each other without end, or one that writes to everybody, would cost every
// recipient a turn of its model (threat T8).
import { fault, type MailboxId } from '@tutti/core'

/** What an agent may send in a minute, and to how many at once; the figures of AMP. People have no such limit. */
export const AGENT_PACE = { perMinute: 60, recipients: 20 } as const

const MINUTE_MS = 60_000
const KEPT = 1000

/** Counts one sending; throws rate.limited for an agent that has sent too much within a minute. */
export function createPace(now: () => number): (sender: MailboxId) => void {
  const windows = new Map<string, { until: number; count: number }>()
  return (sender) => {
    if (!sender.startsWith('agt_')) return
    const at = now()
    const known = windows.get(sender)
    if (!known || known.until <= at) {
      if (windows.size >= KEPT) windows.clear()
      windows.set(sender, { until: at + MINUTE_MS, count: 1 })
      return
    }
    if (known.count >= AGENT_PACE.perMinute) {
      const seconds = Math.ceil((known.until - at) / 1000)
      throw fault('rate.limited', { limit: `${AGENT_PACE.perMinute} messages a minute`, seconds })
    }
    known.count += 1
  }
}
