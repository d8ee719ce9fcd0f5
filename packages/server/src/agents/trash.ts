// Deleting keeps everything for a while; undeleting brings it back; purging removes every trace for good.
import { fault, type Agent, type AgentId, type Clock } from '@tutti/core'
import type { By, Statement } from '../db/store.ts'
import type { NewEvent } from '@tutti/core'
import type { Log } from '../handler.ts'
import { repeat } from '../repeat.ts'
import { edited } from './editing.ts'
import type { Roster } from './roster.ts'
import type { Sessions } from './sessions.ts'
import { SYSTEM } from './ending.ts'
import { setAdopted } from './store.ts'

const DAY_MS = 86_400_000
// A promise of days need not be kept to the minute.
const LOOK_EVERY_MS = 3_600_000

/** What another feature removes together with an agent: rows in the same transaction, files after it. */
export interface Remains {
  statements: readonly Statement[]
  events: readonly NewEvent[]
  removeFiles(): Promise<void>
}

interface Deps {
  roster: Roster
  sessions: Sessions
  clock: Clock
  log: Log
  undeleteDays(): number
}

export type Trash = ReturnType<typeof createTrash>

export function createTrash({ roster, sessions, clock, log, undeleteDays }: Deps) {
  const owners: ((agent: Agent) => Promise<Remains>)[] = []

  const purge = (id: AgentId, by: By): Promise<void> =>
    sessions.inOrder(id, async () => {
      const agent = roster.get(id)
      roster.refuseHeld(id, true)
      if (agent.deletedAt === null) throw fault('agent.not-deleted', { name: agent.name })
      const remains = await Promise.all(owners.map((owner) => owner(agent)))
      await roster.purge(id, by, {
        statements: remains.flatMap(({ statements }) => statements),
        events: remains.flatMap(({ events }) => events),
      })
      await Promise.all(remains.map(({ removeFiles }) => removeFiles()))
    })

  /** Purges all whose days are over. */
  const purgeDue = async (): Promise<void> => {
    const before = clock.now() - undeleteDays() * DAY_MS
    for (const { id, deletedAt } of roster.list(true)) {
      if (deletedAt === null || deletedAt > before) continue
      try {
        await purge(id, { ...SYSTEM('purgeAgent'), audited: true })
      } catch (error) {
        // The next look tries again; the others must not wait for it.
        log.warn('agent.purge-failed', { id, problem: String(error) })
      }
    }
  }

  return {
    purge,
    purgeDue,

    delete: (id: AgentId, by: By): Promise<Agent> =>
      sessions.inOrder(id, async () => {
        const { deletedAt, name } = roster.get(id)
        roster.refuseHeld(id)
        if (deletedAt !== null) throw fault('agent.deleted', { name })
        await sessions.ending.stop(id)
        const status = sessions.ending.status('hibernated', 'It was deleted')
        return sessions.ending.stopped(id, status, () =>
          roster.edit(id, by, (agent) => ({
            agent: edited(agent, clock.now(), { status, session: null, deletedAt: clock.now() }),
            type: 'agent.deleted',
            statements: [setAdopted(id, null)],
          })),
        )
      }),

    undelete: (id: AgentId, by: By): Promise<Agent> =>
      sessions.inOrder(id, () =>
        roster.edit(id, by, (agent) => {
          roster.refuseHeld(id)
          if (agent.deletedAt === null) throw fault('agent.not-deleted', { name: agent.name })
          const status = sessions.ending.status('hibernated', 'It was brought back and not yet started')
          return {
            agent: edited(agent, clock.now(), { status, deletedAt: null }),
            type: 'agent.undeleted',
          }
        }),
      ),

    /** Registers a feature that keeps something about agents. */
    onPurge(owner: (agent: Agent) => Promise<Remains>): void {
      owners.push(owner)
    },

    /** Looks now and every hour until the answer is called. */
    run: (): (() => Promise<void>) =>
      repeat(
        clock,
        {
          firstMs: 0,
          everyMs: LOOK_EVERY_MS,
          failed: (error) => log.warn('agents.not-purged', { problem: String(error) }),
        },
        purgeDue,
      ),
  }
}
