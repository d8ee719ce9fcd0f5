// What a client finds out by itself: where tokens are given, for what, and how they are checked (RFC 8414, RFC 9728, RFC 7517).
import { IDENTITY_SCOPES } from '@tutti/core'
import { IDENTITY_GRANT } from '@tutti/protocol'
import type { Context, Handlers } from '../../handler.ts'
import { reply } from '../reply.ts'
import type { AidDeps } from './aid.ts'
import { baseOf, refuseOtherTenants } from './place.ts'

type DiscoveryHandlers = Pick<Handlers, 'ampTokenServer' | 'ampTokenResource' | 'ampTokenKeys'>

export function tokenDiscoveryHandlers({ keys, naming }: AidDeps): DiscoveryHandlers {
  const kept = (context: Context) => context.header('Cache-Control', 'public, max-age=300')
  return {
    ampTokenServer({ tenant }, context) {
      refuseOtherTenants(naming().tenant, tenant)
      kept(context)
      const base = baseOf(context, tenant)
      return reply(200, {
        issuer: base,
        token_endpoint: `${base}/oauth/token`,
        introspection_endpoint: `${base}/oauth/introspect`,
        revocation_endpoint: `${base}/oauth/revoke`,
        jwks_uri: `${base}/.well-known/jwks.json`,
        grant_types_supported: [IDENTITY_GRANT],
        response_types_supported: [],
        token_endpoint_auth_methods_supported: ['none'],
        scopes_supported: IDENTITY_SCOPES,
        id_token_signing_alg_values_supported: ['RS256'],
        subject_types_supported: ['public'],
        aid_grant: {
          aid_version: '1.0',
          registration_endpoint: `${base}/agent_registrations`,
          registration_request_endpoint: `${base}/agent_registrations/request`,
          key_algorithms_supported: ['Ed25519'],
          credential_types_supported: ['access_token'],
          polling_interval: 5,
        },
      })
    },
    ampTokenResource({ tenant }, context) {
      refuseOtherTenants(naming().tenant, tenant)
      kept(context)
      const base = baseOf(context, tenant)
      return reply(200, {
        resource: base,
        authorization_servers: [base],
        scopes_supported: IDENTITY_SCOPES,
        bearer_methods_supported: ['header'],
      })
    },
    async ampTokenKeys({ tenant }, context) {
      refuseOtherTenants(naming().tenant, tenant)
      kept(context)
      return reply(200, { keys: await keys.published() })
    },
  }
}
