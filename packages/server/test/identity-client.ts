// An agent elsewhere that holds a key: it makes identities and proofs as the draft and the scripts of either generation do.
import { formatInstant, newKeyPair, privateKeyDer, publicKey, publicKeyPem, webSigner } from '@tutti/protocol'
import { JSON_TYPE, type Answer, type TestRoom } from './room.ts'

const FORM = { 'Content-Type': 'application/x-www-form-urlencoded' }
const base64url = (bytes: Uint8Array | string): string => Buffer.from(bytes).toString('base64url')

export type IdentityClient = Awaited<ReturnType<typeof identityClient>>

/** How an identity is signed: the draft's tag and RFC 8785, the first script's indented text, the later one's sorted text. */
export type Signing = 'draft' | 'indented' | 'sorted'

export async function identityClient(
  room: () => TestRoom,
  name: string,
  key?: { seed: Uint8Array; publicRaw: Uint8Array },
) {
  const pair = key ?? (await newKeyPair())
  const pem = publicKeyPem(publicKey(pair.publicRaw)).trim()
  const signer = webSigner(privateKeyDer(pair.seed))
  const sign = async (data: string | Uint8Array) => Buffer.from(await signer(Buffer.from(data)))
  const address = `${name}@default.local`
  const seconds = () => Math.floor(room().clock.now() / 1000)

  async function identity(
    signing: Signing = 'indented',
    change: Record<string, unknown> = {},
  ): Promise<string> {
    const card: Record<string, unknown> = {
      aid_version: '1.0',
      address,
      alias: name,
      public_key: pem,
      key_algorithm: 'Ed25519',
      issued_at: formatInstant(room().clock.now()),
      expires_at: formatInstant(room().clock.now() + 3_600_000),
      ...change,
    }
    const sorted = JSON.stringify(
      Object.fromEntries(Object.entries(card).toSorted(([a], [b]) => (a < b ? -1 : 1))),
    )
    const texts = {
      draft: `amp-agent-card-v1\n${sorted}`,
      indented: JSON.stringify(card, null, 2),
      sorted,
    }
    const signature = (await sign(texts[signing])).toString('base64')
    return base64url(JSON.stringify({ ...card, signature }))
  }

  const used = new Set<number>()
  const unused = (): number => {
    let at = seconds()
    while (used.has(at)) at -= 1
    return at
  }
  /** A proof for that issuer, of a second that none before it was of. */
  async function proof(issuer: string, at = unused(), tag = 'aid-token-exchange'): Promise<string> {
    used.add(at)
    const signature = await sign(`${tag}\n${at}\n${issuer}`)
    return base64url(Buffer.concat([signature, Buffer.from(String(at))]))
  }

  const form = (path: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
    room().ask(path, {
      method: 'POST',
      headers: { ...FORM, ...headers },
      body: new URLSearchParams(fields).toString(),
    })

  /** Asks for a token; every part can be another. */
  const ask = async (
    change: { path?: string; issuer?: string; signing?: Signing; fields?: Record<string, string> } = {},
  ): Promise<Answer> =>
    form(change.path ?? '/oauth/token', {
      grant_type: 'urn:aid:agent-identity',
      agent_identity: await identity(change.signing),
      proof: await proof(change.issuer ?? room().origin),
      ...change.fields,
    })

  return {
    name,
    address,
    pem,
    pair,
    sign,
    identity,
    proof,
    form,
    ask,
    async token(fields: Record<string, string> = {}): Promise<string> {
      const answer = await ask({ fields })
      if (answer.status !== 200) throw new Error(answer.text)
      return (answer.json as { access_token: string }).access_token
    },
    /** Registers; with a token, as somebody who may grant what it asks for. */
    register: (
      change: Record<string, unknown> = {},
      of: { path?: string; headers?: Record<string, string> } = {},
    ) =>
      room().ask(of.path ?? '/agent_registrations', {
        method: 'POST',
        headers: { ...JSON_TYPE, ...of.headers },
        body: JSON.stringify({
          agent_registration: { name, address, public_key: pem, key_algorithm: 'Ed25519', ...change },
        }),
      }),
    async state(id: string, issuer = room().origin): Promise<Answer> {
      const at = String(seconds())
      const signature = (await sign(`aid-registration-status\n${at}\n${issuer}`)).toString('base64')
      const lines = base64url(signature + at).replaceAll(/.{76}/g, '$&\n')
      return room().ask(`/agent_registrations/${id}/status`, {
        method: 'POST',
        headers: JSON_TYPE,
        body: `{"proof":"${lines}"}`,
      })
    },
  }
}

/** The id of a registration, and what was answered about it. */
export const idOf = (answer: Pick<Answer, 'json'>): string =>
  (answer.json as { data: { id: string } }).data.id
export const attributesOf = (answer: Pick<Answer, 'json'>): Record<string, unknown> =>
  (answer.json as { data: { attributes: Record<string, unknown> } }).data.attributes
