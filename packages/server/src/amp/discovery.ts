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
import type { Context, Handlers } from '../handler.ts'
import type { AmpDeps } from './amp.ts'
import { keysInForce } from './program-book.ts'
import { callerOf } from './registration.ts'
import { ROUTES_PER_MINUTE } from './pace.ts'
import { reply } from './reply.ts'

type DiscoveryHandlers = ProviderHandlers &
  Pick<Handlers, 'ampResolve' | 'ampAgent' | 'ampCard' | 'ampAgents'>

const CAPABILITIES = [
  'registration',
  'local-delivery',
  'federation',
  'relay-queue',
  'websocket',
  'webhooks',
  'attachments',
  'key-rotation',
  'identity',
  'notify:v1',
  'notify:longpoll',
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
  const since = deps.clock.now()
  const online = () => deps.mail.addresses.all().filter(({ id }) => deps.isOnline(id)).length
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
    // Whoever keeps a machine is nobody's business who has no key here.
    contact: null,
  })

  return {
    async ampDiscovery(_input, context) {
      context.header('Cache-Control', 'public, max-age=3600')
      context.header('Access-Control-Allow-Origin', '*')
      return reply(200, { ...(await document(await ownKey(), context.origin)), version: 'AMP1' })
    },
    ampHealth(_input, { actor }) {
      // A disk that takes nothing takes no mail.
      const isWell = deps.store.writable()
      return reply(isWell ? 200 : 503, {
        status: isWell ? 'healthy' : 'unhealthy',
        ok: isWell,
        version: AMP_VERSION,
        federation: true,
        ...place(),
        // How many are awake is nobody's business who has no key here.
        agents_online: actor.id === 'anonymous' ? null : online(),
        uptime_seconds: Math.floor((deps.clock.now() - since) / 1000),
      })
    },
    async ampInfo(_input, context) {
      const rates = { rate_limits: { route: { limit: ROUTES_PER_MINUTE, window_seconds: 60 } } }
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
  const resolved = async ({ address }: { address: string }, { actor }: Pick<Context, 'actor'>) => {
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
  }
  return {
    ampResolve: resolved,
    ampAgent: resolved,
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
    ampAgents({ search = '', tenant, limit, cursor = '' }, context) {
      callerOf(programs, context)
      const isHere = tenant === undefined || [deps.naming().tenant, 'default'].includes(tenant.toLowerCase())
      const found = deps.mail.addresses
        .all()
        .filter(({ name }) => isHere && name.includes(search.toLowerCase()))
        .toSorted((a, b) => (a.name < b.name ? -1 : 1))
      const rest = found.filter(({ name }) => name > cursor)
      const page = rest.slice(0, limit)
      const agents = page.map(({ id, name, address }) => ({
        address,
        alias: name,
        online: deps.isOnline(id),
      }))
      return reply(200, {
        agents,
        total: found.length,
        has_more: rest.length > limit,
        cursor: rest.length > limit ? (page.at(-1)?.name ?? null) : null,
        as_of: formatInstant(clock.now()),
      })
    },
  }
}
