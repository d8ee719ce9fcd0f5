// Which life of the database this is: what a restored one numbers must not be taken for what it numbered before (O3).
import type { Clock, RandomBytes } from '@tutti/core'
import type { By, Store } from '../db/store.ts'

export interface LifeDeps {
  store: Pick<Store, 'get' | 'commit'>
  clock: Clock
  random: RandomBytes
  /** A file beside the database that no backup holds: what it says is of this disk, not of the database. */
  mark: { read(): string | null; write(text: string): void }
}

// An epoch counts seconds since then: so it grows whatever was restored how often.
const EPOCHS_FROM_S = Date.UTC(2025, 0, 1) / 1000
const BY: By = { actor: 'system', address: '', act: 'mesh.life', audited: false }

interface Life {
  epoch: number
  mark: string
}

/** The epoch of this life; the next one begins where database and mark do not belong together. */
export async function epochOfLife({ store, clock, random, mark }: LifeDeps): Promise<number> {
  const row = store.get<{ value: string }>("SELECT value FROM meta WHERE key = 'mesh.life'")
  // Written by JSON.stringify of a Life, below.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const known = row ? (JSON.parse(row.value) as Life) : null
  if (known && known.mark === mark.read()) return known.epoch
  const life: Life = {
    epoch: Math.max((known?.epoch ?? 0) + 1, Math.floor(clock.now() / 1000 - EPOCHS_FROM_S)),
    mark: Buffer.from(random(16)).toString('hex'),
  }
  await store.commit({
    by: BY,
    subject: 'mesh.life',
    statements: [
      {
        sql: "INSERT INTO meta (key, value) VALUES ('mesh.life', ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        values: [JSON.stringify(life)],
      },
    ],
  })
  mark.write(life.mark)
  return life.epoch
}
