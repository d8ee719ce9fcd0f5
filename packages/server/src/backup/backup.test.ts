// R12: what was acknowledged before a backup is there after a restore; a damaged backup is named and touches nothing.
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { must } from '@tutti/core'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { writeLocalToken } from '../accounts/local-token.ts'
import { openStore } from '../db/open.ts'
import type { Store } from '../db/store.ts'
import { aContext, quietLog, realClock } from '../db/test-support.ts'
import { openKeys } from '../vault/keys.ts'
import { verifyBackup } from './archive.ts'
import { createBackups, dueAt } from './backups.ts'
import { createBackupOffline } from './offline.ts'
import { restoreBackup } from './restore.ts'

const random = (length: number) => new Uint8Array(randomBytes(length))
const DAY_MS = 24 * 3600 * 1000

let root: string
let data: string
let store: Store
let now: number
beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'tutti-backup-'))
  data = join(root, 'data')
  now = new Date(2026, 2, 1, 12).getTime()
  for (const folder of ['avatars', 'recordings']) mkdirSync(join(data, folder), { recursive: true })
  writeFileSync(join(data, 'avatars', 'agt_1.png'), randomBytes(3000))
  writeFileSync(join(data, 'recordings', 'rec_1.cast'), randomBytes(600_000))
  store = await start()
})
afterEach(async () => {
  await store.close()
  rmSync(root, { recursive: true })
})

const start = () => {
  const keys = openKeys({ dataFolder: data, databasePath: join(data, 'tutti.db'), random })
  return openStore({
    path: join(data, 'tutti.db'),
    clock: { ...realClock, now: () => now },
    log: quietLog,
    auditKey: keys.audit,
  })
}
const service = (backupHour: number | null = 3, clock = { ...realClock, now: () => now }) =>
  createBackups({
    store,
    dataFolder: data,
    clock,
    random,
    log: quietLog,
    settings: () => ({ backupHour, backupsKept: 2 }),
  })
const put = (key: string) =>
  store.commit({
    by: { actor: 'usr_1', address: '', act: 'test', audited: true },
    subject: key,
    statements: [{ sql: 'INSERT INTO meta (key, value) VALUES (?, ?)', values: [key, 'v'.repeat(500)] }],
  })
const membersOf = async (path: string) => (await verifyBackup(path)).manifest.members.map(({ name }) => name)
const keysThere = () => store.all<{ key: string }>('SELECT key FROM meta ORDER BY key').map((row) => row.key)
const restore = (path: string, isRunning = () => false) =>
  restoreBackup({ path, dataFolder: data, now, isRunning })

test('R12 all that was acknowledged before a backup under load is there after wipe and restore', async () => {
  const stop = new AbortController()
  const before: string[] = []
  const burst = (async () => {
    for (let i = 0; !stop.signal.aborted; i++) {
      await put(`k${i}`)
      before.push(`k${i}`)
    }
  })()
  while (before.length < 50) await new Promise((resolve) => setImmediate(resolve))
  const acked = [...before]
  const backup = await service().handlers.createBackup({}, aContext())
  stop.abort()
  await burst
  const avatar = readFileSync(join(data, 'avatars', 'agt_1.png'))
  const keys = readFileSync(join(data, 'keys', 'vault.key'))
  const outside = join(root, 'kept.tar')
  writeFileSync(outside, readFileSync(backup.path))
  await store.close()
  rmSync(data, { recursive: true })

  await restore(outside)
  store = await start()

  expect(new Set(keysThere())).toEqual(new Set([...keysThere(), ...acked]))
  expect(store.get('PRAGMA integrity_check')).toEqual({ integrity_check: 'ok' })
  expect(readFileSync(join(data, 'avatars', 'agt_1.png')).equals(avatar)).toBe(true)
  expect(readFileSync(join(data, 'keys', 'vault.key')).equals(keys)).toBe(true)
})

test('a restore keeps the old data aside, and the backups where they are', async () => {
  await put('old')
  const backup = await service().handlers.createBackup({}, aContext())
  await put('new')
  await store.close()

  const { aside } = await restore(backup.path)
  store = await start()
  await service().reconcile()

  expect(keysThere()).toEqual(['old'])
  expect(readdirSync(aside).toSorted()).toEqual([
    'avatars',
    'keys',
    'recordings',
    'tutti.db',
    'tutti.db-sums',
  ])
  expect(await service().handlers.listBackups({}, aContext())).toMatchObject([
    { id: backup.id, sha256: backup.sha256 },
  ])
  expect(existsSync(`${data}.restoring`)).toBe(false)
})

test('a restore is refused while the daemon runs', async () => {
  const backup = await service().handlers.createBackup({}, aContext())
  await expect(restore(backup.path, () => true)).rejects.toMatchObject({ code: 'server.running' })
})

test('every changed or cut byte of a backup is noticed before anything is touched', async () => {
  rmSync(join(data, 'recordings', 'rec_1.cast'))
  const { path } = await service().handlers.createBackup({}, aContext())
  await store.close()
  const whole = readFileSync(path)
  const damaged = join(root, 'damaged.tar')
  const listing = readdirSync(data)

  for (let round = 0; round < 300; round++) {
    const bytes = Buffer.from(whole)
    const at = Math.floor(Math.random() * bytes.length)
    bytes[at]! ^= 1 << (round % 8)
    writeFileSync(damaged, round % 3 === 0 ? whole.subarray(0, at) : bytes)
    await expect(verifyBackup(damaged)).rejects.toMatchObject({
      code: 'backup.damaged',
      details: { path: damaged },
    })
  }
  await expect(restore(damaged)).rejects.toMatchObject({ code: 'backup.damaged' })

  expect(readdirSync(data)).toEqual(listing)
  store = await start()
})

test('any tar program opens a backup', async () => {
  const { path } = await service().handlers.createBackup({}, aContext())

  const names = execFileSync('tar', ['-tf', path], { encoding: 'utf8' }).trim().split('\n')

  expect(names).toEqual([
    'tutti.db',
    'avatars/agt_1.png',
    'recordings/rec_1.cast',
    'keys/audit.key',
    'keys/vault.key',
    'manifest.json',
  ])
  expect(statSync(path).mode & 0o777).toBe(0o600)
})

test('a backup downloads as it is, and a removed one is gone', async () => {
  const { handlers } = service()
  const backup = await handlers.createBackup({}, aContext())

  const { body } = await handlers.getBackup({ id: backup.id }, aContext())
  const bytes = Buffer.from(await new Response(body as ReadableStream<Uint8Array<ArrayBuffer>>).arrayBuffer())
  expect(bytes.equals(readFileSync(backup.path))).toBe(true)

  await handlers.removeBackup({ id: backup.id }, aContext())
  expect(existsSync(backup.path)).toBe(false)
  expect(await handlers.listBackups({}, aContext())).toEqual([])
  await expect(Promise.resolve(handlers.removeBackup({ id: backup.id }, aContext()))).rejects.toMatchObject({
    code: 'backup.unknown',
  })
})

test('a backup is made each night, and as many are kept as the settings say', async () => {
  const looks: (() => void)[] = []
  const clock = {
    now: () => now,
    after: (_ms: number, run: () => void) => {
      looks.push(run)
      return () => {}
    },
  }
  const backups = service(3, clock)
  const stop = backups.run()
  const nextLook = async () => {
    const deadline = Date.now() + 40_000
    while (looks.length === 0 && Date.now() < deadline) await new Promise((resolve) => setImmediate(resolve))
    must(looks.shift(), 'the service looks again')()
  }
  for (let day = 0; day < 4; day++) {
    await nextLook()
    await nextLook()
    now += DAY_MS
  }
  while (looks.length === 0) await new Promise((resolve) => setImmediate(resolve))
  await stop()

  const list = await backups.handlers.listBackups({}, aContext())
  expect(list.map((backup) => backup.createdAt)).toEqual([now - DAY_MS, now - 2 * DAY_MS])
  expect(readdirSync(join(data, 'backups'))).toHaveLength(2)
})

test('the nightly hour is the last one that has passed', () => {
  const at = (day: number, hour: number) => new Date(2026, 2, day, hour, 30).getTime()
  expect(dueAt(3, at(2, 3))).toBe(new Date(2026, 2, 2, 3).getTime())
  expect(dueAt(3, at(2, 2))).toBe(new Date(2026, 2, 1, 3).getTime())
})

test('a stopped or crashed machine is backed up too', async () => {
  await put('a')
  await store.close()

  const { path, archive } = await createBackupOffline({ dataFolder: data, now, random })
  store = await start()
  await service().reconcile()

  expect(await verifyBackup(path)).toMatchObject({ sha256: archive.sha256 })
  expect(await service().handlers.listBackups({}, aContext())).toMatchObject([{ path, automatic: false }])
})

test('a backup holds the keys, but not the token of the daemon that runs: whoever takes one would become the owner', async () => {
  writeLocalToken(data, random)

  const backup = await service().handlers.createBackup({}, aContext())

  const names = await membersOf(backup.path)
  expect(names.filter((name) => name.startsWith('keys/'))).toEqual(['keys/audit.key', 'keys/vault.key'])
})
