// Looks after sessions that somebody else started: finds out again and again which program runs there, and who knows it.
import type { Agent, AgentId, Clock } from '@tutti/core'
import type { Log } from '../handler.ts'
import { quietWork } from '../quiet-work.ts'
import { SYSTEM } from './ending.ts'
import type { Reporting } from './reporting.ts'
import type { Roster } from './roster.ts'
import type { Met, StatusSource } from './status-source.ts'

interface Deps {
  roster: Roster
  clock: Clock
  log: Log
  sources: readonly StatusSource[]
  reporting: Reporting
}

export interface Adopting {
  /** Takes up a session that was found; goes on until it has ended. */
  begin(id: AgentId): void
  close(): void
}

// A person may end a program and start another in the same shell. Looking reads the kernel's memory and starts nothing.
const LOOK_MS = 5000

export function createAdopting({ roster, clock, log, sources, reporting }: Deps): Adopting {
  const waiting = new Map<AgentId, () => void>()
  const quietly = quietWork(log, 'agent.not-met')
  let isClosed = false

  const living = (id: AgentId): Agent | null => {
    const agent = roster.find(id)
    return !isClosed && agent?.session?.adopted ? agent : null
  }

  const take = async (id: AgentId, source: StatusSource, met: Met): Promise<void> => {
    const isNews = met.statements.length > 0
    if (!isNews && reporting.reports(id)) return
    if (isNews)
      await roster.edit(id, SYSTEM('meetProgram'), (now) => ({
        agent: { ...now, kit: met.kit },
        statements: met.statements,
      }))
    const agent = living(id)
    if (agent) reporting.begin(agent, source, met.env)
  }

  const look = async (id: AgentId): Promise<void> => {
    const agent = living(id)
    if (!agent) return
    for (const source of sources) {
      const met = await source.meet(agent)
      if (met === null || living(id) === null) continue
      await take(id, source, met)
      return
    }
  }

  const run = (id: AgentId): void => {
    waiting.delete(id)
    if (living(id) === null) return
    quietly(async () => {
      await quietly.over(look(id), { id })
      if (living(id) === null) return
      const again = clock.after(LOOK_MS, () => run(id))
      waiting.set(id, again)
    })
  }

  return {
    begin(id) {
      waiting.get(id)?.()
      run(id)
    },
    close() {
      isClosed = true
      for (const cancel of waiting.values()) cancel()
      waiting.clear()
    },
  }
}
