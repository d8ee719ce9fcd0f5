// The rehearsal agent's own word on what it does: one JSON line per change, in a file that only it writes.
import { STATES, type Evidence } from '@tutti/core'
import { z } from 'zod'
import { parsed } from '../foreign.ts'

const Line = z.object({ at: z.int(), state: z.enum(STATES), detail: z.string().max(2000) })

/** The evidence in a line, and the detail as it stands there; null where it is none. */
export function stateIn(line: string): { evidence: Evidence; detail: string } | null {
  const { success, data } = Line.safeParse(parsed(line))
  // How a session begins and ends is told by its terminal, which does not have to be believed.
  if (!success || data.state === 'starting' || data.state === 'exited' || data.state === 'hibernated')
    return null
  const { at, state, detail } = data
  const why = detail === '' ? `The rehearsal agent says "${state}"` : detail
  return { evidence: { source: 'vendor', state, why, at }, detail }
}
