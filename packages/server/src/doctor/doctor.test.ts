// R5: a flipped bit or a cut in any file of a machine is found and the file is named; a sound machine has no findings.
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Fault, must } from '@tutti/core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createBackups } from '../backup/backups.ts'
import { openStore } from '../db/open.ts'
import type { Store } from '../db/store.ts'
import { aContext, quietLog, realClock } from '../db/test-support.ts'
import { readWal } from '../db/wal.ts'
import { keyPath, openKeys, readKey } from '../vault/keys.ts'
import { checkBackups } from './backup-check.ts'
import { findDamage } from './database-check.ts'
import { runDoctor } from './doctor.ts'
import { checkRecordings } from './recording-check.ts'

const SEEDS = 1000
const random = (length: number) => new Uint8Array(randomBytes(length))
const sandbox = () => Promise.resolve({ name: 'sandbox', ok: true, detail: '' })
const tmux = () => Promise.resolve({ name: 'tmux', ok: true, detail: '3.3a' })
const CAST = `{"version":2,"width":80,"height":24}\n${Array.from({ length: 50 }, (_, i) => `[${i / 10},"o","line ${i}\\r\\n"]\n`).join('')}`

let root: string
/** Stopped cleanly. */
let clean: string
/** As a kill -9 leaves it: the log is not in the file yet. */
let crashed: string

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'tutti-doctor-'))
  clean = join(root, 'clean')
  crashed = join(root, 'crashed')
  for (const folder of ['', 'avatars', 'recordings'])
    mkdirSync(join(clean, folder), { recursive: true, mode: 0o700 })
  writeFileSync(join(clean, 'avatars', 'agt_1.png'), randomBytes(2000), { mode: 0o600 })
  writeFileSync(join(clean, 'recordings', 'rec_1.cast'), CAST, { mode: 0o600 })
  for (const name of ['avatars/agt_1.png', 'recordings/rec_1.cast']) utimesSync(join(clean, name), 1000, 1000)
  const keys = openKeys({ dataFolder: clean, databasePath: join(clean, 'tutti.db'), random })
  const store = await openStore({
    path: join(clean, 'tutti.db'),
    clock: realClock,
    log: quietLog,
    auditKey: keys.audit,
  })
  for (let i = 0; i < 500; i++) await put(store, i)
  const deps = {
    store,
    dataFolder: clean,
    clock: realClock,
    random,
    log: quietLog,
    settings: () => ({ backupHour: null, backupsKept: 7 }),
  }
  await createBackups(deps).handlers.createBackup({}, aContext())
  copyFolder(clean, crashed)
  rmSync(join(crashed, 'tutti.db-shm'))
  // Behind the last commit are bytes of an older log, which nothing reads.
  const frames = must(readWal(join(crashed, 'tutti.db-wal')), 'a log').frames
  truncateSync(join(crashed, 'tutti.db-wal'), 32 + frames * (24 + 4096))
  await store.close()
}, 60_000)
afterAll(() => rmSync(root, { recursive: true }))

/** With modes and times. */
const copyFolder = (from: string, to: string) => execFileSync('cp', ['-a', from, to])

const put = (store: Store, i: number) =>
  store.commit({
    by: { actor: 'usr_1', address: '', act: 'test', audited: true },
    subject: `k${i}`,
    statements: [{ sql: 'INSERT INTO meta (key, value) VALUES (?, ?)', values: [`k${i}`, 'v'.repeat(300)] }],
    events: [{ type: 'agent.purged', subject: `k${i}`, data: { id: `k${i}` } }],
  })

/** A small generator with a seed, so that a failure can be repeated. */
function seeded(seed: number) {
  let state = seed * 2_654_435_761 + 1
  return (below: number) => {
    state = (Math.imul(state ^ (state >>> 15), 2_246_822_519) + 3_266_489_917) >>> 0
    return state % below
  }
}

/** Flips a bit or cuts the file, without a trace in its times; answers how to take it back, and the first wrong byte. */
function damage(path: string, pick: (below: number) => number) {
  const whole = readFileSync(path)
  const { atime, mtime } = statSync(path)
  const at = pick(whole.length)
  const bytes = Buffer.from(whole)
  bytes[at]! ^= 1 << pick(8)
  const cut = pick(4) === 0
  writeFileSync(path, cut ? whole.subarray(0, at) : bytes)
  utimesSync(path, atime, mtime)
  return {
    what: `${cut ? 'cut' : 'flip'} at ${at} of ${path}`,
    at,
    end: cut ? whole.length : at + 1,
    undo() {
      writeFileSync(path, whole)
      utimesSync(path, atime, mtime)
    },
  }
}

const filesOf = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .toSorted()

/** The paths that the checks of this kind of file name, without the slow look of SQLite itself. */
async function named(folder: string, kind: string): Promise<string[]> {
  if (kind === 'keys') return unreadableKeys(folder)
  if (kind.startsWith('tutti.db')) return findDamage(join(folder, 'tutti.db')).map((finding) => finding.path)
  const { checks, newest } = await checkBackups(join(folder, 'backups'))
  const found = kind === 'backups' ? checks : await checkRecordings(folder, newest)
  return found.flatMap((check) => (check.ok ? [] : [check.path ?? '']))
}

const unreadableKeys = (folder: string) =>
  (['vault', 'audit'] as const).flatMap((name) => {
    try {
      readKey(keyPath(folder, name))
      return []
    } catch (error) {
      return [String(error instanceof Fault ? error.details['path'] : error)]
    }
  })

/** Bytes of the file that the log replaces are never read: damage there changes no answer. */
function replacedByLog(path: string, from: number, end: number): boolean {
  const pages = readWal(`${path}-wal`)?.pages ?? new Set()
  for (let page = Math.floor(from / 4096) + 1; (page - 1) * 4096 < end; page++)
    if (!pages.has(page)) return false
  return true
}

test(`R5 ${SEEDS} flipped bits and cuts, on a stopped and on a crashed machine: each is found and its file named`, async () => {
  const missed: string[] = []
  const kinds = new Map<string, number>()
  let harmless = 0
  for (let seed = 0; seed < SEEDS; seed++) {
    const pick = seeded(seed)
    const folder = pick(2) === 0 ? clean : crashed
    const files = filesOf(folder)
    const path = must(files[pick(files.length)], 'a file')
    const done = damage(path, pick)
    const kind = path.slice(folder.length + 1).replace(/bak_\w+/, 'bak')
    const found = await named(folder, kind.replace(/\/.*/, ''))
    if (found.includes(path)) kinds.set(kind, (kinds.get(kind) ?? 0) + 1)
    else if (path.endsWith('tutti.db') && replacedByLog(path, done.at, done.end)) harmless += 1
    else missed.push(`${seed}: ${done.what}`)
    done.undo()
  }

  expect(missed).toEqual([])
  expect([...kinds.keys()].toSorted()).toEqual([
    'avatars/agt_1.png',
    'backups/bak.tar',
    'keys/audit.key',
    'keys/vault.key',
    'recordings/rec_1.cast',
    'tutti.db',
    'tutti.db-mark',
    'tutti.db-sums',
    'tutti.db-wal',
  ])
  expect(harmless).toBeLessThan(SEEDS / 10)
}, 120_000)

test('a cut or flipped log stops the start by its name', async () => {
  const path = join(crashed, 'tutti.db')
  const auditKey = readKey(keyPath(crashed, 'audit'))
  for (let seed = 0; seed < 4; seed++) {
    const done = damage(`${path}-wal`, seeded(seed))
    const refusal = await openStore({ path, clock: realClock, log: quietLog, auditKey }).then(
      () => 'opened',
      (error: unknown) => (error instanceof Fault ? `${error.code} ${error.details['path']}` : String(error)),
    )
    done.undo()
    expect([done.what, refusal]).toEqual([done.what, `store.damaged ${path}-wal`])
  }
}, 60_000)

test('a sound machine has no findings, stopped, crashed or running, and stays as it is', async () => {
  const failing = async (folder: string) =>
    (await runDoctor({ dataFolder: folder, tmux, sandbox })).filter(
      (check) => !check.ok && check.name !== 'disk',
    )
  const before = readFileSync(join(crashed, 'tutti.db-wal'))

  expect(await failing(clean)).toEqual([])
  expect(await failing(crashed)).toEqual([])
  expect(readFileSync(join(crashed, 'tutti.db-wal')).equals(before)).toBe(true)

  const running = join(root, 'running')
  copyFolder(clean, running)
  const auditKey = readKey(keyPath(running, 'audit'))
  const store = await openStore({
    path: join(running, 'tutti.db'),
    clock: realClock,
    log: quietLog,
    auditKey,
  })
  const stop = new AbortController()
  const load = (async () => {
    for (let i = 1000; !stop.signal.aborted; i++) await put(store, i)
  })()
  for (let round = 0; round < 3; round++) expect(await failing(running)).toEqual([])
  stop.abort()
  await load
  await store.close()
}, 60_000)

test('the doctor names what is wrong and what to do', async () => {
  const folder = join(root, 'ill')
  copyFolder(clean, folder)
  const database = join(folder, 'tutti.db')
  const bytes = readFileSync(database)
  bytes[bytes.length - 100]! ^= 1
  writeFileSync(database, bytes)
  rmSync(keyPath(folder, 'vault'))
  chmodSync(join(folder, 'avatars'), 0o755)

  const checks = await runDoctor({
    dataFolder: folder,
    tmux: () => Promise.resolve({ name: 'tmux', ok: false, detail: 'not found', advice: 'apt install tmux' }),
    sandbox,
  })

  const pages = bytes.length / 4096
  expect(checks.filter((check) => !check.ok && check.name !== 'disk')).toMatchObject([
    { name: 'tmux', advice: 'apt install tmux' },
    { name: 'permissions', path: join(folder, 'avatars'), advice: `chmod -R go= '${folder}'` },
    { name: 'vault key', path: keyPath(folder, 'vault'), detail: 'it is missing' },
    { name: 'database', path: database, detail: `not what was written: page ${pages}` },
    { name: 'audit log', path: database },
  ])
})

test('C22 every file of a data folder is for its owner only', () => {
  for (const path of [...filesOf(clean), ...filesOf(crashed)])
    expect([path, statSync(path).mode & 0o077]).toEqual([path, 0])
  for (const folder of ['keys', 'backups']) expect(statSync(join(clean, folder)).mode & 0o777).toBe(0o700)
})
