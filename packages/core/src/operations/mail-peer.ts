// Other providers that mail is exchanged with: found, compared, pinned, removed.
import { z } from 'zod'
import { op } from '../operation.ts'

/** The domain under which a machine or an organization has its mail. */
export const Provider = z
  .string()
  .max(253)
  .regex(/^[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})+$/, 'expected a domain such as example.org')

export const MailPeer = z.strictObject({
  provider: z.string(),
  endpoint: z.string(),
  fingerprint: z.string(),
  seals: z.boolean(),
})

export const mailPeerOperations = {
  listMailPeers: op({
    method: 'GET',
    path: '/v1/mail/peers',
    may: 'settings:read',
    input: () => z.strictObject({}),
    output: () => z.array(MailPeer),
    says: 'The other providers that mail is exchanged with',
    cli: { words: 'mail peers' },
  }),
  findMailPeer: op({
    method: 'GET',
    path: '/v1/mail/peers/{provider}',
    may: 'settings:write',
    input: () => z.strictObject({ provider: Provider }),
    output: () =>
      z.strictObject({
        provider: z.string(),
        endpoint: z.string(),
        /** PEM. */
        publicKey: z.string(),
        /** Compare it by another way before you pin the key. */
        fingerprint: z.string(),
        source: z.enum(['dns', 'well-known']),
      }),
    says: 'Look up where another provider is and which key it names; nothing is pinned by that',
    cli: { words: 'mail peer find', args: ['provider'] },
  }),
  setMailPeer: op({
    method: 'PUT',
    path: '/v1/mail/peers/{provider}',
    may: 'settings:write',
    input: () =>
      z.strictObject({
        provider: Provider,
        /** Where its AMP endpoints are, such as https://mail.example.org/v1; one in the local network is named here and nowhere else. */
        endpoint: z
          .string()
          .max(2048)
          .regex(/^https?:\/\/[!-~]+$/, 'expected an address such as https://host/v1'),
        /** Ed25519: PEM, did:key, hex or base64; compare its fingerprint by another way. */
        publicKey: z.string().min(32).max(1024),
        /** It is a Tutti machine and seals its envelopes: then nothing unsealed is taken from it. */
        seals: z.boolean().default(true),
      }),
    output: MailPeer,
    says: 'Exchange mail with another provider, whose key is pinned',
    cli: { words: 'mail peer set', args: ['provider', 'endpoint'] },
    audited: true,
  }),
  removeMailPeer: op({
    method: 'DELETE',
    path: '/v1/mail/peers/{provider}',
    may: 'settings:write',
    input: () => z.strictObject({ provider: Provider }),
    output: () => z.strictObject({}),
    says: 'Exchange no more mail with a provider',
    cli: { words: 'mail peer remove', args: ['provider'] },
    audited: true,
  }),
} as const
