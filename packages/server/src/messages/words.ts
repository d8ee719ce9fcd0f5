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

// Either takes the writer for some 5 ms, and sends wait meanwhile.
const STEP = 250
const STEP_BYTES = 128 * 1024
const BY: By = { actor: 'system', address: '', act: 'mail.words', audited: false }

// One thread writes, and no number is given twice: what is not in the index yet is all that is newer than the newest in it.
const DONE = 'SELECT ifnull(max(id), 0) AS seq FROM message_words_docsize'
const NEWEST = 'SELECT ifnull(max(seq), 0) AS seq FROM messages'
const LEFT = `FROM messages WHERE seq > (${DONE})`
const NEXT = `SELECT count(*) AS some, count(*) FILTER (WHERE bytes <= ${STEP_BYTES}) AS fit
  FROM (SELECT sum(size_bytes) OVER (ORDER BY seq) AS bytes
    FROM (SELECT seq, size_bytes ${LEFT} ORDER BY seq LIMIT ${STEP}))`
// A mailbox is one word without its underscore; see mailboxWord.
const INDEX = `INSERT INTO message_words (rowid, subject, body, parties)
  SELECT seq, subject, iif(json_valid(payload), payload ->> '$.message', ''),
    replace(ifnull(sender, ''), '_', '') || ' ' || replace(ifnull(recipient, ''), '_', '')
  ${LEFT} ORDER BY seq LIMIT ?`

interface Seq {
  seq: number
}

export function createWords(store: Pick<Store, 'get' | 'commit'>): Words {
  let step: Promise<void> | null = null

  /** How many messages the next step takes: one at least, and none when all up to there have their words. */
  const next = (upTo: number): number => {
    if ((store.get<Seq>(DONE)?.seq ?? 0) >= upTo) return 0
    const { some, fit } = store.get<{ some: number; fit: number }>(NEXT) ?? { some: 0, fit: 0 }
    return Math.min(some, Math.max(1, fit))
  }
  const write = async (count: number): Promise<void> => {
    const statements = [{ sql: INDEX, values: [count] }]
    try {
      await store.commit({ by: BY, subject: 'message_words', statements })
    } finally {
      step = null
    }
  }
  const catchUp = async (): Promise<void> => {
    // Where mail never stops coming, whoever waits does not wait for all of it.
    const upTo = store.get<Seq>(NEWEST)?.seq ?? 0
    for (let count = next(upTo); count > 0; count = next(upTo)) {
      step ??= write(count)
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
