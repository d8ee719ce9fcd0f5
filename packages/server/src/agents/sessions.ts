// The life of an agent's session: wake, hibernate, restart. All work on one agent's session happens in a row.
import { Fault, fault, type Agent, type AgentId, type Clock } from '@tutti/core'
import type { By } from '../db/store.ts'
import { createAdopting } from './adopting.ts'
import { createEnding } from './ending.ts'
import { prepareLaunch, type LaunchDeps } from './launch.ts'
import { createQueue, type InOrder } from '../queue.ts'
import { quietWork } from '../quiet-work.ts'
import { createRecovery, type RecoveryDeps } from './recovery.ts'
import { createReporting } from './reporting.ts'
import { DEFAULT_SIZE, createStart, type Size, type Start } from './starting.ts'
import { createUnderWay } from '../under-way.ts'
import { createUnsaved } from '../unsaved.ts'

export interface SessionsDeps extends LaunchDeps, RecoveryDeps {
  clock: Clock
}

// A program that is stopped gets some seconds to save its work, and its end is written then.
const PATIENCE_MS = 5000

export type Sessions = ReturnType<typeof createSessions>

export function createSessions(deps: SessionsDeps) {
  const { roster, host } = deps
  const underWay = createUnderWay(deps.clock, PATIENCE_MS)
  const queue = createQueue()
  const inOrder: InOrder = (key, work) => underWay.keep(() => queue(key, work))
  const unsaved = createUnsaved(deps)
  const reporting = createReporting({ ...deps, unsaved })
  const ending = createEnding({ ...deps, reporting, unsaved })
  const begin = createStart({ ...deps, reporting, ending })
  const refuseEnding = (): void => {
    if (underWay.isEnding()) throw fault('server.stopping')
  }
  const start: Start = async (...given) => {
    refuseEnding()
    return begin(...given)
  }
  const adopting = createAdopting({ ...deps, reporting })
  const quietly = quietWork(deps.log, 'agent.end-unsaved')
  const unsubscribe = host.onExit((exit) => {
    const agent = roster.known(exit.agentId)
    if (agent)
      quietly(
        inOrder(agent.id, () => ending.ended(agent.id, exit)),
        { id: agent.id },
      )
  })

  const hosted = (id: AgentId, what: string): Agent => {
    const agent = roster.get(id)
    if (agent.deletedAt !== null) throw fault('agent.deleted', { name: agent.name })
    if (agent.session?.adopted) throw fault('agent.adopted', { name: agent.name, what })
    return agent
  }

  return {
    /** Runs other work on the session's place in the row, such as deleting its agent. */
    inOrder,
    ending,
    title: reporting.title,
    recover: createRecovery({ ...deps, reporting, ending, start, inOrder, adopting }),

    /** A session that was found is looked after from now on. */
    adopted: adopting.begin,

    /** Throws agent.running, agent.deleted, agent.adopted, or what keeps the program from starting. */
    wake: (id: AgentId, size: Size, by: By): Promise<Agent> => inOrder(id, () => start(id, size, by)),

    /** Starts an agent that was just made: a start that fails is told by its status, since the agent stays. */
    wakeNew: (id: AgentId, size: Size, by: By): Promise<Agent> =>
      inOrder(id, async () => {
        try {
          return await start(id, size, by)
        } catch (error) {
          if (error instanceof Fault && error.code === 'agent.start-failed') return roster.get(id)
          throw error
        }
      }),

    /** Of an agent that does not run it only puts the status right. */
    hibernate: (id: AgentId, by: By, why = 'Its program was stopped on request'): Promise<Agent> =>
      inOrder(id, async () => {
        hosted(id, 'hibernate')
        await ending.stop(id)
        const status = ending.status('hibernated', why)
        return ending.stopped(id, status, () =>
          roster.edit(id, by, (now) => ({ agent: { ...now, status, session: null } })),
        )
      }),

    /** Starts an agent that does not run, too. */
    restart: (id: AgentId, by: By): Promise<Agent> =>
      inOrder(id, async () => {
        refuseEnding()
        const agent = hosted(id, 'restart')
        // Refused before the old program is gone rather than after.
        await prepareLaunch(deps, agent)
        await ending.stop(id)
        if (agent.session) await ending.settle(id, ending.status('hibernated', 'It is being restarted'))
        return start(id, DEFAULT_SIZE, by)
      }),

    /** No program is started any more; resolves when what was under way is done and written. */
    rest: underWay.end,

    /** Writes what waits, and leaves every session running. */
    async close(): Promise<void> {
      unsubscribe()
      adopting.close()
      await reporting.close()
    },
  }
}
