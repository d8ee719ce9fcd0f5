// How sessions end: stopped on request, or by themselves; what is told of it, also when the disk refuses to take it.
import { Fault, fault, type Agent, type AgentId, type Clock, type Status } from '@tutti/core'
import type { By, Store } from '../db/store.ts'
import type { SessionExit, TerminalHost } from '../terminals/host.ts'
import type { Reporting } from './reporting.ts'
import type { Roster } from './roster.ts'
import { adoptedReference } from './store.ts'
import type { Unsaved } from '../unsaved.ts'

interface Deps {
  store: Store
  roster: Roster
  host: TerminalHost
  clock: Clock
  reporting: Reporting
  unsaved: Unsaved
}

export const SYSTEM = (act: string): By => ({ actor: 'system', address: '', act, audited: false })

export type Ending = ReturnType<typeof createEnding>

export function createEnding({ store, roster, host, clock, reporting, unsaved }: Deps) {
  const status = (state: Status['state'], why: string): Status => ({ state, why, since: clock.now() })

  /** Records that no session lives; tried again later when the disk refuses. */
  const settle = (id: AgentId, next: Status): Promise<void> => {
    reporting.end(id)
    return unsaved.save(id, () =>
      roster.edit(id, SYSTEM('endSession'), (now) => ({ agent: { ...now, status: next, session: null } })),
    )
  }

  /** Stops the session if there is one, and forgets its last screen; one that was adopted is only let go of. */
  const quit = async (id: AgentId): Promise<void> => {
    reporting.end(id)
    const isAdopted = adoptedReference(store, id) !== null
    await (isAdopted ? host.release(id) : host.stop(id, { graceMs: GRACE_MS })).catch(unlessGone)
  }

  return {
    status,
    settle,
    quit,

    /** Quits on request; while nothing can be saved, what runs goes on running (store.full). */
    async stop(id: AgentId): Promise<void> {
      if (!store.writable()) throw fault('store.full', { problem: 'no writes are taken' })
      await quit(id)
    },

    /** Saves what a stop was for; when even that fails, at least that nothing runs any more. */
    async stopped(id: AgentId, next: Status, save: () => Promise<Agent>): Promise<Agent> {
      try {
        return await save()
      } catch (error) {
        await settle(id, next)
        throw error
      }
    },

    async ended(id: AgentId, exit: SessionExit): Promise<void> {
      const agent = roster.find(id)
      // It may have been started again while this waited for its turn.
      if (!agent?.session || host.isRunning(id)) return
      await settle(id, statusOfExit(agent, exit, clock.now()))
    },
  }
}

// Long enough for a program to save its work, short enough for somebody who waits.
const GRACE_MS = 3000

function unlessGone(error: unknown): void {
  if (!(error instanceof Fault && error.code === 'agent.not-running')) throw error
}

// The sentence of a failure closes with what the program said last.
const WHY_LENGTH = 2000
const WHY_LINES = 20

function statusOfExit(
  agent: Agent,
  { code, lastLines }: Pick<SessionExit, 'code' | 'lastLines'>,
  now: number,
): Status {
  if (agent.session?.adopted) return { state: 'exited', why: 'The tmux session has ended', since: now }
  if (code === 0) return { state: 'exited', why: 'Its program ended normally', since: now }
  const how = code === null ? 'Its program was killed' : `Its program ended with code ${code}`
  const last = lastLines.join('\n').trim().split('\n').slice(-WHY_LINES).join('\n')
  return { state: 'failed', why: last ? `${how}:\n${last.slice(-WHY_LENGTH)}` : how, since: now }
}
