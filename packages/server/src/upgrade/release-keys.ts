// Whose releases this machine installs: its own, and those of keys that an admin here has named. Nothing else, ever.
import type { Clock, ReleaseKey } from '@tutti/core'
import type { By, Store } from '../db/store.ts'

export interface ReleaseKeysDeps {
  store: Pick<Store, 'all' | 'get' | 'commit'>
  clock: Pick<Clock, 'now'>
  /** did:key of this machine. */
  self: () => string
}

interface Row {
  key: string
  name: string
  added_at: number
}

export function createReleaseKeys({ store, clock, self }: ReleaseKeysDeps) {
  return {
    list: (): ReleaseKey[] => [
      { key: self(), name: 'this machine', addedAt: 0, own: true },
      ...store
        .all<Row>('SELECT key, name, added_at FROM release_keys ORDER BY added_at, key')
        .map(({ key, name, added_at: addedAt }) => ({ key, name, addedAt, own: false })),
    ],
    isTrusted: (key: string): boolean =>
      key === self() || store.get('SELECT 1 FROM release_keys WHERE key = ?', key) !== undefined,
    trust: (key: string, name: string, by: By) =>
      store.commit({
        by,
        subject: key,
        detail: { name },
        statements: [
          {
            sql: `INSERT INTO release_keys (key, name, added_at) VALUES (?, ?, ?)
              ON CONFLICT (key) DO UPDATE SET name = excluded.name`,
            values: [key, name, clock.now()],
          },
        ],
      }),
    distrust: (key: string, by: By) =>
      store.commit({
        by,
        subject: key,
        statements: [{ sql: 'DELETE FROM release_keys WHERE key = ?', values: [key] }],
      }),
  }
}
