// Mail under kill -9 and power cuts: what was acknowledged is there, once, whole and in the order of each sender.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { createInterface } from 'node:readline'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { verifyAuditFile } from '../src/audit/verify.ts'
import { openStore } from '../src/db/open.ts'
import { quietLog, realClock } from '../src/db/test-support.ts'
import { createWords } from '../src/messages/words.ts'
import { stopProcess } from './ledger.ts'

const CHILD = fileURLToPath(new URL('./mail-ledger-child.ts', import.meta.url))
const SENDERS = 4
const AUDIT_KEY = new Uint8Array(32).fill(5)

export interface MailVerdict {
  acked: number
  lost: string[]
  doubled: string[]
  torn: string[]
  disordered: string[]
}

/** Acknowledged messages: the sender's own key and the id that it got for it. */
export type AckedMail = Map<string, string>

interface Burst {
  sent: string[]
  acked: AckedMail
}

/** Kills the process in the middle of a burst, again and again over the same folder; the next one repeats what had no answer. */
export async function mailKills(options: {
  folder: string
  rounds: number
  random(): number
}): Promise<MailVerdict> {
  const { folder, rounds, random } = options
  const acked: AckedMail = new Map()
  let open: string[] = []
  for (let round = 0; round < rounds; round++) {
    const mail = startMail({ folder, first: round * 100_000, open })
    await mail.begun
    await setTimeout(50 + random() * 250)
    mail.kill()
    await mail.ended
    for (const [key, id] of mail.acked) acked.set(key, id)
    open = mail.sent.filter((key) => !mail.acked.has(key))
  }
  return checkMail(folder, acked)
}

/** Stops the process in the middle of a burst, lets `cut` take what the disk has, and never lets it finish. */
export async function mailUntilCut(folder: string, cut: () => void): Promise<AckedMail> {
  const mail = startMail({ folder, first: 0, open: [] })
  await mail.begun
  await setTimeout(200 + Math.random() * 800)
  await stopProcess(mail.pid())
  cut()
  mail.kill()
  await mail.ended
  return mail.acked
}

function startMail(of: { folder: string; first: number; open: readonly string[] }) {
  const argv = [CHILD, of.folder, String(SENDERS), String(of.first), of.open.join(',')]
  const child = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'inherit'] })
  const burst: Burst = { sent: [], acked: new Map() }
  const begun = Promise.withResolvers<void>()
  createInterface({ input: child.stdout }).on('line', (line) => {
    const [word, key = '', id = ''] = line.split(' ')
    if (word === 'sent') burst.sent.push(key)
    if (word === 'acked') burst.acked.set(key, id)
    if (burst.acked.size === 1) begun.resolve()
  })
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  return {
    ...burst,
    /** Something was acknowledged, or it has ended. */
    begun: Promise.race([begun.promise, ended]),
    ended,
    pid: () => child.pid ?? 0,
    kill: () => void child.kill('SIGKILL'),
  }
}

interface Row {
  id: string
  key: string | null
  recipient: string
  words: number
  events: number
  audits: number
}

const ROWS = `SELECT m.id, k.key, m.to_address AS recipient,
    (SELECT count(*) FROM message_words w WHERE w.rowid = m.seq) AS words,
    (SELECT count(*) FROM events e WHERE e.subject = m.id AND e.type = 'message.created') AS events,
    (SELECT count(*) FROM audit a WHERE a.subject = m.id) AS audits
  FROM messages m LEFT JOIN message_keys k ON k.message_id = m.id ORDER BY m.seq`

/** Starts on what is left, as the daemon would, and compares it with what was acknowledged. */
export async function checkMail(folder: string, acked: AckedMail): Promise<MailVerdict> {
  const path = join(folder, 'tutti.db')
  const store = await openStore({ path, clock: realClock, log: quietLog, auditKey: AUDIT_KEY })
  await createWords(store).catchUp()
  await store.close()
  const database = new DatabaseSync(path, { readOnly: true })
  // The schema is ours.
  const rows = database.prepare(ROWS).all() as unknown as Row[]
  const unread = Number(database.prepare('SELECT sum(unread) AS n FROM mailboxes').get()?.['n'])
  const integrity = String(database.prepare('PRAGMA integrity_check').get()?.['integrity_check'])
  database.close()
  const torn = rows.filter((row) => !isWhole(row)).map(({ id }) => id)
  if (integrity !== 'ok') torn.push(integrity)
  if (unread !== rows.length) torn.push(`${unread} counted, ${rows.length} there`)
  const audit = await verifyAuditFile(path, AUDIT_KEY)
  if (!audit.ok) torn.push(`audit at ${audit.brokenAt}`)
  const byKey = Map.groupBy(rows, keyOf)
  return {
    acked: acked.size,
    lost: [...acked].filter(([key, id]) => byKey.get(key)?.[0]?.id !== id).map(([key]) => key),
    doubled: [...byKey].filter(([, same]) => same.length > 1).map(([key]) => key),
    torn,
    disordered: disorder(rows),
  }
}

const keyOf = ({ key, id }: Row): string => key?.replace('key ', '') ?? id

const isWhole = ({ key, words, events, audits }: Row): boolean =>
  key !== null && words === 1 && events === 1 && audits === 1

/** Keys that come after a later one of the same sender to the same recipient. */
function disorder(rows: readonly Row[]): string[] {
  const last = new Map<string, number>()
  return rows
    .filter((row) => {
      const [sender = '', number = '0'] = keyOf(row).split('.')
      const pair = `${sender} ${row.recipient}`
      const before = last.get(pair) ?? -1
      last.set(pair, Math.max(before, Number(number)))
      return Number(number) < before
    })
    .map(keyOf)
}
