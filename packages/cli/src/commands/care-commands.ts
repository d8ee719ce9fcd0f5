// Looking after the state: doctor, backup, restore and the audit log, with the daemon or without it.
import { ClientFault } from '@tutti/client'
import type { AuditEntry, Check } from '@tutti/core'
import { isAbsolute, join } from 'node:path'
import { onOff, text, type Call, type Command, type Outcome } from '../command.ts'
import { BackupAnswer, DoctorAnswer, RestoreAnswer, VerifyAnswer } from '../daemon-contract.ts'
import { answering, askEntry } from '../daemon-process.ts'
import { displayWidth, padded, plain } from '../display-width.ts'
import { EXIT, UsageError } from '../exit-code.ts'
import type { Page } from '../page.ts'
import { working } from '../progress.ts'
import { size } from '../words.ts'
import { saveBody } from './saved-bytes.ts'

export const careCommands: Command[] = [
  {
    words: 'doctor',
    says: 'Check files, keys, tmux and disk, and name what is damaged',
    args: [],
    flags: [],
    run: doctor,
  },
  {
    words: 'backup',
    says: 'Back everything up, while Tutti runs or not',
    args: [{ name: 'file', optional: true, says: 'where to save it; without it in the data folder' }],
    flags: [],
    run: backup,
  },
  {
    words: 'restore',
    says: 'Replace the state of this machine by a backup',
    args: [{ name: 'file' }],
    flags: [onOff('yes', 'do not ask')],
    run: restore,
  },
  {
    words: 'audit verify',
    says: 'Check that nobody changed the audit log',
    args: [],
    flags: [],
    run: verifyAudit,
  },
  {
    words: 'audit export',
    says: 'The whole audit log, oldest first, as JSON lines',
    args: [],
    flags: [text('output', 'the file to write; without it the lines go to stdout', { short: 'o' })],
    run: exportAudit,
  },
]

/** Whether to ask the server, which also is right for one that is named by --url. */
const isUp = async ({ io, place }: Call) => place.url !== null || (await answering(io, place)) !== null

async function doctor(call: Call): Promise<Outcome> {
  const work = (await isUp(call)) ? call.client().runDoctor() : askEntry(call, ['doctor'], DoctorAnswer)
  const checks = await working(call.io, 'Checking', work)
  const bad = checks.filter((check) => !check.ok)
  return {
    data: checks,
    text: (page) => [...checkLines(page, checks), '', verdict(page, bad.length)].join('\n'),
    exit: bad.length > 0 ? EXIT.damaged : EXIT.ok,
  }
}

function checkLines(page: Page, checks: readonly Check[]): string[] {
  const width = Math.max(...checks.map(({ name }) => displayWidth(plain(name))))
  return checks.map((check) => checkLine(page, check, width))
}

function checkLine(page: Page, { ok, name, detail, path, advice }: Check, width: number): string {
  const sign = ok ? page.paint('green', '✓') : page.paint('red', '✕')
  const lines = [`${sign} ${padded(plain(name), width)}  ${page.paint('dim', plain(detail))}`]
  if (!ok && path) lines.push(`  ${path}`)
  if (!ok && advice) lines.push(`  ${plain(advice)}`)
  return lines.join('\n')
}

const verdict = (page: Page, bad: number) =>
  bad === 0
    ? 'Everything is in order.'
    : page.paint('red', `${bad} of these ${bad === 1 ? 'needs' : 'need'} you.`)

async function backup(call: Call): Promise<Outcome> {
  const file = call.text('file')
  if (await isUp(call)) return backupBeside(call, file)
  const args = file === undefined ? ['backup'] : ['backup', inFolder(call, file)]
  const made = await working(call.io, 'Backing up', askEntry(call, args, BackupAnswer))
  return { data: made, text: () => madeLine(made) }
}

/** While Tutti runs it saves in its own folder; the file that was asked for is a copy of that. */
async function backupBeside(call: Call, file: string | undefined): Promise<Outcome> {
  const made = await working(call.io, 'Backing up', call.client().createBackup())
  if (file === undefined) return { data: made, text: () => madeLine(made) }
  const path = inFolder(call, file)
  await saveBody(call.io, path, await call.client().getBackup({ id: made.id }))
  const copy = { ...made, path }
  return { data: copy, text: () => madeLine(copy) }
}

const madeLine = ({ path, sizeBytes }: { path: string; sizeBytes: number }) =>
  `Saved ${path} (${size(sizeBytes)}). It holds keys: keep it safe.`

const inFolder = ({ io }: Call, file: string) => (isAbsolute(file) ? file : join(io.cwd, file))

async function restore(call: Call): Promise<Outcome> {
  const daemon = await answering(call.io, call.place)
  if (daemon) {
    const message = `Tutti runs at ${daemon.url}. Stop it first: \`tutti down\`.`
    throw new ClientFault(409, { code: 'daemon.running', message, details: { pid: daemon.pid } })
  }
  const question = `Replace everything in ${call.place.dataFolder} by this backup?`
  if (!(await agreed(call, question)))
    return { data: { restored: false }, text: () => 'Nothing was changed.' }
  const args = ['restore', inFolder(call, call.need('file'))]
  const done = await working(call.io, 'Restoring', askEntry(call, args, RestoreAnswer))
  const kept = done.kept === null ? '' : ` What was there is in ${done.kept}.`
  return { data: { restored: true, ...done }, text: () => `Restored.${kept} Start it: \`tutti up\`.` }
}

/** Asks before something that cannot be undone; without a terminal only --yes agrees. */
export async function agreed(call: Call, question: string): Promise<boolean> {
  if (call.on('yes')) return true
  if (!call.io.inTty || call.json)
    throw new UsageError('This cannot be undone. Say --yes to do it without being asked.')
  return call.io.confirm(question)
}

async function verifyAudit(call: Call): Promise<Outcome> {
  const work = (await isUp(call))
    ? call.client().verifyAudit()
    : askEntry(call, ['audit-verify'], VerifyAnswer)
  const answer = await working(call.io, 'Checking the audit log', work)
  return {
    data: answer,
    text: (page) =>
      answer.ok
        ? `${page.paint('green', '✓')} The audit log is whole: ${answer.entries} entries.`
        : `${page.paint('red', '✕')} The audit log was changed at entry ${answer.brokenAt ?? '?'}: ${answer.problem ?? 'it does not fit'}.`,
    exit: answer.ok ? EXIT.ok : EXIT.damaged,
  }
}

async function exportAudit(call: Call): Promise<Outcome> {
  const entries = await working(call.io, 'Reading the audit log', allEntries(call))
  const lines = entries.map((entry) => `${JSON.stringify(entry)}\n`).join('')
  const file = call.text('output')
  if (file === undefined) return { data: entries, text: () => lines.trimEnd() }
  const path = inFolder(call, file)
  await call.io.writeFile(path, new TextEncoder().encode(lines))
  return { data: { path, entries: entries.length }, text: () => `Saved ${path} (${entries.length} entries).` }
}

async function allEntries(call: Call): Promise<AuditEntry[]> {
  const entries: AuditEntry[] = []
  let before: number | null | undefined
  do {
    const answer = await call.client().listAudit({ limit: 1000, ...(before ? { before } : {}) })
    entries.push(...answer.items)
    before = answer.next
  } while (before !== null)
  return entries.toReversed()
}
