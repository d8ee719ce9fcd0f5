// Starts an agent's program: refused before anything changes, or started and recorded, or stopped again.
import { Fault, fault, type Agent, type AgentId, type Clock } from '@tutti/core'
import type { By } from '../db/store.ts'
import type { TerminalHost } from '../terminals/host.ts'
import type { Ending } from './ending.ts'
import { firstReport, prepareLaunch, type Launch, type LaunchDeps } from './launch.ts'
import type { Reporting } from './reporting.ts'
import type { Roster } from './roster.ts'
import { setAdopted } from './store.ts'

export interface Size {
  cols: number
  rows: number
}
export const DEFAULT_SIZE: Size = { cols: 120, rows: 36 }

interface Deps extends LaunchDeps {
  roster: Roster
  host: TerminalHost
  clock: Clock
  reporting: Reporting
  ending: Ending
}

export type Start = (id: AgentId, size: Size, by: By) => Promise<Agent>

export function createStart(deps: Deps): Start {
  const { roster, host, clock, reporting, ending } = deps

  const startProgram = async (agent: Agent, launch: Launch, size: Size): Promise<void> => {
    try {
      await host.start({ ...launch.session, ...size })
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error)
      await ending.settle(agent.id, ending.status('failed', `It could not start: ${problem}`))
      if (error instanceof Fault && error.code === 'tmux.missing') throw error
      throw fault('agent.start-failed', { name: agent.name, problem }, error)
    }
  }

  const begun = async (agent: Agent, launch: Launch, by: By): Promise<Agent> => {
    const { state, why } = firstReport(launch.source)
    const session = { startedAt: clock.now(), adopted: false, title: '' }
    try {
      const running = await roster.edit(agent.id, by, (now) => ({
        agent: { ...now, status: ending.status(state, why), session },
      }))
      reporting.begin(running, launch.source)
      return running
    } catch (error) {
      // Nothing was acknowledged, so nothing may run.
      await ending.quit(agent.id)
      await ending.settle(agent.id, agent.status)
      throw error
    }
  }

  return async (id, size, by) => {
    roster.refuseHeld(id)
    const agent = startable(roster.get(id))
    const launch = await prepareLaunch(deps, agent)
    // One act is one audit row: this step on the way is told to the event log only.
    await roster.edit(id, { ...by, audited: false }, (now) => ({
      agent: {
        ...now,
        kit: launch.kit,
        status: ending.status('starting', 'The program is being started'),
      },
      statements: [setAdopted(id, null), ...launch.statements],
    }))
    await startProgram(agent, launch, size)
    return begun(agent, launch, by)
  }
}

function startable(agent: Agent): Agent {
  if (agent.deletedAt !== null) throw fault('agent.deleted', { name: agent.name })
  if (agent.session?.adopted) throw fault('agent.adopted', { name: agent.name, what: 'wake' })
  if (agent.session) throw fault('agent.running', { name: agent.name })
  return agent
}
