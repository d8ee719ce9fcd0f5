// Whether the database is the one that this disk had when the daemon ran last, or was restored since; light, as every start asks.
import type { Store } from '../db/store.ts'

/** A file beside the database that no backup holds: what it says is of this disk, not of the database. */
export interface LifeMark {
  read(): string | null
  write(text: string): void
}

/** `restored`: when this life began by a restore, and the last moment that the database knew. */
export interface Life {
  epoch: number
  mark: string
  restored?: { at: number; from: number }
}

export function savedLife(store: Pick<Store, 'get'>): Life | null {
  const row = store.get<{ value: string }>("SELECT value FROM meta WHERE key = 'mesh.life'")
  // Written by JSON.stringify of a Life, in life.ts.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return row ? (JSON.parse(row.value) as Life) : null
}

/** The room in which this machine is, as far as its database knows. */
export const isOfRoom = (store: Pick<Store, 'get'>): boolean =>
  store.get("SELECT 1 FROM mesh_records WHERE key LIKE 'introduction %' LIMIT 1") !== undefined

/** Whether what the database says of agents is to be doubted, because the others may know better. */
export function isRestored(store: Pick<Store, 'get'>, mark: Pick<LifeMark, 'read'>): boolean {
  const known = savedLife(store)
  return known !== null && known.mark !== mark.read() && isOfRoom(store)
}
