// `tutti doctor`: looks at every file that a machine cannot do without and names what is damaged and what to do. Works beside
// a running daemon and without one; changes nothing.
import { statfs } from 'node:fs/promises'
import { join } from 'node:path'
import type { Check } from '@tutti/core'
import { verifyAuditFile } from '../audit/verify.ts'
import { DATABASE_NAME } from '../backup/content.ts'
import { isThere } from '../db/file-check.ts'
import type { Handlers } from '../handler.ts'
import { KEY_NAMES, keyPath, readKey } from '../vault/keys.ts'
import { checkBackups } from './backup-check.ts'
import { checkDatabase } from './database-check.ts'
import { checkModes } from './mode-check.ts'
import { checkRecordings } from './recording-check.ts'

export interface DoctorDeps {
  dataFolder: string
  /** The tmux check, from who knows tmux. */
  tmux(): Promise<Check>
  /** Whether agents can be sandboxed, from who would do it. */
  sandbox(): Promise<Check>
  /** For a bundle: where writer-thread.js is. */
  workerUrl?: URL
}

const NODE_NEEDED = [22, 18] as const
// A day of work for a busy machine; below, backups and recordings begin to fail.
const FREE_NEEDED_BYTES = 500 * 1024 * 1024

export const createDoctor = (deps: DoctorDeps): { handlers: Pick<Handlers, 'runDoctor'> } => ({
  handlers: { runDoctor: () => runDoctor(deps) },
})

/** All checks, in the order of a first look: machine, files, logs. */
export async function runDoctor(deps: DoctorDeps): Promise<Check[]> {
  const { dataFolder } = deps
  const database = join(dataFolder, DATABASE_NAME)
  const { checks: backups, newest } = await checkBackups(join(dataFolder, 'backups'))
  return [
    checkNode(process.versions.node),
    await deps.tmux(),
    await deps.sandbox(),
    await checkSpace(dataFolder),
    checkModes(dataFolder),
    ...KEY_NAMES.map((name) => checkKey(keyPath(dataFolder, name), name)),
    ...(await checkDatabase(database, deps.workerUrl)),
    await checkAudit(database, keyPath(dataFolder, 'audit')),
    ...backups,
    ...(await checkRecordings(dataFolder, newest)),
  ]
}

function checkNode(version: string): Check {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const ok = major > NODE_NEEDED[0] || (major === NODE_NEEDED[0] && minor >= NODE_NEEDED[1])
  const advice = `Install Node ${NODE_NEEDED.join('.')} or newer.`
  return { name: 'node', ok, detail: `Node ${version}`, ...(ok ? {} : { advice }) }
}

async function checkSpace(dataFolder: string): Promise<Check> {
  const { bavail, bsize } = await statfs(dataFolder)
  const free = bavail * bsize
  const detail = `${Math.floor(free / 1024 / 1024)} MB free`
  if (free >= FREE_NEEDED_BYTES) return { name: 'disk', ok: true, detail }
  return {
    name: 'disk',
    ok: false,
    detail,
    path: dataFolder,
    advice: 'Free space: remove recordings or backups.',
  }
}

function checkKey(path: string, name: string): Check {
  try {
    readKey(path)
    return { name: `${name} key`, ok: true, detail: 'fits its checksum' }
  } catch {
    const detail = isThere(path) ? 'it does not fit its checksum' : 'it is missing'
    return { name: `${name} key`, ok: false, detail, path, advice: RESTORE }
  }
}

async function checkAudit(database: string, key: string): Promise<Check> {
  const name = 'audit log'
  try {
    const { ok, entries, brokenAt, problem } = await verifyAuditFile(database, readKey(key))
    if (ok) return { name, ok, detail: `${entries} entries, unchanged` }
    const advice = 'Somebody or something changed it. Compare with a backup.'
    return { name, ok, detail: `entry ${brokenAt}: ${problem}`, path: database, advice }
  } catch (error) {
    return { name, ok: false, detail: `cannot be read: ${String(error)}`, path: database, advice: RESTORE }
  }
}

export const RESTORE = 'Stop Tutti and restore the newest good backup: `tutti restore FILE`.'
