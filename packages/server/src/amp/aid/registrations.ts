// Who may have tokens: an agent elsewhere asks, and waits until somebody who may judge mail lets it.
import { fault, newId, TOKEN_SECONDS, type Identity, type IdentityScope, IDENTITY_SCOPES } from '@tutti/core'
import {
  AmpError,
  checkProof,
  fieldsOf,
  fingerprints,
  formatInstant,
  IdentityError,
  isNewName,
  atMost,
  isFingerprintOf,
  parseRegistration,
  PROOF_TAGS,
  RegistrationError,
  type RegistrationRequest,
} from '@tutti/protocol'
import { ampCrypto } from '../../amp-crypto.ts'
import type { By, Statement } from '../../db/store.ts'
import type { Context, Handlers } from '../../handler.ts'
import { holds } from '../../permission.ts'
import type { ProgramId } from '../program-book.ts'
import { bodyOf, reply } from '../reply.ts'
import type { AidDeps } from './aid.ts'
import {
  endTokens,
  isLiving,
  type IdentityId,
  type IdentityRecord,
  type LivingIdentity,
} from './identity-book.ts'
import { baseOf, issuersOf, refuseOtherTenants } from './place.ts'

type RegistrationHandlers = Pick<
  Handlers,
  | 'ampRegisterIdentity'
  | 'ampIdentityState'
  | 'listIdentities'
  | 'approveIdentity'
  | 'suspendIdentity'
  | 'reactivateIdentity'
  | 'removeIdentity'
>

// More that wait are more than a person reads; one that nobody looked at for a week is not wanted.
const MOST_PENDING = 100
const PENDING_MS = 7 * 24 * 3_600_000

/** Roles as the scripts name them: by number. */
export const ROLES: Readonly<Record<number, { name: string; scopes: readonly IdentityScope[] }>> = {
  1: { name: 'reader', scopes: ['message:read'] },
  2: { name: 'correspondent', scopes: IDENTITY_SCOPES },
}

export function registrationHandlers(deps: AidDeps): RegistrationHandlers {
  const { book, clock } = deps
  const known = (id: string): LivingIdentity => {
    const identity = book.find(id)
    if (isLiving(identity)) return identity
    throw fault('identity.unknown', { id })
  }
  const shown = (id: string): Identity => identityOf(deps, known(id))
  /** Moves an identity from one of these states into another. */
  const moved = async (
    { id, by }: { id: IdentityId; by: By },
    from: readonly IdentityRecord['state'][],
    to: IdentityRecord['state'],
  ) => {
    const { name, state } = known(id)
    if (!from.includes(state)) throw fault('identity.state', { name, status: state, wanted: to })
    const statements = [
      {
        sql: 'UPDATE identities SET state = ?, decided_by = ?, changed_at = ? WHERE id = ? AND state = ?',
        values: [to, by.actor, clock.now(), id, state],
        expect: { changes: 1, fault: 'identity.state', details: { name, status: state, wanted: to } },
      },
      ...(to === 'active' ? [] : [endTokens(id, clock.now())]),
    ] as const
    await book.commit({ by, subject: id, detail: { state: to }, statements })
  }

  return {
    ampRegisterIdentity: ({ tenant }, context) => registered(deps, context, tenant),
    ampIdentityState: ({ id, tenant }, context) => stateTold(deps, { id, tenant }, context),
    listIdentities: () => book.all().map((one) => identityOf(deps, one)),
    async approveIdentity({ id, scopes, seconds, name }, { by }) {
      const identity = known(id)
      if (identity.state !== 'pending')
        throw fault('identity.state', { name: identity.name, status: identity.state, wanted: 'active' })
      const wish = { scopes, seconds: seconds ?? identity.seconds, name: name ?? nameOf(identity.address) }
      await admit(deps, { identity, wish, by })
      return shown(id)
    },
    async suspendIdentity({ id }, { by }) {
      await moved({ id, by }, ['active'], 'suspended')
      return shown(id)
    },
    async reactivateIdentity({ id }, { by }) {
      await moved({ id, by }, ['suspended'], 'active')
      return shown(id)
    },
    async removeIdentity({ id }, { by }) {
      await moved({ id, by }, ['pending', 'active', 'suspended'], 'deleted')
      return {}
    },
  }
}

/** The name of a mailbox here: what stands before the address's sign. */
const nameOf = (address: string): string => address.split('@', 1)[0] ?? ''

async function registered(deps: AidDeps, context: Context, tenant: string | undefined) {
  const { book, clock, random } = deps
  refuseOtherTenants(deps.naming().tenant, tenant)
  const mayGrant = holds(context.actor, 'message:judge')
  // Somebody who shows a token means to use it: a request that waits is not what they asked for.
  if (context.actor.id !== 'anonymous' && !mayGrant) throw new AmpError('forbidden')
  deps.asking.refuseTooMany(context.address)
  deps.asking.count(context.address)
  const asked = await parseRegistration(context.body, ampCrypto)
  const { spki: kid } = await fingerprints(asked.key, ampCrypto)
  const scopes = scopesOf(asked)
  const earlier = book.byKid(kid)
  if (earlier && !(mayGrant && earlier.state === 'pending')) {
    const says = `This key is registered already, as ${earlier.name}; it is ${earlier.state}.`
    throw new RegistrationError('key_already_registered', says, 'agent_registration.public_key')
  }
  refuseTaken(deps, asked, kid)
  const id = earlier?.id ?? newId('identity', clock.now(), random)
  const wished = asked.lifetimeSeconds ?? TOKEN_SECONDS.most
  const seconds = Math.min(TOKEN_SECONDS.most, Math.max(TOKEN_SECONDS.least, wished))
  if (!earlier) await ask(deps, { id, kid, asked, scopes, seconds, by: context.by })
  const identity = book.find(id)
  if (mayGrant && identity)
    await admit(deps, {
      identity,
      wish: { scopes, seconds, name: nameOf(identity.address) },
      by: context.by,
    })
  return reply(201, document(deps, id, { base: baseOf(context, tenant) }))
}

function scopesOf({ role }: RegistrationRequest): readonly IdentityScope[] {
  if (role === null) return IDENTITY_SCOPES
  const known = ROLES[role]
  if (known) return known.scopes
  const says = 'Expected the role 1 (reads) or 2 (reads and sends)'
  throw new RegistrationError('invalid_field', says, 'agent_registration.role_id')
}

/** A mailbox of that name must be the key's own, or free. */
function refuseTaken(deps: AidDeps, { address }: RegistrationRequest, kid: string): void {
  const name = nameOf(address)
  if (deps.programs.byKey(kid)) return
  if (!isNewName(name))
    throw new RegistrationError(
      'invalid_field',
      'Expected an address like build-bot@team.local',
      'agent_registration.address',
    )
  if (deps.isTaken(name))
    throw new RegistrationError(
      'name_taken',
      `Another mailbox is called ${name} already.`,
      'agent_registration.address',
    )
}

interface Asking {
  id: IdentityId
  kid: string
  asked: RegistrationRequest
  scopes: readonly IdentityScope[]
  seconds: number
  by: By
}

async function ask({ book, clock }: AidDeps, { id, kid, asked, scopes, seconds, by }: Asking): Promise<void> {
  const now = clock.now()
  const waiting = book
    .all()
    .filter(({ state, createdAt }) => state === 'pending' && createdAt > now - PENDING_MS)
  if (waiting.length >= MOST_PENDING)
    throw new AmpError('rate_limited', 'Too many registrations wait for approval here.')
  const values = [
    id,
    kid,
    Buffer.from(asked.key.raw).toString('base64url'),
    asked.name,
    asked.address,
    asked.description,
    scopes.join(' '),
    seconds,
    now,
    now,
  ]
  await book.commit({
    by,
    subject: id,
    detail: { address: asked.address, fingerprint: kid },
    statements: [
      {
        sql: `DELETE FROM identities WHERE program_id IS NULL AND created_at <= ? AND state IN ('pending', 'deleted')`,
        values: [now - PENDING_MS],
      },
      {
        sql: `INSERT INTO identities
          (id, kid, public_key, name, address, description, state, scopes, seconds, created_at, changed_at)
          VALUES (?, ?, ?, ?, ?, ?, 'pending', ?, ?, ?, ?)`,
        values,
        conflict: {
          fault: 'identity.state',
          details: { name: asked.name, status: 'pending', wanted: 'pending' },
        },
      },
    ],
  })
}

interface Admission {
  identity: IdentityRecord
  wish: { scopes: readonly IdentityScope[]; seconds: number; name: string }
  by: By
}

/** Gives an identity its mailbox, the one that its key has already or a new one, in the unit that makes it active. */
async function admit(deps: AidDeps, { identity, wish, by }: Admission): Promise<void> {
  const { id, name, state } = identity
  const own = await mailboxFor(deps, identity, wish.name)
  const activate: Statement = {
    sql: `UPDATE identities SET state = 'active', scopes = ?, seconds = ?, program_id = ?, decided_by = ?, changed_at = ?
      WHERE id = ? AND state = 'pending'`,
    values: [wish.scopes.join(' '), wish.seconds, own.id, by.actor, deps.clock.now(), id],
    expect: { changes: 1, fault: 'identity.state', details: { name, status: state, wanted: 'active' } },
  }
  await deps.book.commit({
    by,
    subject: id,
    detail: { state: 'active', scopes: wish.scopes.join(' '), mailbox: own.id },
    statements: [activate, ...own.statements],
  })
  deps.programs.refresh()
}

async function mailboxFor(
  deps: AidDeps,
  identity: IdentityRecord,
  name: string,
): Promise<{ id: ProgramId; statements: Statement[] }> {
  const holder = deps.programs.byKey(identity.kid)
  if (holder) {
    const isInForce = deps.book.programOf({ ...identity, programId: holder.id }) !== null
    if (!isInForce) throw fault('identity.key-gone', { name: identity.name })
    return { id: holder.id, statements: [] }
  }
  if (!isNewName(name) || deps.isTaken(name)) throw fault('identity.name-taken', { name })
  return deps.programs.newcomer({ name, alias: identity.name, key: identity.key })
}

function identityOf(deps: AidDeps, record: LivingIdentity): Identity {
  const { kid, key: _key, programId, ...rest } = record
  const program = programId === null ? undefined : deps.programs.known(programId)
  return {
    ...rest,
    scopes: [...record.scopes],
    fingerprint: kid,
    mailbox: program ? deps.addressOf(program.name).address : null,
  }
}

/** How far it is, for whoever holds the key; nobody else learns whether there is such a registration. */
async function stateTold(
  deps: AidDeps,
  { id, tenant }: { id: string; tenant: string | undefined },
  context: Context,
) {
  refuseOtherTenants(deps.naming().tenant, tenant)
  deps.pace.refuseTooMany(context.address)
  deps.pace.count(context.address)
  // The polling script breaks the line of its proof within a JSON string; no line break means anything here.
  const text = new TextDecoder().decode(context.body).replaceAll(/[\r\n]/g, '')
  const fields = fieldsOf(bodyOf(new TextEncoder().encode(text)))
  const proof = fields.text('proof', atMost(2048))
  const print = fields.optionalText('fingerprint', atMost(64))
  const identity = deps.book.find(id)
  if (identity === undefined) throw new IdentityError('invalid_proof')
  if (print !== null && !isFingerprintOf(print, await fingerprints(identity.key, ampCrypto)))
    throw new IdentityError('invalid_proof')
  await checkProof(
    { proof, key: identity.key, tag: PROOF_TAGS.status, issuers: issuersOf(context, deps.naming().tenant) },
    { crypto: ampCrypto, nowMs: deps.clock.now() },
  )
  return reply(200, document(deps, id, { base: baseOf(context, tenant) }))
}

/** A registration in the words of JSON:API, with the fields that clients of either generation look for. */
function document(deps: AidDeps, id: string, { base }: { base: string }) {
  const identity = deps.book.find(id)
  if (identity === undefined) throw fault('identity.unknown', { id })
  const { kid, address, state } = identity
  const [roleId, role] =
    Object.entries(ROLES).find(([, { scopes }]) => scopes.join(' ') === identity.scopes.join(' ')) ?? []
  const program = identity.programId === null ? undefined : deps.programs.known(identity.programId)
  return {
    data: {
      type: 'agent_registration',
      id,
      attributes: {
        unique_id: id,
        name: identity.name,
        address,
        amp_address: address,
        fingerprint: kid,
        amp_fingerprint: kid,
        key_algorithm: 'Ed25519',
        description: identity.description,
        status: state === 'deleted' ? 'rejected' : state,
        role_id: roleId === undefined ? null : Number(roleId),
        role_name: role?.name ?? null,
        scopes: identity.scopes,
        token_lifetime: identity.seconds,
        mailbox: program ? deps.addressOf(program.name).address : null,
        created_at: formatInstant(identity.createdAt),
        token_endpoint: `${base}/oauth/token`,
        oidc_issuer: base,
        ...(state === 'pending' ? { expires_in: PENDING_MS / 1000, interval: 5 } : {}),
      },
    },
  }
}
