// Whether a file may be read: its reader may see one of the messages that carry it.
import { maySeeMessage, type MailReader } from '@tutti/core'
import type { Store } from '../db/store.ts'
import { MESSAGE_COLUMNS, messageOf, type MessageRow } from './message-row.ts'

const CARRIERS = `SELECT ${MESSAGE_COLUMNS} FROM message_files f JOIN messages m ON m.id = f.message_id
  WHERE f.attachment_id = ?`

export const maySeeFile = (store: Pick<Store, 'all'>, reader: MailReader, id: string): boolean =>
  store
    .all<MessageRow>(CARRIERS, id)
    .map(messageOf)
    .some((one) => maySeeMessage(reader, one))
