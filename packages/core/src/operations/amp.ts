// The Agent Messaging Protocol: its endpoints and every alias that deployed clients know, in AMP's own words and refusals.
import { z } from 'zod'
import { op, type Method, type Operation } from '../operation.ts'

/** What an AMP operation answers: a status and JSON as text, because a payload must travel exactly as it was signed. */
export const AmpReply = z.strictObject({ status: z.int().min(200).max(599), json: z.string() })
export type AmpReply = z.infer<typeof AmpReply>

// The protocol's own limit for a body (LIMITS.bodyBytes); the bodies themselves are read by the protocol package.
const BODY_BYTES = 1024 * 1024
const FILE_BYTES = 25 * 1024 * 1024

const Nothing = z.strictObject({})
// Judged by the protocol package, with its refusals; here only bounded.
const Text = z.string().max(300)
const One = z.object({ id: Text })

/** Clients append `/v1/...` to bases with and without a prefix of their own; some do it twice. */
const prefixed = (path: string): string[] => [`/api${path}`, `/api/v1${path}`]

/** A path of ours with its prefixed forms; any other as it is. */
const spellings = (path: string): string[] =>
  path.startsWith('/v1/') ? [path].concat(prefixed(path)) : [path]

const takesNoBody = (method: Method) => method === 'GET' || method === 'DELETE'

interface Row<M extends Method, P extends string, I extends z.ZodObject, W extends Operation['may']> {
  method: M
  path: P
  may: W
  input: I | (() => I)
  says: string
  aliases?: readonly string[]
  audited?: boolean
  bytes?: number
}

/** A row in AMP's own words and refusals. */
export const amp = <M extends Method, P extends string, I extends z.ZodObject, W extends Operation['may']>(
  row: Row<M, P, I, W>,
) =>
  op({
    method: row.method,
    path: row.path,
    may: row.may,
    input: row.input,
    output: AmpReply,
    says: row.says,
    wire: 'amp' as const,
    aliases: [row.path, ...(row.aliases ?? [])].flatMap(spellings).filter((path) => path !== row.path),
    audited: row.audited ?? false,
    ...(takesNoBody(row.method) ? {} : { raw: { limitBytes: row.bytes ?? BODY_BYTES } }),
  })

export const ampOperations = {
  ampDiscovery: amp({
    method: 'GET',
    path: '/v1/discovery',
    aliases: ['/.well-known/agent-messaging.json'],
    may: 'public',
    input: Nothing,
    says: 'AMP: who this provider is and where it is reached',
  }),
  ampHealth: amp({
    method: 'GET',
    path: '/v1/amp/health',
    aliases: ['/api/v1/health', '/api/v1/v1/health'],
    may: 'public',
    input: Nothing,
    says: 'AMP: whether the provider works',
  }),
  ampInfo: amp({
    method: 'GET',
    path: '/v1/info',
    may: 'public',
    input: Nothing,
    says: 'AMP: what the provider can do',
  }),
  ampOrganization: amp({
    method: 'GET',
    path: '/v1/amp/organization',
    aliases: ['/api/organization'],
    may: 'public',
    input: Nothing,
    says: 'AMP: the tenant of this machine, as shell clients ask for it',
  }),
  ampNoteAddress: amp({
    method: 'POST',
    path: '/v1/amp/agents/{id}/addresses',
    aliases: ['/api/agents/{id}/amp/addresses'],
    may: 'public',
    input: One,
    says: 'AMP: a shell client tells of an address elsewhere; nothing is kept of it',
  }),
  ampDoorbell: amp({
    method: 'POST',
    path: '/v1/amp/doorbell',
    aliases: ['/api/messages/doorbell'],
    may: 'public',
    input: Nothing,
    says: 'AMP: a shell client says that it has sent something; Tutti knows already',
  }),
  ampByName: amp({
    method: 'GET',
    path: '/v1/amp/by-name/{name}',
    aliases: ['/api/agents/by-name/{name}'],
    may: 'public',
    input: () => z.object({ name: Text }),
    says: 'AMP: whether somebody here has that name',
  }),
  ampRegister: amp({
    method: 'POST',
    path: '/v1/register',
    may: 'public',
    input: Nothing,
    says: 'AMP: register a program with its public key, and get its API key',
    audited: true,
  }),
  ampResolve: amp({
    method: 'GET',
    path: '/v1/agents/resolve/{address}',
    may: 'public',
    input: () => z.object({ address: Text }),
    says: 'AMP: the public key of an address',
  }),
  ampMe: amp({
    method: 'GET',
    path: '/v1/agents/me',
    may: 'message:read',
    input: Nothing,
    says: 'AMP: the registration of the caller',
  }),
  ampUpdateMe: amp({
    method: 'PATCH',
    path: '/v1/agents/me',
    may: 'message:send',
    input: Nothing,
    says: 'AMP: change how the caller is shown, and where its mail is pushed',
    audited: true,
  }),
  ampDeregister: amp({
    method: 'DELETE',
    path: '/v1/agents/me',
    may: 'message:send',
    input: Nothing,
    says: 'AMP: end the registration of the caller',
    audited: true,
  }),
  ampCard: amp({
    method: 'GET',
    path: '/v1/agents/me/card',
    may: 'message:read',
    input: Nothing,
    says: 'AMP: what this provider says of the caller',
  }),
  // The short form of the older draft; after `me`, which is no address.
  ampAgent: amp({
    method: 'GET',
    path: '/v1/amp/agents/{address}',
    aliases: ['/api/v1/agents/{address}', '/api/v1/v1/agents/{address}'],
    may: 'public',
    input: () => z.object({ address: Text }),
    says: 'AMP: the public key of an address, asked in short',
  }),
  ampUnread: amp({
    method: 'GET',
    path: '/v1/amp/unread',
    aliases: ['/api/messages'],
    may: 'message:read',
    input: () => z.object({ agent: Text.optional(), action: z.literal('unread-count').optional() }),
    says: 'AMP: how many messages wait for the caller, as older servers answer it',
  }),
  ampAgents: amp({
    method: 'GET',
    path: '/v1/amp/agents',
    aliases: ['/api/v1/agents', '/api/v1/v1/agents'],
    may: 'message:read',
    input: () =>
      z.object({
        search: Text.optional(),
        tenant: Text.optional(),
        limit: z.int().min(1).max(200).default(50),
        cursor: Text.optional(),
      }),
    says: 'AMP: who can be written to',
  }),
  ampRoute: amp({
    method: 'POST',
    path: '/v1/route',
    may: 'message:send',
    input: Nothing,
    says: 'AMP: send a signed message',
    audited: true,
  }),
  ampPendingCount: amp({
    method: 'GET',
    path: '/v1/messages/pending/count',
    may: 'message:read',
    input: Nothing,
    says: 'AMP: how many messages wait for the caller',
  }),
  ampPending: amp({
    method: 'GET',
    path: '/v1/messages/pending',
    aliases: ['/v1/inbox', '/v1/messages', '/messages/pending'],
    may: 'message:read',
    input: () =>
      z.object({
        limit: z.int().min(1).max(100).default(10),
        after: Text.optional(),
        /** In the order of arrival from behind this number on, each with its own (an unfinished draft of AMP). */
        since_seq: z.int().min(0).optional(),
        /** Seconds to wait for the first message where none is there (AMP 12). */
        wait: z.int().min(0).max(30).default(0),
      }),
    says: 'AMP: the messages that wait for the caller, the most urgent first or in the order of arrival',
  }),
  ampAcknowledge: amp({
    method: 'DELETE',
    path: '/v1/messages/pending/{id}',
    aliases: ['/messages/pending/{id}'],
    may: 'message:send',
    input: One,
    says: 'AMP: take a message out of the queue',
    audited: true,
  }),
  ampAcknowledgeNamed: amp({
    method: 'DELETE',
    path: '/v1/messages/pending',
    aliases: ['/messages/pending'],
    may: 'message:send',
    input: One,
    says: 'AMP: take a message out of the queue, named in the query',
    audited: true,
  }),
  ampAcknowledgeMany: amp({
    method: 'POST',
    path: '/v1/messages/pending/ack',
    aliases: ['/v1/messages/pending', '/messages/pending', '/messages/pending/ack'],
    may: 'message:send',
    input: Nothing,
    says: 'AMP: take up to 100 messages out of the queue',
    audited: true,
  }),
  ampInboxAcknowledge: amp({
    method: 'POST',
    path: '/v1/inbox/{id}/ack',
    may: 'message:send',
    input: One,
    says: 'AMP: take a message out of the queue, as older shell clients say it',
    audited: true,
  }),
  ampRead: amp({
    method: 'POST',
    path: '/v1/messages/{id}/read',
    may: 'message:send',
    input: One,
    says: 'AMP: a message was read',
    audited: true,
  }),
  ampRotateApiKey: amp({
    method: 'POST',
    path: '/v1/auth/rotate-key',
    aliases: ['/auth/rotate-key'],
    may: 'message:send',
    input: Nothing,
    says: 'AMP: a new API key; the old one works for another day',
    audited: true,
  }),
  ampRevokeApiKey: amp({
    method: 'DELETE',
    path: '/v1/auth/revoke-key',
    aliases: ['/auth/revoke-key'],
    may: 'message:send',
    input: Nothing,
    says: 'AMP: end the API key of the call at once',
    audited: true,
  }),
  ampRotateKeys: amp({
    method: 'POST',
    path: '/v1/auth/rotate-keys',
    aliases: ['/auth/rotate-keys'],
    may: 'message:send',
    input: Nothing,
    says: 'AMP: replace the signing key, proved by the old one',
    audited: true,
  }),
  ampDeliver: amp({
    method: 'POST',
    path: '/v1/federation/deliver',
    may: 'public',
    input: Nothing,
    says: 'AMP: another provider hands over a message',
    audited: true,
  }),
  ampUpload: amp({
    method: 'POST',
    path: '/v1/attachments/upload',
    aliases: ['/attachments/upload'],
    may: 'message:send',
    input: Nothing,
    says: 'AMP: announce a file',
    audited: true,
  }),
  ampUploadContent: amp({
    method: 'PUT',
    path: '/v1/attachments/{id}/content',
    may: 'public',
    input: () => z.object({ id: Text, token: Text }),
    says: 'AMP: the content of an announced file; the address carries its own right',
    bytes: FILE_BYTES,
  }),
  ampConfirmUpload: amp({
    method: 'POST',
    path: '/v1/attachments/{id}/confirm',
    aliases: ['/attachments/{id}/confirm'],
    may: 'message:send',
    input: One,
    says: 'AMP: the content of a file is complete',
    audited: true,
  }),
  ampDownload: op({
    method: 'GET',
    path: '/v1/attachments/{id}/download',
    may: 'public',
    input: () => z.strictObject({ id: Text, token: Text.optional() }),
    output: Nothing,
    bytes: 'application/octet-stream',
    aliases: [...prefixed('/v1/attachments/{id}/download'), '/attachments/{id}/download'],
    says: 'AMP: a file; its address carries its own right, or the caller shows its key',
  }),
  ampAttachment: amp({
    method: 'GET',
    path: '/v1/attachments/{id}',
    aliases: ['/attachments/{id}'],
    may: 'message:read',
    input: One,
    says: 'AMP: how far the check of a file is',
  }),
} as const
