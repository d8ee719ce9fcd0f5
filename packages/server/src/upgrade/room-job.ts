// The upgrade of several machines as it is kept: written down at each step, so that it goes on when this machine itself was
// restarted by it, and told to whoever looks.
import { fault, FleetUpgrade, hasUpgradeEnded, type FleetMember } from '@tutti/core'
import { z } from 'zod'
import type { By, Store } from '../db/store.ts'
import type { Actor } from '../handler.ts'

const Person = z.strictObject({
  id: z.string(),
  name: z.string(),
  role: z.enum(['viewer', 'operator', 'admin', 'owner']),
})
/** Who asked for it: what is done elsewhere is done in this name. */
export type Person = z.infer<typeof Person>

const Kept = z.strictObject({ person: Person, job: FleetUpgrade })
export type Kept = z.infer<typeof Kept>

const BY: By = { actor: 'system', address: '', act: 'room.upgrade', audited: false }

export const personOf = ({ id, name, role }: Actor): Person => {
  if (role === 'agent') throw fault('auth.forbidden', { role, permission: 'upgrade:write' })
  return { id, name, role }
}

/** Whether it has had its turn. */
export const isOver = ({ phase }: FleetMember): boolean =>
  phase === 'skipped' || (phase !== 'waiting' && hasUpgradeEnded({ phase }))

export const hasFailed = ({ members }: FleetUpgrade): boolean =>
  members.some(({ phase }) => phase === 'failed' || phase === 'returned')

export type RoomJob = ReturnType<typeof createRoomJob>

export function createRoomJob(store: Pick<Store, 'get' | 'commit'>) {
  let kept = saved(store)

  const save = async (job: FleetUpgrade, by: By = BY): Promise<void> => {
    if (kept === null) return
    kept = { ...kept, job: { ...job, revision: job.revision + 1 } }
    await store.commit({
      by,
      subject: 'room-upgrade',
      ...(by === BY ? {} : { detail: { version: job.version, machines: job.members.length } }),
      statements: [
        {
          sql: `INSERT INTO room_upgrades (one, state) VALUES (1, ?)
            ON CONFLICT (one) DO UPDATE SET state = excluded.state`,
          values: [JSON.stringify(kept)],
        },
      ],
      events: [{ type: 'room-upgrade.changed', subject: 'room-upgrade', data: kept.job }],
    })
  }

  const memberAt = (node: string): FleetMember | undefined =>
    kept?.job.members.find((one) => one.node === node)

  return {
    kept: (): Kept | null => kept,
    isWaiting: (node: string): boolean => memberAt(node)?.phase === 'waiting',
    save,
    async begin(next: Kept, by: By): Promise<void> {
      kept = next
      await save(next.job, by)
    },
    /** Notes how a machine stands, where that is other than before. */
    async put(node: string, more: Partial<FleetMember>): Promise<void> {
      const before = memberAt(node)
      if (kept === null || before === undefined) return
      const after = { ...before, ...more }
      if (JSON.stringify(after) === JSON.stringify(before)) return
      const members = kept.job.members.map((one) => (one.node === node ? after : one))
      await save({ ...kept.job, members })
    },
  }
}

function saved(store: Pick<Store, 'get'>): Kept | null {
  const text = store.get<{ state: string }>('SELECT state FROM room_upgrades WHERE one = 1')?.state
  return text === undefined ? null : (Kept.safeParse(JSON.parse(text)).data ?? null)
}
