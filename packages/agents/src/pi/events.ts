// What Pi's extension tells, as evidence. Pure.
import type { Evidence, State } from '@tutti/core'
import { clipped, countOf, fieldsOf, parsed, textOf } from '../foreign.ts'

export interface Told {
  evidence: Evidence | null
  session: { id: string; file: string | null } | null
  /** The last words of a turn that ended well. */
  ended: string | null
}

/** What a line of the event file tells. Never throws. */
export function readEvent(line: string): Told {
  const event = fieldsOf(parsed(line))
  const id = textOf(event['id'])
  const session = id === '' ? null : { id, file: textOf(event['file']) || null }
  const turn = { how: textOf(event['how']), problem: textOf(event['problem']) }
  const verdict = verdictOf(textOf(event['type']), turn)
  if (!verdict) return { evidence: null, session, ended: null }
  const [state, why] = verdict
  const isWell = event['type'] === 'ended' && state === 'idle'
  const evidence: Evidence = { source: 'hook', state, why: clipped(why, 2000), at: countOf(event['at']) }
  return { evidence, session, ended: isWell ? clipped(textOf(event['text']), 20_000) : null }
}

interface Turn {
  how: string
  problem: string
}

function verdictOf(type: string, turn: Turn): readonly [State, string] | null {
  switch (type) {
    case 'session':
      return ['idle', 'Pi has begun a session and waits for a prompt.']
    case 'working':
      return ['working', 'Pi says that a turn has begun.']
    case 'ended':
      return endOf(turn)
    case 'gone':
      return ['unknown', 'Pi has ended its session.']
    default:
      return null
  }
}

// 429 is the service's limit, 503 and 529 its overload: Pi tries again by itself.
const LIMIT = /^(?:429|503|529)\b|rate.?limit|overloaded/i

function endOf({ how, problem }: Turn): readonly [State, string] {
  if (how === 'aborted') return ['interrupted', 'Pi says that the turn was aborted.']
  if (how !== 'error') return ['idle', 'Pi says that the turn has ended.']
  if (LIMIT.test(problem)) return ['rate-limited', `The model service refuses for now: ${problem}`]
  return ['failed', `The turn failed: ${problem}`]
}
