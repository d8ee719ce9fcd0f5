// Providers that mail is exchanged with: each with its endpoint and pinned key, and the keys of its agents, pinned at first sight.
import { fault } from '@tutti/core'
import {
  AmpError,
  fieldsOf,
  fingerprints,
  LIMITS,
  parseJson,
  parsePublicKey,
  publicKey,
  type KeyRecord,
  type PublicKey,
} from '@tutti/protocol'
import { ampCrypto } from '../amp-crypto.ts'
import type { By, Store } from '../db/store.ts'
import type { Handlers } from '../handler.ts'
import type { FetchOutbound } from '../outbound.ts'

export interface Peer {
  provider: string
  endpoint: string
  key: PublicKey
  /** Whether it seals its envelopes, as Tutti's nodes do; then nothing comes from it unsealed. */
  seals: boolean
}

export interface Peers {
  all(): Peer[]
  of(provider: string): Peer | undefined
  /** The pinned keys of an address elsewhere; asked of its own provider when it is seen for the first time. */
  keysOf(address: string, peer: Peer): Promise<KeyRecord[]>
  /** The same after its provider was asked anew, at most once a minute: a key that has taken the place of the one we know. */
  renewedKeysOf(address: string, peer: Peer): Promise<KeyRecord[]>
  handlers: Pick<Handlers, 'listMailPeers' | 'setMailPeer' | 'removeMailPeer'>
}

interface PeerRow {
  provider: string
  endpoint: string
  public_key: string
  seals: number
}

interface RemoteKeyRow {
  kid: string
  public_key: string
  from_ms: number
  revoked_at_ms: number | null
}

export interface PeersDeps {
  store: Store
  now: () => number
  fetchOutbound: FetchOutbound
}

const KEYS = 'SELECT kid, public_key, from_ms, revoked_at_ms FROM mail_remote_keys WHERE address = ?'
const PIN = `INSERT INTO mail_remote_keys (address, kid, public_key, from_ms) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING`
// The one before signed what may still be on its way.
const SUPERSEDE = `UPDATE mail_remote_keys SET revoked_at_ms = ? WHERE address = ? AND kid <> ? AND revoked_at_ms IS NULL`
// A sender with a wrong key must not make us ask its provider for each message.
const ASK_AGAIN_MS = 60_000
const MOST_ASKED = 1000
const PINNING: By = { actor: 'system', address: '', act: 'mail.pin', audited: true }

export function createPeers({ store, now, fetchOutbound }: PeersDeps): Peers {
  const all = () =>
    store
      .all<PeerRow>('SELECT provider, endpoint, public_key, seals FROM mail_peers ORDER BY provider')
      .map((row): Peer => ({
        provider: row.provider,
        endpoint: row.endpoint,
        key: keyOf(row.public_key),
        seals: row.seals === 1,
      }))
  const pinned = (address: string) => store.all<RemoteKeyRow>(KEYS, address).map(recordOf)

  const resolved = async (address: string, peer: Peer): Promise<PublicKey> => {
    const url = `${peer.endpoint}/agents/resolve/${encodeURIComponent(address)}`
    const answer = await fetchOutbound({
      url,
      method: 'GET',
      trusted: new Set([new URL(peer.endpoint).origin]),
    })
    if (answer.status !== 200) throw new AmpError('forbidden', 'The sender is not known at its own provider.')
    const node = parseJson(answer.body)
    if (node.kind !== 'object')
      throw new AmpError('forbidden', 'The provider of the sender does not answer with a key.')
    return parsePublicKey(
      fieldsOf(node).text('public_key', { wanted: 'a key', is: (text) => text.length < 1024 }),
    )
  }

  const pin = async (address: string, key: PublicKey) => {
    const { spki } = await fingerprints(key, ampCrypto)
    const values = [address, spki, Buffer.from(key.raw).toString('base64url'), now()]
    await store.commit({
      by: PINNING,
      subject: spki,
      detail: { address },
      statements: [
        { sql: PIN, values },
        { sql: SUPERSEDE, values: [now() + LIMITS.overlapMs, address, spki] },
      ],
    })
  }
  const asked = new Map<string, number>()

  return {
    all,
    of: (provider) => all().find((peer) => peer.provider === provider),
    async keysOf(address, peer) {
      const known = pinned(address)
      if (known.length > 0) return known
      await pin(address, await resolved(address, peer))
      return pinned(address)
    },
    async renewedKeysOf(address, peer) {
      if ((asked.get(address) ?? 0) > now() - ASK_AGAIN_MS) return pinned(address)
      if (asked.size >= MOST_ASKED) asked.clear()
      asked.set(address, now())
      await pin(address, await resolved(address, peer))
      return pinned(address)
    },
    handlers: peerHandlers({ store, now, all }),
  }
}

const peerHandlers = ({
  store,
  now,
  all,
}: Pick<PeersDeps, 'store' | 'now'> & Pick<Peers, 'all'>): Peers['handlers'] => ({
  listMailPeers: async () => Promise.all(all().map(shown)),
  async setMailPeer({ provider, endpoint, publicKey: text, seals }, { by }) {
    const key = wellFormed(text)
    const values = [
      provider,
      endpoint.replace(/\/+$/, ''),
      Buffer.from(key.raw).toString('base64url'),
      seals ? 1 : 0,
      now(),
    ]
    await store.commit({
      by,
      subject: provider,
      statements: [
        {
          sql: `INSERT INTO mail_peers (provider, endpoint, public_key, seals, created_at) VALUES (?, ?, ?, ?, ?)
                ON CONFLICT (provider) DO UPDATE SET
                  endpoint = excluded.endpoint, public_key = excluded.public_key, seals = excluded.seals`,
          values,
        },
      ],
    })
    return shown({ provider, endpoint, key, seals })
  },
  async removeMailPeer({ provider }, { by }) {
    await store.commit({
      by,
      subject: provider,
      statements: [
        {
          sql: 'DELETE FROM mail_peers WHERE provider = ?',
          values: [provider],
          expect: { changes: 1, fault: 'message.provider-unknown', details: { provider } },
        },
      ],
    })
    return {}
  },
})

const keyOf = (base64Url: string): PublicKey => publicKey(Buffer.from(base64Url, 'base64url'))

const recordOf = (row: RemoteKeyRow): KeyRecord => ({
  kid: row.kid,
  key: keyOf(row.public_key),
  fromMs: row.from_ms,
  // When another key has taken its place, and a day more.
  untilMs: row.revoked_at_ms,
  revokedAtMs: null,
})

const shown = async ({ provider, endpoint, key, seals }: Peer) => ({
  provider,
  endpoint,
  fingerprint: (await fingerprints(key, ampCrypto)).spki,
  seals,
})

function wellFormed(text: string): PublicKey {
  try {
    return parsePublicKey(text)
  } catch (error) {
    throw fault(
      'input.invalid',
      { problems: 'publicKey: expected an Ed25519 key', operation: 'setMailPeer' },
      error,
    )
  }
}
