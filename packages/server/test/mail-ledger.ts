// Mail under kill -9: what was acknowledged is there, once, whole and in the order of each sender.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { createInterface } from 'node:readline'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { verifyAuditFile } from '../src/audit/verify.ts'

const CHILD = fileURLToPath(new URL('./mail-ledger-child.ts', import.meta.url))
const SENDERS = 4

export interface MailVerdict {
  acked: number
  lost: string[]
  doubled: string[]
  torn: string[]
  disordered: string[]
}

/** Kills the process in the middle of a burst, again and again over the same folder; the next one repeats what had no answer. */
export async function mailKills(options: {
  folder: string
  rounds: number
  random(): number
}): Promise<MailVerdict> {
  const { folder, rounds, random } = options
  const acked = new Map<string, string>()
  let open: string[] = []
  for (let round = 0; round < rounds; round++) {
    const burst = await oneBurst({ folder, first: round * 100_000, open, pauseMs: 50 + random() * 250 })
    for (const [key, id] of burst.acked) acked.set(key, id)
    open = burst.sent.filter((key) => !burst.acked.has(key))
  }
  return verdictOf(join(folder, 'tutti.db'), acked)
}

async function oneBurst(of: { folder: string; first: number; open: readonly string[]; pauseMs: number }) {
  const argv = [CHILD, of.folder, String(SENDERS), String(of.first), of.open.join(',')]
  const child = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'inherit'] })
  const sent: string[] = []
  const acked = new Map<string, string>()
  const begun = Promise.withResolvers<void>()
  createInterface({ input: child.stdout }).on('line', (line) => {
    const [word, key = '', id = ''] = line.split(' ')
    if (word === 'sent') sent.push(key)
    if (word === 'acked') acked.set(key, id)
    if (acked.size === 1) begun.resolve()
  })
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()))
  await Promise.race([begun.promise, closed])
  await setTimeout(of.pauseMs)
  child.kill('SIGKILL')
  await closed
  return { sent, acked }
}

interface Row {
  id: string
  key: string
  words: number
  events: number
  audits: number
}

const ROWS = `SELECT m.id, k.key,
    (SELECT count(*) FROM message_words w WHERE w.rowid = m.seq) AS words,
    (SELECT count(*) FROM events e WHERE e.subject = m.id AND e.type = 'message.created') AS events,
    (SELECT count(*) FROM audit a WHERE a.subject = m.id) AS audits
  FROM messages m LEFT JOIN message_keys k ON k.message_id = m.id ORDER BY m.seq`

async function verdictOf(path: string, acked: ReadonlyMap<string, string>): Promise<MailVerdict> {
  const database = new DatabaseSync(path)
  // The schema is ours.
  const rows = database.prepare(ROWS).all() as unknown as Row[]
  const unread = Number(database.prepare('SELECT sum(unread) AS n FROM mailboxes').get()?.['n'])
  const integrity = String(database.prepare('PRAGMA integrity_check').get()?.['integrity_check'])
  database.close()
  const byKey = Map.groupBy(rows, ({ key }) => key.replace('key ', ''))
  const torn = rows
    .filter((row) => row.words !== 1 || row.events !== 1 || row.audits !== 1)
    .map(({ id }) => id)
  if (integrity !== 'ok') torn.push(integrity)
  if (unread !== rows.length) torn.push(`${unread} counted, ${rows.length} there`)
  const audit = await verifyAuditFile(path, new Uint8Array(32).fill(5))
  if (!audit.ok) torn.push(`audit at ${audit.brokenAt}`)
  return {
    acked: acked.size,
    lost: [...acked].filter(([key, id]) => byKey.get(key)?.[0]?.id !== id).map(([key]) => key),
    doubled: [...byKey].filter(([, same]) => same.length > 1).map(([key]) => key),
    torn,
    disordered: disorder(rows.map(({ key }) => key.replace('key ', ''))),
  }
}

/** Keys that come after a later one of the same sender. */
function disorder(keys: readonly string[]): string[] {
  const last = new Map<string, number>()
  return keys.filter((key) => {
    const [sender = '', number = '0'] = key.split('.')
    const before = last.get(sender) ?? -1
    last.set(sender, Math.max(before, Number(number)))
    return Number(number) < before
  })
}
