// The words of messages go into the search behind the answers, many messages at a time: written with each message they were a
// quarter of the pages that its sender waits for.
import { Fault } from '@tutti/core'
import type { By, Store } from '../db/store.ts'

export interface Words {
  /** Resolves when every message that is stored by now can be found by its words; a crash in between loses nothing. */
  catchUp(): Promise<void>
  /** The same before a search. Where the disk refuses, what was found before is found. */
  beforeSearch(): Promise<void>
}

// Takes the writer for some 5 ms.
const STEP = 250
const BY: By = { actor: 'system', address: '', act: 'mail.words', audited: false }

// One thread writes, and no number is given twice: what is not in the index yet is all that is newer than the newest in it.
const LEFT = 'FROM messages WHERE seq > (SELECT ifnull(max(id), 0) FROM message_words_docsize)'
const IS_LEFT = `SELECT 1 AS yes ${LEFT} LIMIT 1`
// A mailbox is one word without its underscore; see mailboxWord.
const INDEX = `INSERT INTO message_words (rowid, subject, body, parties)
  SELECT seq, subject, iif(json_valid(payload), payload ->> '$.message', ''),
    replace(ifnull(sender, ''), '_', '') || ' ' || replace(ifnull(recipient, ''), '_', '')
  ${LEFT} ORDER BY seq LIMIT ${STEP}`

export function createWords(store: Pick<Store, 'get' | 'commit'>): Words {
  let step: Promise<unknown> | null = null

  const catchUp = async (): Promise<void> => {
    while (store.get(IS_LEFT) !== undefined) {
      step ??= store
        .commit({ by: BY, subject: 'message_words', statements: [{ sql: INDEX, values: [] }] })
        .finally(() => {
          step = null
        })
      await step
    }
  }
  return {
    catchUp,
    async beforeSearch() {
      try {
        await catchUp()
      } catch (error) {
        if (!(error instanceof Fault)) throw error
      }
    },
  }
}
