// A portable identity: who answers to an address, signed by the key it names (rules D1-D4).
import type { AmpCrypto, Sign } from './amp-crypto.ts'
import { isAddressText } from './address.ts'
import { AmpError } from './amp-error.ts'
import { toBase64, utf8Bytes } from './bytes.ts'
import { jqPretty, writeJson } from './canonical-json.ts'
import { formatInstant, parseInstant } from './instant.ts'
import type { Fields } from './json-fields.ts'
import { atMost, fieldsOf, matching } from './json-fields.ts'
import type { JsonObject } from './json-tree.ts'
import { jsonTree, parseJson } from './json-tree.ts'
import { LIMITS } from './limits.ts'
import type { PublicKey } from './key.ts'
import { fingerprints, isFingerprintOf, parsePublicKey, publicKeyPem } from './key.ts'
import { signatureBytes } from './signature.ts'

/** What a card says (AMP 02 "Agent Card"). Times in ms UTC; at most six months apart on the cards that we make. */
export interface CardFacts {
  readonly agentId: string
  readonly address: string
  readonly alias: string | null
  readonly key: PublicKey
  readonly providerEndpoint: string | null
  readonly capabilities: readonly string[]
  readonly issuedAtMs: number
  readonly expiresAtMs: number
}

/**
 * How a card was signed: `amp-agent-card-1` the specification's form, `identity-script` what the identity
 * shell script signs, indented at first and sorted later, `address-key-time` one server's `address|public_key_pem|signed_at`, `none` that server's word alone (D3).
 */
export type CardForm = 'amp-agent-card-1' | 'identity-script' | 'address-key-time' | 'none'

/** A card that was checked. With form `none` the key is a claim of the server that gave it, and must not be pinned (D4). */
export interface CheckedCard {
  readonly form: CardForm
  readonly address: string
  readonly key: PublicKey
}

const DOMAIN = 'amp-agent-card-v1\n'

/** A card in the specification's form: the object of the wire, with its signature (D1). */
export async function signCard(
  facts: CardFacts,
  by: { sign: Sign; crypto: AmpCrypto },
): Promise<Record<string, unknown>> {
  const prints = await fingerprints(facts.key, by.crypto)
  const card: Record<string, unknown> = {
    amp_agent_card: '1.0',
    id: facts.agentId,
    address: facts.address,
    ...(facts.alias === null ? {} : { alias: facts.alias }),
    public_key: publicKeyPem(facts.key),
    key_algorithm: facts.key.algorithm,
    fingerprint: prints.spki,
    ...(facts.providerEndpoint === null ? {} : { provider_endpoint: facts.providerEndpoint }),
    capabilities: facts.capabilities.slice(0, LIMITS.capabilities),
    issued_at: formatInstant(facts.issuedAtMs),
    expires_at: formatInstant(Math.min(facts.expiresAtMs, facts.issuedAtMs + LIMITS.cardMs)),
  }
  const signature = toBase64(await by.sign(utf8Bytes(DOMAIN + writeJson(jsonTree(card), 'jcs'))))
  return { ...card, signature }
}

/**
 * Checks a card in any of its three formats (AMP 02 "Verifying an Agent Card"; D2, D3). It proves that the holder of the key
 * made the card, not that the address is theirs: that is for the provider or a pin (D4). Throws AmpError: `invalid_signature`,
 * `message_expired`, `invalid_field` where fingerprint and key differ.
 */
export async function checkCard(
  text: string,
  by: { crypto: AmpCrypto; nowMs: number },
): Promise<CheckedCard> {
  if (text.length > LIMITS.messageBytes) throw new AmpError('payload_too_large')
  const node = parseJson(text)
  if (node.kind !== 'object') throw new AmpError('invalid_request', 'Expected a JSON object')
  const fields = fieldsOf(node)
  const keyText =
    fields.optionalText('public_key_pem', atMost(1024)) ?? fields.text('public_key', atMost(1024))
  const key = parsePublicKey(keyText)
  await checkFingerprint(fields, key, by.crypto)
  const expires = fields.optionalText('expires_at', INSTANT)
  if (expires !== null && (parseInstant(expires) ?? 0) <= by.nowMs) throw new AmpError('message_expired')
  const address = fields.text('address', { wanted: 'an address', is: isAddressText })
  const signature = fields.optionalText('signature', matching('base64', /^[A-Za-z0-9+/]+={0,2}$/))
  if (signature === null) return { form: 'none', address, key }
  const bytes = signatureBytes(signature)
  for (const [form, signed] of signedTexts(node, fields, { address, keyText })) {
    if (bytes && (await by.crypto.verifyEd25519(key.raw, bytes, utf8Bytes(signed))))
      return { form, address, key }
  }
  throw new AmpError('invalid_signature')
}

const INSTANT = { wanted: 'an RFC 3339 time', is: (text: string) => parseInstant(text) !== null }

async function checkFingerprint(fields: Fields, key: PublicKey, crypto: AmpCrypto): Promise<void> {
  const claimed = fields.optionalText('fingerprint', atMost(64))
  if (claimed === null || isFingerprintOf(claimed, await fingerprints(key, crypto))) return
  throw new AmpError('invalid_field', 'Expected the fingerprint of the key on the card', 'fingerprint')
}

function signedTexts(
  node: JsonObject,
  fields: Fields,
  of: { address: string; keyText: string },
): readonly (readonly [CardForm, string])[] {
  const members = new Map([...node.members].filter(([name]) => name !== 'signature'))
  const bare: JsonObject = { kind: 'object', members }
  const signedAt = fields.optionalText('signed_at', INSTANT)
  return [
    ['amp-agent-card-1', DOMAIN + writeJson(bare, 'jcs')],
    ['identity-script', jqPretty(bare)],
    ['identity-script', `${jqPretty(bare)}\n`],
    ['identity-script', writeJson(bare, 'jq-1.6')],
    ...(signedAt === null
      ? []
      : ([['address-key-time', `${of.address}|${of.keyText}|${signedAt}`]] as const)),
  ]
}
