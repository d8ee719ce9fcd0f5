// What this provider says of itself and of who can be reached here.
import {
  AMP_VERSION,
  AmpError,
  didOf,
  fingerprints,
  formatInstant,
  isAddressText,
  LIMITS,
  publicKeyPem,
  signCard,
  type PublicKey,
} from '@tutti/protocol'
import { ampCrypto } from '../amp-crypto.ts'
import type { Handlers } from '../handler.ts'
import type { AmpDeps } from './amp.ts'
import { keysInForce } from './program-book.ts'
import { callerOf } from './registration.ts'
import { reply } from './reply.ts'

type DiscoveryHandlers = ProviderHandlers & Pick<Handlers, 'ampResolve' | 'ampCard' | 'ampAgents'>

const CAPABILITIES = [
  'registration',
  'local-delivery',
  'relay-queue',
  'attachments',
  'key-rotation',
  'amp-seal/1',
]

export const discoveryHandlers = (deps: AmpDeps): DiscoveryHandlers => ({
  ...providerHandlers(deps),
  ...agentHandlers(deps),
})

type ProviderHandlers = Pick<
  Handlers,
  | 'ampDiscovery'
  | 'ampHealth'
  | 'ampInfo'
  | 'ampOrganization'
  | 'ampNoteAddress'
  | 'ampDoorbell'
  | 'ampByName'
>

function providerHandlers(deps: AmpDeps): ProviderHandlers {
  const ownKey = async () => (await deps.mail.signers.of('machine')).key
  const place = () => {
    const { tenant, provider } = deps.naming()
    // Gateways look for the tenant under three names; a registration with a wrong one is refused.
    return { provider, domain: provider, tenant, default_tenant: tenant }
  }
  const document = async (key: PublicKey, origin: string) => ({
    version: AMP_VERSION,
    endpoint: `${origin}/api/v1`,
    ...place(),
    public_key: publicKeyPem(key),
    fingerprint: (await fingerprints(key, ampCrypto)).spki,
    capabilities: CAPABILITIES,
  })

  return {
    async ampDiscovery(_input, context) {
      context.header('Cache-Control', 'public, max-age=3600')
      return reply(200, { ...(await document(await ownKey(), context.origin)), version: 'AMP1' })
    },
    ampHealth: () =>
      reply(200, { status: 'healthy', ok: true, version: AMP_VERSION, federation: true, ...place() }),
    async ampInfo(_input, context) {
      const rates = { rate_limits: { route: 'none beyond the caller’s own' } }
      const files = {
        attachment_limits: {
          max_count: LIMITS.attachments,
          max_size: LIMITS.attachmentBytes,
          max_total: LIMITS.attachmentsBytes,
        },
      }
      return reply(200, {
        ...(await document(await ownKey(), context.origin)),
        registration_modes: ['open-local', 'token'],
        ...rates,
        ...files,
      })
    },
    ampOrganization: () => reply(200, { organization: deps.naming().tenant }),
    // What a caller without a key says changes nothing: mail and notices follow what is stored.
    ampNoteAddress: () => reply(200, { success: true }),
    ampDoorbell: () => reply(202, { accepted: true }),
    ampByName({ name }) {
      const owner = isAddressText(name) ? deps.mail.addresses.at(deps.parse(name)) : null
      return reply(200, {
        exists: owner !== null,
        agent: owner && { name: owner.name, address: owner.address },
      })
    },
  }
}

function agentHandlers(deps: AmpDeps): Omit<DiscoveryHandlers, keyof ProviderHandlers> {
  const { programs, clock } = deps
  return {
    async ampResolve({ address }, { actor }) {
      const owner = deps.mail.addresses.at(deps.parse(address))
      const key = owner && (await deps.keyOf(owner.id))
      if (!owner || !key) throw new AmpError('not_found', 'No agent answers to this address.', 'address')
      return reply(200, {
        address: owner.address,
        alias: owner.name,
        public_key: publicKeyPem(key),
        key_algorithm: 'Ed25519',
        fingerprint: (await fingerprints(key, ampCrypto)).spki,
        did: didOf(key),
        // Who is awake is nobody's business who has no key here.
        online: actor.id === 'anonymous' ? null : deps.isOnline(owner.id),
      })
    },
    async ampCard(_input, context) {
      const program = callerOf(programs, context)
      const [record] = keysInForce(program, clock.now())
      if (!record) throw new AmpError('key_revoked')
      const machine = await deps.mail.signers.of('machine')
      const { address } = deps.addressOf(program.name)
      const facts = {
        agentId: program.id,
        address,
        alias: program.alias,
        key: record.key,
        providerEndpoint: `${context.origin}/api/v1`,
        capabilities: [],
        issuedAtMs: clock.now(),
        expiresAtMs: clock.now() + LIMITS.cardMs,
      }
      // The agent's own key is not ours to sign with: the card says that it is the provider's word.
      const card = await signCard(facts, { sign: machine.sign, crypto: ampCrypto })
      const { signature, ...rest } = card
      return reply(200, { ...rest, signature: null, provider_asserted: true, provider_signature: signature })
    },
    ampAgents({ search, limit }, context) {
      callerOf(programs, context)
      const found = deps.mail.addresses
        .all()
        .filter(({ name }) => search === undefined || name.includes(search.toLowerCase()))
      const agents = found
        .slice(0, limit)
        .map(({ id, name, address }) => ({ address, alias: name, online: deps.isOnline(id) }))
      return reply(200, {
        agents,
        total: found.length,
        has_more: found.length > limit,
        as_of: formatInstant(clock.now()),
      })
    },
  }
}
