// What Tutti itself puts into the queue: failures, finished turns, budgets and loops; nobody stands still for these.
import type { Ask, Budget } from '@tutti/core'

const TITLE_LENGTH = 2000

/** Something to look at: nobody stands still for it, and words go on from there. */
export const lookAt = ({ kind, ref, title, at }: Pick<Ask, 'kind' | 'ref' | 'title' | 'at'>): Ask => ({
  ref,
  kind,
  title: title.slice(0, TITLE_LENGTH),
  tool: null,
  input: null,
  reason: '',
  questions: [
    {
      text: title.slice(0, TITLE_LENGTH),
      header: '',
      choices: [{ key: 'seen', label: 'Seen', effect: 'answer', description: '' }],
      multiple: false,
      words: true,
    },
  ],
  at,
  onBehalfOf: null,
})

export const askOfLoop = (why: string, now: number): Ask =>
  lookAt({
    kind: 'failure',
    ref: `loop ${now}`,
    title: `It was paused, as it seems to go round in circles. ${why}.`,
    at: now,
  })

const dollars = (micros: number): string => `$${(micros / 1_000_000).toFixed(2)}`

/** A budget that was reached. `day` is that on which it was. */
export function askOfBudget(
  { id, period, usedMicros, state, agentId }: Budget,
  { now, day }: { now: number; day: string },
): Ask {
  const whose = agentId === null ? 'all agents' : 'this agent'
  const what = state === 'stopped' ? 'It was paused: the limit' : 'A warning: much of the limit'
  const title = `${what} of ${whose} for the ${period} is used (${dollars(usedMicros)})`
  return lookAt({ kind: 'failure', ref: `budget ${id} ${state} ${day}`, title, at: now })
}
