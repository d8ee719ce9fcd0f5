// What the daemon does about sessions when it starts: meets those again that outlived it, and says of the others why they are gone.
import type { Agent } from '@tutti/core'
import type { Store } from '../db/store.ts'
import type { Log } from '../handler.ts'
import type { FoundTarget, TerminalHost } from '../terminals/host.ts'
import { SYSTEM, type Ending } from './ending.ts'
import type { InOrder } from './queue.ts'
import type { Reporting } from './reporting.ts'
import type { Roster } from './roster.ts'
import { DEFAULT_SIZE, type Start } from './starting.ts'
import { adoptedReference } from './store.ts'

export interface RecoveryDeps {
  store: Store
  roster: Roster
  host: TerminalHost
  log: Log
  /** When the machine started, ms UTC: a session from before that cannot live. */
  bootedAt: number
  /** Whether agents that ran when the machine went down are started again. */
  restoreAfterReboot: boolean
  /** Reads the reference of an adopted session. */
  targetOf(reference: string): FoundTarget | null
}

interface Deps extends RecoveryDeps {
  ending: Ending
  reporting: Reporting
  start: Start
  inOrder: InOrder
}

export interface Recovered {
  running: number
  ended: number
  restored: number
}

export function createRecovery(deps: Deps): () => Promise<Recovered> {
  const { roster, host, ending, reporting, bootedAt } = deps

  return async () => {
    const had = roster.list(false).filter((agent) => agent.session ?? agent.status.state === 'starting')
    const living = await host.recover(
      had.map((agent) => ({ agentId: agent.id, adopted: adoptedTarget(deps, agent) })),
    )
    const gone = had.filter((agent) => !living.has(agent.id))
    const rebooted = gone.filter((agent) => agent.session?.adopted === false && isOlder(agent, bootedAt))
    await Promise.all([
      ...had.filter((agent) => living.has(agent.id)).map((agent) => reporting.resume(agent)),
      ...gone.map((agent) => ending.settle(agent.id, ending.status('exited', whyGone(agent, bootedAt)))),
    ])
    const restored = deps.restoreAfterReboot ? rebooted : []
    await Promise.all(restored.map(({ id }) => deps.inOrder(id, () => restore(deps, id))))
    return { running: living.size, ended: gone.length, restored: restored.length }
  }
}

async function restore({ start, log }: Deps, id: Agent['id']): Promise<void> {
  try {
    await start(id, DEFAULT_SIZE, SYSTEM('restoreAgent'))
  } catch (error) {
    // One agent that cannot start must not keep the others down; its status says why.
    log.warn('agent.restore-failed', { id, problem: String(error) })
  }
}

function adoptedTarget({ store, targetOf }: Deps, agent: Agent): FoundTarget | null {
  const reference = adoptedReference(store, agent.id)
  return reference === null ? null : targetOf(reference)
}

const isOlder = (agent: Agent, bootedAt: number): boolean => (agent.session?.startedAt ?? 0) < bootedAt

const whyGone = (agent: Agent, bootedAt: number): string =>
  isOlder(agent, bootedAt)
    ? 'The machine restarted while it ran'
    : 'Its session ended while Tutti was not running'
