// Since when a machine is away, as a clock tells it.
import type { Neighbour } from '../data/room-store.ts'
import { t } from '../words/words.ts'

const DAY_MS = 24 * 3600 * 1000

/** Today by the time alone; before that with the day. */
export function awayText({ since }: Pick<Neighbour, 'since'>): string {
  if (since === null || since === 0) return t('away.never')
  const isToday = Date.now() - since < DAY_MS
  const when = new Date(since).toLocaleString(
    undefined,
    isToday ? { timeStyle: 'short' } : { dateStyle: 'medium', timeStyle: 'short' },
  )
  return t('away.since', { when })
}
