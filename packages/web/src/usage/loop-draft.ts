// The limits of the loop breaker as they are typed, and what is wrong with them.
import '../words/late/usage.ts'
import type { OutputOf } from '@tutti/core'
import { t } from '../words/words.ts'
import { microsOf } from './money.ts'

export type Loops = OutputOf<'getSettings'>['loops']
export type Limits = Loops['all']

/** Numbers are text while they are typed; an empty one is not looked at. */
export interface LoopDraft {
  sameCalls: string
  turns: string
  dollars: string
  minutes: string
}

const MINUTE_MS = 60_000
const typed = (value: number | null): string => (value === null ? '' : String(value))

export const loopDraft = (limits: Limits): LoopDraft => ({
  sameCalls: typed(limits.sameCalls),
  turns: typed(limits.turnsWithoutChange),
  dollars: typed(limits.windowMicros === null ? null : limits.windowMicros / 1_000_000),
  minutes: String(limits.windowMs / MINUTE_MS),
})

/** What to say of the first field that is wrong; null where all is well. */
export function loopProblem({ sameCalls, turns, dollars, minutes }: LoopDraft): string | null {
  for (const text of [sameCalls, turns]) {
    if (text.trim() !== '' && !isWithin(text, 2, 1000)) return t('loop.count-bad', { got: text })
  }
  if (dollars.trim() !== '' && microsOf(dollars) === null) return t('budget.amount', { got: dollars })
  return isWithin(minutes, 1, 1440) ? null : t('loop.minutes-bad', { got: minutes })
}

/** Only for a draft without problems. */
export const limitsOf = ({ sameCalls, turns, dollars, minutes }: LoopDraft): Limits => ({
  sameCalls: counted(sameCalls),
  turnsWithoutChange: counted(turns),
  windowMs: Number(minutes) * MINUTE_MS,
  windowMicros: microsOf(dollars),
})

const counted = (text: string): number | null => (text.trim() === '' ? null : Number(text))

const isWithin = (text: string, min: number, max: number): boolean =>
  /^\d{1,4}$/.test(text.trim()) && Number(text) >= min && Number(text) <= max

/** The settings with the limits of one agent, or of all where there is no agent; null takes an agent's own away. */
export function withLimits(loops: Loops, agentId: string | null, limits: Limits | null): Loops {
  if (agentId === null) return limits === null ? loops : { ...loops, all: limits }
  const others = Object.entries(loops.agents).filter(([id]) => id !== agentId)
  return { ...loops, agents: Object.fromEntries(limits === null ? others : [...others, [agentId, limits]]) }
}
