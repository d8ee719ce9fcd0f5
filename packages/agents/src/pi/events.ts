// What Pi's extension tells, as evidence. Pure.
import type { Evidence, State } from '@tutti/core'
import { clipped, countOf, fieldsOf, parsed, textOf } from '../foreign.ts'

export interface Told {
  evidence: Evidence | null
  session: { id: string; file: string | null } | null
  /** The last words of a turn that ended well. */
  ended: string | null
}

/** A reader of the event file from its first line on; it remembers the last refusal of the model service. */
export function createEventReader(): (line: string) => Told {
  let refusal = 0
  return (line) => {
    const event = fieldsOf(parsed(line))
    const at = countOf(event['at'])
    const id = textOf(event['id'])
    const session = id === '' ? null : { id, file: textOf(event['file']) || null }
    if (event['type'] === 'refusal') {
      refusal = countOf(event['status'])
      return { evidence: null, session, ended: null }
    }
    const verdict = verdictOf(textOf(event['type']), {
      how: textOf(event['how']),
      problem: textOf(event['problem']),
      refusal,
    })
    refusal = 0
    if (!verdict) return { evidence: null, session, ended: null }
    const [state, why] = verdict
    const isWell = event['type'] === 'ended' && state === 'idle'
    const evidence: Evidence = { source: 'hook', state, why: clipped(why, 2000), at }
    return { evidence, session, ended: isWell ? clipped(textOf(event['text']), 20_000) : null }
  }
}

interface Turn {
  how: string
  problem: string
  refusal: number
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
const LIMITS = new Set([429, 503, 529])

function endOf({ how, problem, refusal }: Turn): readonly [State, string] {
  if (how === 'aborted') return ['interrupted', 'Pi says that the turn was aborted.']
  if (how === 'error' && LIMITS.has(refusal))
    return ['rate-limited', `The model service answered ${refusal}: ${problem}`]
  if (how === 'error') return ['failed', `The turn failed: ${problem}`]
  return ['idle', 'Pi says that the turn has ended.']
}
