// Seals secrets before they are stored: a stolen database file without the key file holds nothing of use, and a sealed
// value opens only in the field it was made for.
import { createCipheriv, createDecipheriv } from 'node:crypto'
import { fault } from '@tutti/core'
import type { RandomBytes } from '@tutti/core'
import type { Store } from '../db/store.ts'

/** Where a sealed value lives; it opens nowhere else. */
export interface Place {
  table: string
  row: string
  field: string
}

export interface Vault {
  /** AES-256-GCM: a version byte, 12 bytes of nonce, the ciphertext, 16 bytes of tag. */
  seal(plaintext: string | Uint8Array, place: Place): Uint8Array
  /** Throws secret.missing when the key, the place or the bytes do not fit. */
  open(sealed: Uint8Array, place: Place): Uint8Array
}

const VERSION = 1
const NONCE_BYTES = 12
const TAG_BYTES = 16
const ALGORITHM = 'aes-256-gcm'

export function createVault(deps: { key: Uint8Array; keyPath: string; random: RandomBytes }): Vault {
  const { key, keyPath, random } = deps
  return {
    seal(plaintext, place) {
      const nonce = random(NONCE_BYTES)
      const cipher = createCipheriv(ALGORITHM, key, nonce).setAAD(boundTo(place))
      const body = [cipher.update(plaintext), cipher.final()]
      return new Uint8Array(Buffer.concat([Uint8Array.of(VERSION), nonce, ...body, cipher.getAuthTag()]))
    },
    open(sealed, place) {
      const bodyAt = 1 + NONCE_BYTES
      const tagAt = sealed.length - TAG_BYTES
      if (sealed[0] !== VERSION || tagAt < bodyAt) throw fault('secret.missing', { path: keyPath })
      const decipher = createDecipheriv(ALGORITHM, key, sealed.subarray(1, bodyAt), {
        authTagLength: TAG_BYTES,
      })
      decipher.setAAD(boundTo(place)).setAuthTag(sealed.subarray(tagAt))
      try {
        return new Uint8Array(
          Buffer.concat([decipher.update(sealed.subarray(bodyAt, tagAt)), decipher.final()]),
        )
      } catch (error) {
        throw fault('secret.missing', { path: keyPath }, error)
      }
    },
  }
}

const boundTo = ({ table, row, field }: Place) => Buffer.from(JSON.stringify([table, row, field]))

const CHECK_PLACE = { table: 'meta', row: 'vault.check', field: 'value' }

/** Proves at the start that the key is the one that sealed this database; throws secret.missing if it is another. */
export async function proveVault(vault: Vault, store: Store): Promise<void> {
  const row = store.get<{ value: Uint8Array }>('SELECT value FROM meta WHERE key = ?', CHECK_PLACE.row)
  if (row) {
    vault.open(row.value, CHECK_PLACE)
    return
  }
  await store.commit({
    by: { actor: 'system', address: '', act: 'proveVault', audited: false },
    subject: CHECK_PLACE.row,
    statements: [
      {
        sql: 'INSERT INTO meta (key, value) VALUES (?, ?)',
        values: [CHECK_PLACE.row, vault.seal('tutti', CHECK_PLACE)],
      },
    ],
  })
}
