// The roles of all users, for lists that name only their holders.
import type { Role } from '@tutti/core'
import { api } from '../../data/api.ts'
import { useLive } from '../../data/use-live.ts'

/** The roles of all users by id, empty unless asked for. */
export function useRoles(wanted: boolean): ReadonlyMap<string, Role> {
  const users = useLive({
    key: `roles ${wanted}`,
    read: () => (wanted ? api.listUsers({}) : Promise.resolve([])),
    apply: (list, event) =>
      event.type === 'user.changed' || event.type === 'user.created'
        ? [...list.filter(({ id }) => id !== event.data.id), event.data]
        : list,
  })
  return new Map(users.state === 'ready' ? users.value.map(({ id, role }) => [id, role]) : [])
}
