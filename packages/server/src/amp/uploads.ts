// Files by AMP: announced, put at an address that carries its own right, confirmed, and named in the payload of one message.
import { createHmac, timingSafeEqual } from 'node:crypto'
import { fault, type AttachedFile, type MailboxId } from '@tutti/core'
import { AmpError, fieldsOf, isFilename, LIMITS, matching, type Attachment } from '@tutti/protocol'
import type { Store } from '../db/store.ts'
import type { Context, Handlers } from '../handler.ts'
import { holds } from '../permission.ts'
import type { AmpDeps } from './amp.ts'
import { callerOf } from './registration.ts'
import { bodyOf, reply } from './reply.ts'

export interface Uploads {
  /** The stored files that a payload names; throws where one is another's, not whole, or has been sent before. */
  claimed(attachments: readonly Attachment[], owner: MailboxId): AttachedFile[]
  handlers: Pick<
    Handlers,
    'ampUpload' | 'ampUploadContent' | 'ampConfirmUpload' | 'ampAttachment' | 'ampDownload'
  >
}

type UploadDeps = Omit<AmpDeps, 'uploads'>

export function createUploads(deps: UploadDeps): Uploads {
  const { attachments } = deps.mail
  const status = (id: string, owner: string) => {
    const file = attachments.status(id)
    if (file.owner !== owner) throw new AmpError('not_found')
    return file
  }
  const wire = (origin: string, file: AttachedFile & { scan: string }) => ({
    attachment_id: file.id,
    id: file.id,
    filename: file.name,
    content_type: file.type,
    size: file.sizeBytes,
    digest: file.digest,
    scan_status: file.scan,
    url: downloadUrl(deps.secret, origin, file.id),
  })

  /** By the right in the address, or for the owner and the recipients of the file, who show their key instead. */
  const opened = (id: string, token: string | undefined, { sent }: Pick<Context, 'sent'>) => {
    if (token !== undefined && isToken(token, tokenOf(deps.secret, `download ${id}`)))
      return attachments.content(id)
    const secret = /^Bearer (\S+)$/i.exec(sent('authorization') ?? '')?.[1]
    const caller = secret === undefined ? null : deps.callerBehind(secret)
    const program = caller !== null && holds(caller, 'message:read') ? caller.programId : undefined
    const mailbox = token === undefined && program ? deps.programs.known(program)?.id : undefined
    if (mailbox === undefined) throw fault('attachment.unknown', { id })
    return attachments.read({ mailbox, oversees: false }, id)
  }

  return {
    claimed: (named, owner) =>
      named.flatMap((one) => (one.storage === 'afp' ? [] : [claim(deps, one, owner)])),
    handlers: {
      async ampUpload(_input, context) {
        const program = callerOf(deps.programs, context)
        const fields = fieldsOf(bodyOf(context.body))
        const digest = fields.text('digest', { wanted: 'a digest', is: (text) => text.length <= 80 })
        if (!digest.startsWith('sha256:')) throw new AmpError('invalid_digest_algorithm')
        const announced = {
          name: fields.text('filename', { wanted: 'a file name', is: isFilename }),
          type: fields.text('content_type', matching('a media type', /^[\w.+-]+\/[\w.+-]+(?:;.*)?$/, 127)),
          sizeBytes: fields.count('size', LIMITS.attachmentBytes),
          digest: digest.toLowerCase(),
        }
        const { id } = await attachments.announce(program.id, announced, context.by)
        const token = tokenOf(deps.secret, `upload ${id}`)
        return reply(201, {
          attachment_id: id,
          upload_url: `${context.origin}/api/v1/attachments/${id}/content?token=${token}`,
          upload_method: 'PUT',
          upload_headers: {},
          expires_in: 3600,
        })
      },
      async ampUploadContent({ id, token }, { body }) {
        if (!isToken(token, tokenOf(deps.secret, `upload ${id}`))) throw new AmpError('not_found')
        await attachments.fill(id, body)
        return reply(200, { attachment_id: id })
      },
      ampConfirmUpload({ id }, context) {
        const { scan } = status(id, callerOf(deps.programs, context).id)
        return reply(200, { attachment_id: id, scan_status: scan })
      },
      ampAttachment({ id }, context) {
        return reply(200, wire(context.origin, status(id, callerOf(deps.programs, context).id)))
      },
      async ampDownload({ id, token }, context) {
        const { file, bytes } = await opened(id, token, context)
        context.header('Content-Security-Policy', "default-src 'none'; sandbox")
        context.header('X-Content-Type-Options', 'nosniff')
        context.header('Cache-Control', 'private, immutable, max-age=604800')
        context.header('ETag', `"${file.digest}"`)
        return { body: bytes, name: file.name, type: 'application/octet-stream' }
      },
    },
  }
}

/** Where a file can be fetched by whoever was given the address. */
export const downloadUrl = (secret: Uint8Array, origin: string, id: string): string =>
  `${origin}/v1/attachments/${id}/download?token=${tokenOf(secret, `download ${id}`)}`

const tokenOf = (secret: Uint8Array, what: string): string =>
  createHmac('sha256', secret).update(`tutti attachment ${what}`).digest('base64url')

const isToken = (given: string, right: string): boolean => {
  const [a, b] = [Buffer.from(given), Buffer.from(right)]
  return a.length === b.length && timingSafeEqual(a, b)
}

const IS_USED = 'SELECT 1 FROM message_files WHERE attachment_id = ?'

function claim(
  { mail, store }: { mail: AmpDeps['mail']; store: Pick<Store, 'get'> },
  named: Extract<Attachment, { storage: 'provider' }>,
  owner: MailboxId,
): AttachedFile {
  const { scan, owner: holder, ...file } = mail.attachments.status(named.id)
  if (holder !== owner) throw new AmpError('not_found', 'There is no such attachment.', 'payload.attachments')
  if (scan === 'pending') throw new AmpError('attachment_pending')
  const isSame = file.digest === named.digest.toLowerCase() && file.sizeBytes === named.sizeBytes
  if (scan !== 'basic_clean' || !isSame) throw new AmpError('attachment_rejected')
  if (store.get(IS_USED, named.id) !== undefined) throw new AmpError('attachment_already_used')
  return file
}
