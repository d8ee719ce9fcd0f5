// The files of this machine's mail as the mesh sees them.
import { must, type Message } from '@tutti/core'
import type { By, Store } from '../db/store.ts'
import type { FileMail } from '../mesh/files.ts'
import { findMessage } from '../messages/message-row.ts'
import type { Messages } from '../messages/messages.ts'

const BY: By = { actor: 'system', address: '', act: 'mesh.attach', audited: false }
const RECIPIENTS = `SELECT m.to_address AS address FROM message_files f JOIN messages m ON m.id = f.message_id
  WHERE f.attachment_id = ?`

export const meshFiles = (store: Store, { attachments }: Pick<Messages, 'attachments'>): FileMail => ({
  async sentTo(id, isThere) {
    const recipients = store.all<{ address: string }>(RECIPIENTS, id)
    if (!recipients.some(({ address }) => isThere(address))) return null
    return (await attachments.content(id)).bytes
  },
  async attach(id, { name, bytes, digest }) {
    const message = findMessage(store, id)
    if (message === null) return // removed meanwhile
    const owner = must(message.to.mailbox, 'mail of the room lies in a mailbox')
    const file = await attachments.save(owner, { name, bytes, digest }, BY)
    const before = must(findMessage(store, id), 'the message of a file that was just stored')
    const after: Message = {
      ...before,
      attachments: [...before.attachments, file],
      version: before.version + 1,
    }
    await store.commit({
      by: BY,
      subject: id,
      statements: [
        {
          sql: 'UPDATE messages SET attachments = ?, version = ? WHERE id = ? AND version = ?',
          values: [JSON.stringify(after.attachments), after.version, id, before.version],
          expect: {
            changes: 1,
            fault: 'version.stale',
            details: { current: after.version, sent: before.version },
          },
        },
        { sql: 'INSERT INTO message_files (attachment_id, message_id) VALUES (?, ?)', values: [file.id, id] },
      ],
      events: [{ type: 'message.changed', subject: id, data: after }],
    })
  },
})
