// Which life of the database this is: what a restored one numbers must not be taken for what it numbered before (O3), and what
// it had is in doubt.
import type { Clock, RandomBytes } from '@tutti/core'
import { doubtsOf, type Holding } from '@tutti/core/mesh'
import type { By, Statement, Store } from '../db/store.ts'
import { savedLife, type Life, type LifeMark } from './life-mark.ts'
import { holdingStatement } from './state-rows.ts'

export interface LifeDeps {
  store: Pick<Store, 'get' | 'all' | 'commit'>
  clock: Clock
  random: RandomBytes
  mark: LifeMark
}

// An epoch counts seconds since then: so it grows whatever was restored how often.
const EPOCHS_FROM_S = Date.UTC(2025, 0, 1) / 1000
const BY: By = { actor: 'system', address: '', act: 'mesh.life', audited: false }
const RESTORED: By = { actor: 'system', address: '', act: 'mesh.restored', audited: true }

/** The life of this database; the next one begins, with its doubts, where database and mark do not belong together. */
export async function lifeOf({ store, clock, random, mark }: LifeDeps): Promise<Life> {
  const known = savedLife(store)
  const found = mark.read()
  if (known && known.mark === found) return known
  const at = clock.now()
  const life: Life = {
    epoch: Math.max((known?.epoch ?? 0) + 1, Math.floor(at / 1000 - EPOCHS_FROM_S)),
    mark: Buffer.from(random(16)).toString('hex'),
    // Neither: this machine is of a room for the first time.
    ...(known || found !== null ? { restored: { at, from: lastMoment(store) } } : {}),
  }
  const doubts = life.restored ? doubtStatements(store) : []
  await store.commit({
    by: life.restored ? { ...RESTORED } : BY,
    subject: 'mesh.life',
    statements: [
      {
        sql: "INSERT INTO meta (key, value) VALUES ('mesh.life', ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        values: [JSON.stringify(life)],
      },
      ...doubts,
    ],
  })
  mark.write(life.mark)
  return life
}

const lastMoment = (store: Pick<Store, 'get'>): number =>
  store.get<{ at: number }>('SELECT ifnull(max(at), 0) AS at FROM events')?.at ?? 0

const doubtStatements = (store: Pick<Store, 'all'>): Statement[] =>
  doubtsOf(new Map(savedHoldings(store))).map(holdingStatement)

const savedHoldings = (store: Pick<Store, 'all'>): [string, Holding][] =>
  store
    .all<{ agent: string; holding: string }>('SELECT agent, holding FROM mesh_holdings')
    // Written by JSON.stringify of a Holding, in state-rows.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    .map(({ agent, holding }) => [agent, JSON.parse(holding) as Holding])
