// Which browsers are to be notified, and of whom they are.
import type { PushId, UserId } from '@tutti/core'
import type { Statement, Store } from '../db/store.ts'

export interface Subscription {
  id: PushId
  user_id: UserId
  endpoint: string
  p256dh: string
  auth: string
  created_at: number
}

type Reads = Pick<Store, 'all' | 'get'>

export const subscriptions = (store: Reads): Subscription[] =>
  store.all<Subscription>('SELECT * FROM push_subscriptions ORDER BY id')

export const subscriptionAt = (store: Reads, endpoint: string): Subscription | null =>
  store.get<Subscription>('SELECT * FROM push_subscriptions WHERE endpoint = ?', endpoint) ?? null

/** One browser has one subscription, whoever is signed in there now. */
export const putSubscription = (one: Subscription): Statement => ({
  sql: `INSERT INTO push_subscriptions (id, user_id, endpoint, p256dh, auth, created_at) VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (endpoint) DO UPDATE SET user_id = excluded.user_id, p256dh = excluded.p256dh, auth = excluded.auth`,
  values: [one.id, one.user_id, one.endpoint, one.p256dh, one.auth, one.created_at],
})

export const deleteSubscription = (id: string): Statement => ({
  sql: 'DELETE FROM push_subscriptions WHERE id = ?',
  values: [id],
})

const KEY = 'push.vapid'
export const KEY_PLACE = { table: 'meta', row: KEY, field: 'value' }

export const sealedKey = (store: Reads): Uint8Array | null =>
  store.get<{ value: Uint8Array }>('SELECT value FROM meta WHERE key = ?', KEY)?.value ?? null

/** The first key stays: browsers have subscribed with it. */
export const putKey = (sealed: Uint8Array): Statement => ({
  sql: 'INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO NOTHING',
  values: [KEY, sealed],
})
