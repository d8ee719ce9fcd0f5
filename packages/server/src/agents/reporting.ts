// Keeps status and title of running sessions in step with what their programs report.
import type { Agent, AgentId, Clock } from '@tutti/core'
import type { By } from '../db/store.ts'
import type { Environment } from './environment.ts'
import { environmentOf, sourceOf, type LaunchDeps } from './launch.ts'
import type { Roster } from './roster.ts'
import { UNREPORTED, type Report, type StatusSource } from './status-source.ts'
import { createThinnedWrites } from '../thinned-writes.ts'
import type { Unsaved } from '../unsaved.ts'

// Fast enough to look live; slow enough that a program that flickers costs four events a second and no more.
export const STATUS_INTERVAL_MS = 250
// Some programs animate their title; viewers see that live, the list need not.
const TITLE_INTERVAL_MS = 2000

const REPORTED: By = { actor: 'system', address: '', act: 'reportStatus', audited: false }

interface Deps extends LaunchDeps {
  roster: Roster
  clock: Clock
  unsaved: Unsaved
}

export type Reporting = ReturnType<typeof createReporting>

export function createReporting(deps: Deps) {
  const { roster, clock, unsaved } = deps
  const watching = new Map<AgentId, () => void>()

  const statuses = createThinnedWrites<Report>({
    clock,
    intervalMs: STATUS_INTERVAL_MS,
    write: (id, report) => unsaved.save(id, () => roster.edit(id, REPORTED, reported(report, clock.now()))),
  })
  const titles = createThinnedWrites<string>({
    clock,
    intervalMs: TITLE_INTERVAL_MS,
    write: (id, title) => unsaved.save(`${id}/title`, () => roster.edit(id, REPORTED, retitled(title))),
  })

  const begin = (
    agent: Agent,
    source: StatusSource | null,
    env: Environment = environmentOf(deps, agent),
  ): void => {
    end(agent.id)
    if (source)
      watching.set(
        agent.id,
        source.watch(agent, env, (report) => statuses.put(agent.id, report)),
      )
  }

  const end = (id: AgentId): void => {
    watching.get(id)?.()
    watching.delete(id)
    statuses.drop(id)
    titles.drop(id)
  }

  return {
    begin,
    end,
    /** Whether anybody reports about it. */
    reports: (id: AgentId): boolean => watching.has(id),
    /** What the program calls its window. */
    title(id: AgentId, title: string): void {
      if (roster.find(id)?.session) titles.put(id, title)
    },
    /** Goes on with a session that outlived the daemon. */
    async resume(agent: Agent): Promise<void> {
      const source = agent.session?.adopted ? null : await sourceOf(deps, agent)
      const session = agent.session ?? { startedAt: clock.now(), adopted: false, title: '' }
      await unsaved.save(agent.id, () =>
        roster.edit(agent.id, REPORTED, (now) =>
          now.session && source ? null : reported(UNREPORTED, clock.now())({ ...now, session }),
        ),
      )
      begin(agent, source)
    },
    async close(): Promise<void> {
      for (const stop of watching.values()) stop()
      watching.clear()
      await Promise.all([statuses.flush(), titles.flush()])
    },
  }
}

const reported = (report: Report, now: number) => (agent: Agent) => {
  const same = agent.status.state === report.state && agent.status.why === report.why
  if (!agent.session || same) return null
  // A better sentence about the same state does not begin it anew.
  const since = agent.status.state === report.state ? agent.status.since : (report.since ?? now)
  return { agent: { ...agent, status: { state: report.state, why: report.why, since } } }
}

const retitled = (title: string) => (agent: Agent) =>
  agent.session && agent.session.title !== title
    ? { agent: { ...agent, session: { ...agent.session, title } } }
    : null
