// Programs come, change their keys and go. A name or key that somebody has is never given to another.
import { fault } from '@tutti/core'
import {
  AmpError,
  checkRotation,
  fieldsOf,
  fingerprints,
  formatInstant,
  isNewName,
  LIMITS,
  matching,
  parsePublicKey,
  publicKeyPem,
  didOf,
  type JsonObject,
  type PublicKey,
} from '@tutti/protocol'
import { ampCrypto } from '../amp-crypto.ts'
import type { Context, Handlers } from '../handler.ts'
import { keysInForce, type Program, type ProgramBook } from './program-book.ts'
import { bodyOf, reply } from './reply.ts'
import type { AmpDeps } from './amp.ts'

type RegistrationHandlers = Pick<
  Handlers,
  | 'ampRegister'
  | 'ampMe'
  | 'ampUpdateMe'
  | 'ampDeregister'
  | 'ampRotateApiKey'
  | 'ampRevokeApiKey'
  | 'ampRotateKeys'
>

const ANY = (wanted: string, max: number) => ({ wanted, is: (text: string) => text.length <= max })

export function registrationHandlers(deps: AmpDeps): RegistrationHandlers {
  const { programs, clock } = deps
  return {
    async ampRegister(_input, context) {
      admit(context)
      const asked = wanted(deps, context.body)
      const { program, apiKey } = await enrolled(deps, asked, context)
      if (asked.webhook) await deps.setWebhook(program.id, asked.webhook, context.by)
      const registered = await registration(deps, program, context)
      return reply(201, { ...registered, api_key: apiKey })
    },
    ampMe: async (_input, context) =>
      reply(200, await registration(deps, callerOf(programs, context), context)),
    ampUpdateMe: (_input, context) => updated(deps, context),
    async ampDeregister(_input, context) {
      const program = ownerOf(programs, context)
      await programs.remove(program.id, context.by)
      const { address } = deps.addressOf(program.name)
      return reply(200, { deregistered: true, address, deregistered_at: formatInstant(clock.now()) })
    },
    async ampRotateApiKey(_input, context) {
      const program = ownerOf(programs, context)
      const { apiKey, oldUntil } = await programs.renewApiKey(program.id, LIMITS.overlapMs, context.by)
      return reply(200, {
        api_key: apiKey,
        expires_at: null,
        previous_key_valid_until: formatInstant(oldUntil),
      })
    },
    async ampRevokeApiKey(_input, context) {
      const { id } = ownerOf(programs, context)
      const secret = (context.sent('authorization') ?? '').split(' ')[1] ?? ''
      await programs.revokeApiKey(id, secret, context.by)
      return reply(200, { revoked: true, revoked_at: formatInstant(clock.now()) })
    },
    ampRotateKeys: (_input, context) => rotated(deps, context),
  }
}

/** The program that calls; a person or an agent's session has no registration. */
export function callerOf(programs: ProgramBook, { actor }: Pick<Context, 'actor'>): Program {
  const program = actor.programId === undefined ? undefined : programs.known(actor.programId)
  if (program && programs.isSuspended(program.id)) throw new AmpError('agent_suspended')
  if (program) return program
  throw new AmpError(
    'forbidden',
    'This needs the API key of a registration; agents use `tutti` or its MCP tools.',
  )
}

/** The program that calls with its API key: a token that lives for minutes must not turn itself into a key that stays. */
function ownerOf(programs: ProgramBook, context: Pick<Context, 'actor'>): Program {
  const program = callerOf(programs, context)
  if (context.actor.identityId === undefined) return program
  throw new AmpError('forbidden', 'This needs the API key of the registration, not a token of an identity.')
}

// Where this machine alone can connect, whoever may run programs on it may also register one.
const LOOPBACK = /^(?:127\.|::1$)/

export const isLoopback = (address: string): boolean => LOOPBACK.test(address)

/** Anybody on this machine may register; from elsewhere it takes a token that may send. */
function admit({ actor, address }: Context): void {
  const isProgram = actor.programId !== undefined && actor.identityId === undefined
  if (actor.userId !== null || isProgram || isLoopback(address)) return
  throw new AmpError('unauthorized', 'Send the API token of a user to register from another machine.')
}

interface Wanted {
  name: string
  alias: string | null
  key: PublicKey
  webhook: Webhook | null
}

export interface Webhook {
  url: string
  secret: string
}

/** Where mail is to be pushed; the address is judged when it is used, and again each time. */
function webhookOf(body: JsonObject): Webhook | null {
  const delivery = fieldsOf(body).optionalObject('delivery')
  if (!delivery) return null
  const fields = fieldsOf(delivery, 'delivery')
  const url = fields.optionalText(
    'webhook_url',
    matching('an https address', /^https:\/\/[!-~]+$/, LIMITS.urlChars),
  )
  if (url === null) return null
  return {
    url,
    secret: fields.text('webhook_secret', matching('a secret of 16 characters or more', /^[!-~]{16,255}$/)),
  }
}

const ALIAS = matching('a name for people', /^[^\p{Cc}]+$/u, 120)

/** What the body names is changed: `alias` and `delivery`, each taken back by null. What else it says is not kept. */
async function updated(deps: AmpDeps, context: Context) {
  const program = ownerOf(deps.programs, context)
  const body = bodyOf(context.body)
  const alias = fieldsOf(body).optionalText('alias', ALIAS)
  const webhook = webhookOf(body)
  if (body.members.has('alias')) {
    const sql = 'UPDATE mail_programs SET alias = ? WHERE id = ?'
    await deps.programs.commit(program.id, [{ sql, values: [alias, program.id] }], context.by)
  }
  if (body.members.has('delivery')) await deps.setWebhook(program.id, webhook, context.by)
  const { address } = deps.addressOf(program.name)
  return reply(200, { updated: true, address, alias: body.members.has('alias') ? alias : program.alias })
}

function wanted(deps: AmpDeps, body: Uint8Array): Wanted {
  const object = bodyOf(body)
  const fields = fieldsOf(object)
  const name = fields.text('name', ANY('a name', LIMITS.labelChars)).toLowerCase()
  if (!isNewName(name)) throw new AmpError('invalid_field', 'Expected a name like build-bot', 'name')
  const tenant = fields.optionalText('tenant', ANY('a tenant', LIMITS.labelChars))?.toLowerCase() ?? null
  if (tenant !== null && ![deps.naming().tenant, 'default'].includes(tenant)) {
    throw new AmpError(
      'tenant_access_denied',
      `This server has the tenant ${deps.naming().tenant} only.`,
      'tenant',
    )
  }
  const algorithm = fields.optionalText('key_algorithm', ANY('Ed25519', 32)) ?? 'Ed25519'
  if (algorithm.toLowerCase() !== 'ed25519') {
    throw new AmpError('invalid_field', 'Expected `key_algorithm` to be Ed25519', 'key_algorithm')
  }
  return {
    name,
    alias: fields.optionalText('alias', ALIAS),
    key: parsePublicKey(fields.text('public_key', ANY('a public key', 1024))),
    webhook: webhookOf(object),
  }
}

/** Throws where the name or the key is somebody's. Whoever calls with the key of the very registration gets a new API key. */
async function enrolled(deps: AmpDeps, asked: Wanted, context: Context) {
  const { spki } = await fingerprints(asked.key, ampCrypto)
  const named = deps.programs.byName(asked.name)
  const holder = deps.programs.byKey(spki)
  const { programId, identityId } = context.actor
  const isOwner = named !== undefined && named.id === programId && identityId === undefined
  if (isOwner && named.id === holder?.id) {
    const { apiKey } = await deps.programs.renewApiKey(named.id, 0, context.by)
    return { program: named, apiKey }
  }
  // A name that was let go, or one of an agent or a person here, must not receive what is meant for them.
  if (named || deps.isTaken(asked.name)) throw taken(deps, asked.name)
  if (holder) throw new AmpError('key_already_registered')
  return deps.programs.add(asked, context.by)
}

function taken(deps: AmpDeps, name: string): AmpError {
  const free = ['2', '3', 'bot']
    .map((end) => `${name.slice(0, 56)}-${end}`)
    .filter((one) => !deps.isTaken(one))
  const says = `Another agent is called ${name}. Free are ${free.join(', ')}.`
  return Object.assign(new AmpError('name_taken', says, 'name'), { suggestions: free })
}

/** What a client keeps of its registration. The provider's name is the one that shell clients take for a local one. */
async function registration(deps: AmpDeps, program: Program, { origin }: Context) {
  const { tenant, aliases, provider } = deps.naming()
  const { address, short } = deps.addressOf(program.name)
  const [record] = keysInForce(program, deps.clock.now())
  if (!record) throw fault('mailbox.unknown', { id: program.id })
  return {
    address,
    short_address: short,
    local_name: program.name,
    agent_id: program.id,
    alias: program.alias,
    tenant_id: tenant,
    tenant,
    provider: {
      name: aliases[0] ?? provider,
      endpoint: `${origin}/api/v1`,
      route_url: `${origin}/api/v1/route`,
    },
    fingerprint: (await fingerprints(record.key, ampCrypto)).spki,
    public_key: publicKeyPem(record.key),
    key_algorithm: 'Ed25519',
    did: didOf(record.key),
    registered_at: formatInstant(program.createdAt),
  }
}

async function rotated(deps: AmpDeps, context: Context) {
  const program = ownerOf(deps.programs, context)
  const fields = fieldsOf(bodyOf(context.body))
  const newKeyText = fields.text('new_public_key', ANY('a public key', 1024))
  const proof = fields.text('proof', ANY('a proof', 1024))
  const [current] = keysInForce(program, deps.clock.now())
  if (!current) throw new AmpError('key_revoked')
  const next = await checkRotation({ newKeyText, proof }, current.key, ampCrypto)
  const prints = await fingerprints(next, ampCrypto)
  const holder = deps.programs.byKey(prints.spki)
  if (holder) throw new AmpError('key_already_registered')
  const untilMs = deps.clock.now() + LIMITS.overlapMs
  await deps.programs.commit(
    program.id,
    await deps.programs.replaceKey(program.id, next, untilMs),
    context.by,
  )
  const { address } = deps.addressOf(program.name)
  return reply(200, {
    rotated: true,
    address,
    fingerprint: prints.spki,
    public_key: publicKeyPem(next),
    previous_key_valid_until: formatInstant(untilMs),
  })
}
