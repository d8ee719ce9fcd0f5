// The keys that sign: an agent's own from its row, those of people and of the machine from `mail_keys`, made at first use.
import { generateKeyPairSync } from 'node:crypto'
import { must, type Clock, type MailboxId } from '@tutti/core'
import { fingerprints, publicKey, type Fingerprints, type PublicKey, type Sign } from '@tutti/protocol'
import { ampCrypto, ampSigner } from '../amp-crypto.ts'
import type { By, Store } from '../db/store.ts'

export interface Signer {
  key: PublicKey
  /** The SPKI fingerprint. */
  kid: string
  prints: Fingerprints
  sign: Sign
}

/** A mailbox, or the machine itself: it signs notices and what it says to other providers. */
export type SignerId = MailboxId | 'machine'

export interface Signers {
  of(id: SignerId): Promise<Signer>
  /** Null for an agent that was purged: its key is gone with it. */
  find(id: SignerId): Promise<Signer | null>
}

interface Place {
  table: string
  row: string
  field: string
}

export interface SignerDeps {
  store: Store
  vault: {
    seal(plaintext: string, place: Place): Uint8Array
    open(sealed: Uint8Array, place: Place): Uint8Array
  }
  clock: Clock
  /** The agents as they are; one that was purged is not among them. */
  agents: { known(id: string): { publicKey: string } | undefined }
}

interface KeyRow {
  public_key: string
  private_key: Uint8Array
}

// Opening and parsing a key takes longer than a signature; a machine has some hundred agents.
const KEPT = 2000

export function createSigners({ store, vault, clock, agents }: SignerDeps): Signers {
  const kept = new Map<string, { publicText: string; signer: Signer }>()

  const open = async (id: SignerId, row: KeyRow, table: string): Promise<Signer> => {
    const place = { table, row: id, field: 'private_key' }
    const seed = Buffer.from(new TextDecoder().decode(vault.open(row.private_key, place)), 'base64url')
    const key = publicKey(Buffer.from(row.public_key, 'base64url'))
    const prints = await fingerprints(key, ampCrypto)
    const signer = { key, kid: prints.spki, prints, sign: ampSigner(seed) }
    if (kept.size >= KEPT) kept.clear()
    kept.set(id, { publicText: row.public_key, signer })
    return signer
  }

  const own = (id: SignerId) =>
    store.get<KeyRow>('SELECT public_key, private_key FROM mail_keys WHERE mailbox = ?', id)

  const made = async (id: SignerId): Promise<KeyRow> => {
    const { privateKey } = generateKeyPairSync('ed25519')
    const { x, d } = privateKey.export({ format: 'jwk' })
    const place = { table: 'mail_keys', row: id, field: 'private_key' }
    const sealed = vault.seal(must(d, 'the secret half of a key'), place)
    await store.commit({
      by: SYSTEM,
      subject: id,
      statements: [
        {
          // Two at once: the first one's key stays.
          sql: 'INSERT INTO mail_keys (mailbox, public_key, private_key, created_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
          values: [id, must(x, 'the public half of a key'), sealed, clock.now()],
        },
      ],
    })
    return must(own(id), 'the key that was just written')
  }

  /** Keys of people and of the machine never change; an agent's goes with it. */
  const opened = (id: SignerId): Signer | null => {
    const known = kept.get(id)
    const isOurs = !id.startsWith('agt_') || agents.known(id)?.publicKey === known?.publicText
    return known && isOurs ? known.signer : null
  }

  const find = async (id: SignerId): Promise<Signer | null> => {
    const known = opened(id)
    if (known) return known
    if (!id.startsWith('agt_')) return open(id, own(id) ?? (await made(id)), 'mail_keys')
    const row = store.get<KeyRow>('SELECT public_key, private_key FROM agents WHERE id = ?', id)
    return row === undefined ? null : open(id, row, 'agents')
  }
  return { find, of: async (id) => must(await find(id), `the key of ${id}`) }
}

const SYSTEM: By = { actor: 'system', address: '', act: 'mail.key', audited: false }
