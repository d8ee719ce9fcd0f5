// Agents elsewhere that prove who they are and get short tokens for it (AMP 11, AID): how they ask, and who lets them.
import { z } from 'zod'
import { idSchema } from '../id.ts'
import { op } from '../operation.ts'
import type { Permission } from '../policy.ts'
import { amp } from './amp-row.ts'

/** What an agent elsewhere can be granted: its mailbox here. The other rights of agents are about a session on this machine. */
export const IDENTITY_SCOPES = ['message:read', 'message:send'] as const satisfies readonly Permission[]
export const IdentityScope = z.enum(IDENTITY_SCOPES)
export type IdentityScope = z.infer<typeof IdentityScope>

export const IDENTITY_STATES = ['pending', 'active', 'suspended'] as const
export type IdentityState = (typeof IDENTITY_STATES)[number]

/** A key elsewhere that has asked for tokens, or may have them. */
export const Identity = z.strictObject({
  id: idSchema('identity'),
  /** As it calls itself; foreign text. */
  name: z.string(),
  address: z.string(),
  description: z.string(),
  /** SPKI fingerprint of its key. */
  fingerprint: z.string(),
  state: z.enum(IDENTITY_STATES),
  scopes: z.array(IdentityScope),
  /** How long each of its tokens counts. */
  seconds: z.int(),
  /** Its address here, once it was approved. */
  mailbox: z.string().nullable(),
  createdAt: z.int(),
  /** Who decided last, or null where nobody has. */
  by: z.string().nullable(),
})
export type Identity = z.infer<typeof Identity>

// The protocol says a minute to an hour; a token that nobody can take back elsewhere should not live longer than this.
export const TOKEN_SECONDS = { least: 60, most: 900 } as const

const Text = z.string().max(300)
const FORM_BYTES = 64 * 1024

/** Each path as clients spell it below the base that they were given, with the tenant in it or without. */
const below = (path: string): string[] => [`/${path}`, `/{tenant}/${path}`]
// The tenant is looked at where it stands in a path.
const Tenant = z.object({ tenant: Text.optional() })
const One = z.object({ id: idSchema('identity') })
const verb = (name: string): string[] => below(`agent_registrations/{id}/${name}`)

const wireOperations = {
  ampToken: amp({
    method: 'POST',
    path: '/v1/oauth/token',
    aliases: below('oauth/token'),
    may: 'public',
    input: Tenant,
    says: 'AID: a short token for the proof of a key that was approved',
    audited: true,
    bytes: FORM_BYTES,
  }),
  ampIntrospect: amp({
    method: 'POST',
    path: '/v1/oauth/introspect',
    aliases: below('oauth/introspect'),
    may: 'message:read',
    input: Tenant,
    says: 'AID: whether a token counts now, and for what (RFC 7662)',
    bytes: FORM_BYTES,
  }),
  ampRevokeToken: amp({
    method: 'POST',
    path: '/v1/oauth/revoke',
    aliases: below('oauth/revoke'),
    may: 'public',
    input: Tenant,
    says: 'AID: a token that shall count no more; whoever has it may end it (RFC 7009)',
    bytes: FORM_BYTES,
  }),
  ampRegisterIdentity: amp({
    method: 'POST',
    path: '/v1/agent_registrations',
    aliases: [
      ...below('agent_registrations'),
      '/v1/agent_registrations/request',
      ...below('agent_registrations/request'),
    ],
    may: 'public',
    input: Tenant,
    says: 'AID: ask for tokens; without the token of somebody who may grant them it waits for such a person',
    audited: true,
    bytes: FORM_BYTES,
  }),
  ampIdentityState: amp({
    method: 'POST',
    path: '/v1/agent_registrations/{id}/status',
    aliases: verb('status'),
    may: 'public',
    input: Tenant.extend({ id: Text }),
    says: 'AID: how far a registration is, for the holder of its key',
    bytes: FORM_BYTES,
  }),
  ampTokenServer: amp({
    method: 'GET',
    path: '/v1/oauth/server',
    aliases: [
      ...below('.well-known/oauth-authorization-server'),
      '/.well-known/oauth-authorization-server/{tenant}',
      ...below('.well-known/openid-configuration'),
    ],
    may: 'public',
    input: Tenant,
    says: 'AID: where tokens are given, and how (RFC 8414)',
  }),
  ampTokenResource: amp({
    method: 'GET',
    path: '/v1/oauth/resource',
    aliases: below('.well-known/oauth-protected-resource'),
    may: 'public',
    input: Tenant,
    says: 'AID: which server gives tokens for this one (RFC 9728)',
  }),
  ampTokenKeys: amp({
    method: 'GET',
    path: '/v1/oauth/keys',
    aliases: below('.well-known/jwks.json'),
    may: 'public',
    input: Tenant,
    says: 'AID: the public keys that tokens are checked with (RFC 7517)',
  }),
} as const

export const identityOperations = {
  ...wireOperations,
  listIdentities: op({
    method: 'GET',
    path: '/v1/mail/identities',
    may: 'message:judge',
    input: z.strictObject({}),
    output: z.array(Identity),
    says: 'Agents elsewhere that ask for tokens of this machine, or have them',
    cli: { words: 'mail identities' },
  }),
  approveIdentity: op({
    method: 'POST',
    path: '/v1/mail/identities/{id}/approve',
    may: 'message:judge',
    input: z.strictObject({
      ...One.shape,
      scopes: z
        .array(IdentityScope)
        .min(1)
        .default([...IDENTITY_SCOPES]),
      seconds: z.int().min(TOKEN_SECONDS.least).max(TOKEN_SECONDS.most).optional(),
      /** Its mailbox here, where the name that it asked for is taken. */
      name: z.string().max(63).optional(),
    }),
    output: Identity,
    says: 'Give an agent elsewhere a mailbox here, and tokens for it',
    cli: { words: 'mail identity approve', args: ['id'] },
    audited: true,
  }),
  suspendIdentity: op({
    method: 'POST',
    path: '/v1/mail/identities/{id}/suspend',
    aliases: verb('suspend'),
    may: 'message:judge',
    input: One,
    output: Identity,
    says: 'End the tokens of an agent elsewhere at once, and give it none',
    cli: { words: 'mail identity suspend', args: ['id'] },
    audited: true,
  }),
  reactivateIdentity: op({
    method: 'POST',
    path: '/v1/mail/identities/{id}/reactivate',
    aliases: verb('reactivate'),
    may: 'message:judge',
    input: One,
    output: Identity,
    says: 'Give an agent elsewhere tokens again; those that were ended stay so',
    cli: { words: 'mail identity reactivate', args: ['id'] },
    audited: true,
  }),
  removeIdentity: op({
    method: 'DELETE',
    path: '/v1/mail/identities/{id}',
    may: 'message:judge',
    input: One,
    output: z.strictObject({}),
    says: 'Refuse an agent elsewhere, or take its tokens away for good; its mailbox stays',
    cli: { words: 'mail identity remove', args: ['id'] },
    audited: true,
  }),
} as const
