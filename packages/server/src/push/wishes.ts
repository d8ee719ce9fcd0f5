// What a user wants to be notified of, as it stands among the preferences.
import { may, type AgentId, type UserId } from '@tutti/core'
import type { Store } from '../db/store.ts'

/** Null for an account that is gone or may not see the queue. */
export function wishesOf(store: Pick<Store, 'get'>, id: UserId) {
  const row = store.get<{ role: 'viewer' | 'operator' | 'admin' | 'owner'; preferences: string }>(
    'SELECT role, preferences FROM users WHERE id = ? AND disabled = 0',
    id,
  )
  if (!row || !may(row.role, 'attention:read')) return null
  // Written after the schema of preferences.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return JSON.parse(row.preferences) as {
    muted?: AgentId[]
    quiet?: { from: string; to: string; zone: string } | null
  }
}
