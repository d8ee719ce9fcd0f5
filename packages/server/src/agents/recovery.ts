// What the daemon does about sessions when it starts: meets those again that outlived it, and says of the others why they are gone.
import type { Agent, Status } from '@tutti/core'
import type { Log } from '../handler.ts'
import type { Recovered, TerminalHost } from '../terminals/host.ts'
import type { Adopting } from './adopting.ts'
import { SYSTEM, type Ending } from './ending.ts'
import type { InOrder } from '../queue.ts'
import type { Reporting } from './reporting.ts'
import type { Roster } from './roster.ts'
import { DEFAULT_SIZE, type Start } from './starting.ts'

export interface RecoveryDeps {
  roster: Roster
  host: TerminalHost
  log: Log
  /** When the machine started, ms UTC: a session from before that cannot live. */
  bootedAt: number
  /** Whether agents that ran when the machine went down are started again. */
  restoreAfterReboot: boolean
}

interface Deps extends RecoveryDeps {
  ending: Ending
  reporting: Reporting
  start: Start
  inOrder: InOrder
  adopting: Adopting
}

export interface Recovery {
  running: number
  ended: number
  restored: number
}

export function createRecovery(deps: Deps): () => Promise<Recovery> {
  const { roster, host, log, ending, reporting, bootedAt } = deps

  return async () => {
    const left = new Map((await host.recover()).map((session) => [session.agentId, session]))
    const isLiving = ({ id }: Agent) => left.get(id)?.state === 'running'
    for (const id of left.keys()) {
      if (!roster.known(id)) log.warn('agent.session-unknown', { id })
    }
    // A session that lives is the truth, also where its start was not recorded any more.
    const living = roster.list(false).filter(isLiving)
    const gone = roster.list(false).filter((agent) => wasRunning(agent) && !isLiving(agent))
    await Promise.all([
      ...living.map((agent) => reporting.resume(agent)),
      ...gone.map((agent) => ending.settle(agent.id, statusOfGone(deps, agent, left.get(agent.id)))),
    ])
    for (const { id, session } of living) if (session?.adopted) deps.adopting.begin(id)
    const rebooted = gone.filter((agent) => agent.session?.adopted === false && isOlder(agent, bootedAt))
    const restored = deps.restoreAfterReboot ? rebooted : []
    await Promise.all(restored.map(({ id }) => deps.inOrder(id, () => restore(deps, id))))
    return { running: living.length, ended: gone.length, restored: restored.length }
  }
}

const wasRunning = ({ session, status }: Agent): boolean => session !== null || status.state === 'starting'

function statusOfGone({ ending, bootedAt }: Deps, agent: Agent, left: Recovered | undefined): Status {
  if (left?.state === 'exited' && left.code !== null && left.code !== 0) {
    return ending.status('failed', `Its program ended with code ${left.code} while Tutti was not running`)
  }
  return ending.status('exited', whyGone(agent, bootedAt))
}

async function restore({ start, log }: Deps, id: Agent['id']): Promise<void> {
  try {
    await start(id, DEFAULT_SIZE, SYSTEM('restoreAgent'))
  } catch (error) {
    // One agent that cannot start must not keep the others down; its status says why.
    log.warn('agent.restore-failed', { id, problem: String(error) })
  }
}

const isOlder = (agent: Agent, bootedAt: number): boolean => (agent.session?.startedAt ?? 0) < bootedAt

const whyGone = (agent: Agent, bootedAt: number): string =>
  isOlder(agent, bootedAt)
    ? 'The machine restarted while it ran'
    : 'Its session ended while Tutti was not running'
