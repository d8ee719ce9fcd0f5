// A proof is exchanged for a token, a token is asked about, a token is ended (AMP 11; RFC 7662, RFC 7009).
import { createHash } from 'node:crypto'
import { Fault, type IdentityScope, type RandomBytes } from '@tutti/core'
import {
  checkIdentity,
  checkProof,
  fingerprints,
  IdentityError,
  parseForm,
  parseTokenRequest,
  PROOF_TAGS,
  type AmpCode,
  type CheckedProof,
  type PublicKey,
} from '@tutti/protocol'
import { ampCrypto } from '../../amp-crypto.ts'
import type { Statement } from '../../db/store.ts'
import type { Context, Handlers } from '../../handler.ts'
import { reply } from '../reply.ts'
import type { AidDeps } from './aid.ts'
import type { IdentityRecord } from './identity-book.ts'
import { baseOf, issuersOf, refuseOtherTenants } from './place.ts'

type ExchangeHandlers = Pick<Handlers, 'ampToken' | 'ampIntrospect' | 'ampRevokeToken'>

export const exchangeHandlers = (deps: AidDeps): ExchangeHandlers => ({
  ampToken: ({ tenant }, context) => exchanged(deps, context, tenant),
  ampIntrospect({ tenant }, context) {
    refuseOtherTenants(deps.naming().tenant, tenant)
    return reply(200, introspected(deps, context.body))
  },
  async ampRevokeToken({ tenant }, context) {
    refuseOtherTenants(deps.naming().tenant, tenant)
    deps.pace.refuseTooMany(context.address)
    deps.pace.count(context.address)
    const secret = parseForm(context.body).get('token') ?? ''
    // A token that nobody has is as good as ended (RFC 7009 section 2.2).
    // One that is known is ended, and that is kept; whoever guesses writes nothing.
    await deps.book.revoke(secret, { ...context.by, audited: true })
    return reply(200, {})
  },
})

async function exchanged(deps: AidDeps, context: Context, tenant: string | undefined) {
  const { clock, naming } = deps
  refuseOtherTenants(naming().tenant, tenant)
  deps.pace.refuseTooMany(context.address)
  deps.pace.count(context.address)
  const request = parseTokenRequest(context.body)
  const by = { crypto: ampCrypto, nowMs: clock.now() }
  const claimed = await checkIdentity(request.identity, by)
  const proof = await checkProof(
    {
      proof: request.proof,
      key: claimed.key,
      tag: PROOF_TAGS.token,
      issuers: issuersOf(context, naming().tenant),
    },
    by,
  )
  const identity = await registered(deps, claimed)
  const { scopes } = await permitted(deps, { identity, asked: request.scopes, context })
  const issued = await issue(deps, { identity, scopes, proof, context, issuer: baseOf(context, tenant) })
  context.header('Cache-Control', 'no-store')
  return reply(200, {
    access_token: issued,
    token_type: 'Bearer',
    expires_in: identity.seconds,
    scope: scopes.join(' '),
    agent_address: identity.address,
    credential_type: 'access_token',
  })
}

/** The identity behind a key, from our own books, under the address that it was registered with. */
async function registered(
  { book }: AidDeps,
  claimed: { key: PublicKey; address: string },
): Promise<IdentityRecord> {
  const { spki } = await fingerprints(claimed.key, ampCrypto)
  const identity = book.byKid(spki)
  if (identity === undefined) throw new IdentityError('agent_not_registered')
  if (identity.state === 'pending')
    throw new IdentityError(
      'agent_not_registered',
      'This registration waits for the approval of an operator.',
    )
  if (identity.address !== claimed.address)
    throw new IdentityError(
      'agent_not_registered',
      `This key was registered for the address ${identity.address}.`,
    )
  return identity
}

/** What it may have of what it asked for. Refusals of one that is known are kept. */
async function permitted(
  deps: AidDeps,
  of: { identity: IdentityRecord; asked: readonly string[] | null; context: Context },
): Promise<{ scopes: readonly IdentityScope[] }> {
  const { identity, asked, context } = of
  const refusal = refusalOf(deps, identity, asked)
  if (refusal === null)
    return { scopes: identity.scopes.filter((scope) => asked === null || asked.includes(scope)) }
  await deps.store.audit(context.by, {
    subject: identity.id,
    outcome: 'refused',
    detail: { code: refusal.code },
  })
  throw refusal
}

function refusalOf(
  { book, programs }: AidDeps,
  identity: IdentityRecord,
  asked: readonly string[] | null,
): IdentityError | null {
  const refused = (code: AmpCode, says?: string) => new IdentityError(code, says)
  const isClosed = identity.programId !== null && programs.isSuspended(identity.programId)
  if (identity.state === 'suspended' || isClosed) return refused('agent_suspended')
  if (book.programOf(identity) === null)
    return refused(
      'invalid_grant',
      'This key is not in force any more: it was replaced, or its mailbox is gone.',
    )
  const granted: readonly string[] = identity.scopes
  return asked?.every((scope) => granted.includes(scope)) === false ? refused('invalid_scope') : null
}

interface Issue {
  identity: IdentityRecord
  scopes: readonly IdentityScope[]
  proof: CheckedProof
  context: Context
  issuer: string
}

async function issue(deps: AidDeps, { identity, scopes, proof, context, issuer }: Issue): Promise<string> {
  const { clock, book, keys, naming, random } = deps
  const iat = Math.floor(clock.now() / 1000)
  const scope = scopes.join(' ')
  const secret = await keys.sign({
    iss: issuer,
    aud: context.origin,
    sub: identity.id,
    client_id: identity.id,
    iat,
    nbf: iat,
    exp: iat + identity.seconds,
    jti: newJti(random),
    scope,
    tenant: naming().tenant,
    agent_address: identity.address,
    agent_name: identity.name,
  })
  const until = (iat + identity.seconds) * 1000
  try {
    await book.issue(
      { secret, identity, scopes, until },
      {
        by: context.by,
        detail: { address: identity.address, scope, seconds: identity.seconds },
        statements: [spent(identity.kid, proof)],
      },
    )
    return secret
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    if (error.code === 'identity.proof-used')
      throw new IdentityError('invalid_proof', 'This proof has come before; make a new one.')
    // Suspended while its token was signed.
    if (error.code === 'identity.unknown') throw new IdentityError('agent_suspended')
    throw error
  }
}

const newJti = (random: RandomBytes): string => Buffer.from(random(16)).toString('base64url')

/** Remembers a proof in the unit that gives out its token, so that it counts once, also after a restart (C39). */
const spent = (kid: string, { signature, until }: CheckedProof): Statement => ({
  sql: 'INSERT INTO mail_seen (signer, id, digest, until_ms) VALUES (?, ?, ?, ?)',
  values: [`proof ${kid}`, createHash('sha256').update(signature).digest('base64url'), '', until],
  conflict: { fault: 'identity.proof-used' },
})

/** RFC 7662: of a token that does not count nothing is said but why, and that only of one that we gave out. */
function introspected({ book, clock, programs }: AidDeps, body: Uint8Array): Record<string, unknown> {
  const secret = parseForm(body).get('token') ?? ''
  const token = book.token(secret)
  if (token === undefined) return { active: false }
  const { identity, issuedAt, until } = token
  if (identity.state === 'deleted' || book.programOf(identity) === null)
    return { active: false, reason: 'agent_not_found' }
  const isClosed = identity.programId !== null && programs.isSuspended(identity.programId)
  if (identity.state === 'suspended' || isClosed) return { active: false, reason: 'agent_suspended' }
  const actor = book.byToken(secret)
  if (actor === null || until <= clock.now()) return { active: false }
  return {
    active: true,
    scope: [...(actor.scopes ?? [])].join(' '),
    client_id: identity.id,
    sub: identity.id,
    token_type: 'Bearer',
    iat: Math.floor(issuedAt / 1000),
    exp: Math.floor(until / 1000),
    agent_id: identity.programId,
    agent_address: identity.address,
    agent_name: identity.name,
    agent_status: identity.state,
  }
}
