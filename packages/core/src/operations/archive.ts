// Agents as signed and encrypted files: made, fetched, brought and imported.
import { z } from 'zod'
import { Agent } from '../agent.ts'
import { AgentName } from '../agent-name.ts'
import { AgentArchive, Passphrase } from '../archive.ts'
import { idSchema } from '../id.ts'
import { WORKING_COPIES } from '../move.ts'
import { NodeIdText } from '../node.ts'
import { op } from '../operation.ts'

const OneArchive = z.strictObject({ id: idSchema('archive') })
/** A body is kept in memory until it is written; a working copy that is larger moves over a link. */
const UPLOAD_BYTES = 256 * 1024 * 1024

export const archiveOperations = {
  exportAgent: op({
    method: 'POST',
    path: '/v1/archives',
    may: 'backup:write',
    input: () =>
      z.strictObject({
        agent: idSchema('agent'),
        workingCopy: z.enum(WORKING_COPIES).default('bundle'),
        /** One of the two: what opens it. */
        passphrase: Passphrase.optional(),
        recipient: NodeIdText.optional(),
      }),
    output: AgentArchive,
    says: 'Pack an agent into an encrypted archive: key, mailbox, conversation and working copy',
    audited: true,
  }),
  getArchive: op({
    method: 'GET',
    path: '/v1/archives/{id}',
    may: 'backup:write',
    input: OneArchive,
    output: () => z.strictObject({}),
    says: 'Download an archive; it is encrypted',
    bytes: 'application/octet-stream',
    audited: true,
  }),
  uploadArchive: op({
    method: 'POST',
    path: '/v1/archives/upload',
    may: 'backup:write',
    input: () => z.strictObject({}),
    output: AgentArchive,
    says: 'Bring an archive to this machine; it is not opened',
    raw: { limitBytes: UPLOAD_BYTES },
    audited: true,
  }),
  importAgent: op({
    method: 'POST',
    path: '/v1/archives/{id}/import',
    may: 'backup:write',
    input: () =>
      z.strictObject({
        ...OneArchive.shape,
        /** For one that was made for this machine none is needed. */
        passphrase: Passphrase.optional(),
        name: AgentName.optional(),
      }),
    output: Agent,
    says: 'Make the agent of an archive live here; nothing of it is started',
    audited: true,
    guessable: true,
  }),
  removeArchive: op({
    method: 'DELETE',
    path: '/v1/archives/{id}',
    may: 'backup:write',
    input: OneArchive,
    output: () => z.strictObject({}),
    says: 'Remove an archive from this machine',
    audited: true,
  }),
} as const
