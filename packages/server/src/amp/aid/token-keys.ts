// The RSA keys that sign tokens (RS256, RFC 7518): made at first use, sealed, and replaced after a while. Only others read what they
// sign; this machine knows its tokens by their bytes.
import { createHash, createPrivateKey, generateKeyPair, sign, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import { TOKEN_SECONDS, type Clock } from '@tutti/core'
import type { By, Store } from '../../db/store.ts'

export interface TokenKeys {
  /** A JWT over these claims. */
  sign(claims: Record<string, string | number>): Promise<string>
  /** What checks them: the key in force and those whose tokens may still be about. */
  published(): Promise<readonly PublicTokenKey[]>
}

export interface PublicTokenKey {
  kty: 'RSA'
  use: 'sig'
  alg: 'RS256'
  kid: string
  n: string
  e: string
}

interface Place {
  table: string
  row: string
  field: string
}

export interface TokenKeysDeps {
  store: Store
  clock: Pick<Clock, 'now'>
  vault: {
    seal(plaintext: string, place: Place): Uint8Array
    open(sealed: Uint8Array, place: Place): Uint8Array
  }
}

interface KeyRow {
  kid: string
  public_key: string
  private_key: Uint8Array
  created_at: number
}

const BITS = 2048
const IN_FORCE_MS = 90 * 24 * 3_600_000
const SYSTEM: By = { actor: 'system', address: '', act: 'token.key', audited: false }

const placeOf = (kid: string): Place => ({ table: 'token_keys', row: kid, field: 'private_key' })

export function createTokenKeys({ store, clock, vault }: TokenKeysDeps): TokenKeys {
  let making: Promise<KeyRow> | null = null
  let opened: { kid: string; key: KeyObject } | null = null

  const rows = () => store.all<KeyRow>('SELECT * FROM token_keys ORDER BY created_at DESC')
  const inForce = async (): Promise<KeyRow> => {
    const [newest] = rows()
    if (newest && newest.created_at > clock.now() - IN_FORCE_MS) return newest
    making ??= made().finally(() => {
      making = null
    })
    return making
  }
  const made = async (): Promise<KeyRow> => {
    const pair = await promisify(generateKeyPair)('rsa', { modulusLength: BITS })
    const { n, e } = pair.publicKey.export({ format: 'jwk' })
    if (n === undefined || e === undefined) throw new Error('missing: the public half of an RSA key')
    const kid = thumbprint({ n, e })
    const pem = String(pair.privateKey.export({ format: 'pem', type: 'pkcs8' }))
    const row = {
      kid,
      public_key: JSON.stringify({ n, e }),
      private_key: vault.seal(pem, placeOf(kid)),
      created_at: clock.now(),
    }
    // None of its tokens is about any more.
    const forgotten = clock.now() - IN_FORCE_MS - TOKEN_SECONDS.most * 1000
    await store.commit({
      by: SYSTEM,
      subject: kid,
      statements: [
        { sql: 'DELETE FROM token_keys WHERE created_at < ?', values: [forgotten] },
        {
          sql: 'INSERT INTO token_keys (kid, public_key, private_key, created_at) VALUES (?, ?, ?, ?)',
          values: [row.kid, row.public_key, row.private_key, row.created_at],
        },
      ],
    })
    return row
  }
  const keyOf = ({ kid, private_key: sealed }: KeyRow): KeyObject => {
    if (opened?.kid === kid) return opened.key
    opened = { kid, key: createPrivateKey(new TextDecoder().decode(vault.open(sealed, placeOf(kid)))) }
    return opened.key
  }

  return {
    async sign(claims) {
      const row = await inForce()
      const text = `${part({ alg: 'RS256', typ: 'JWT', kid: row.kid })}.${part(claims)}`
      const signature = await signed(Buffer.from(text), keyOf(row))
      return `${text}.${signature.toString('base64url')}`
    },
    async published() {
      await inForce()
      return rows().map(publishedOf)
    },
  }
}

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

const signed = (data: Buffer, key: KeyObject): Promise<Buffer> =>
  new Promise((resolve, reject) =>
    sign('sha256', data, key, (error, signature) => (error ? reject(error) : resolve(signature))),
  )

function publishedOf({ kid, public_key: text }: KeyRow): PublicTokenKey {
  // We wrote it.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const { n, e } = JSON.parse(text) as { n: string; e: string }
  return { kty: 'RSA', use: 'sig', alg: 'RS256', kid, n, e }
}

/** RFC 7638: the members in this order, and nothing else. */
const thumbprint = ({ n, e }: { n: string; e: string }): string =>
  createHash('sha256')
    .update(JSON.stringify({ e, kty: 'RSA', n }))
    .digest('base64url')
