// Settings have defaults, a version that guards against overwriting, and an event for each change.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { LOOP_LIMITS } from '@tutti/core'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openStore } from '../db/open.ts'
import type { Store } from '../db/store.ts'
import { aContext, quietLog, realClock } from '../db/test-support.ts'
import { createSettings } from './settings.ts'

let folder: string
let store: Store
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tutti-settings-'))
  store = await openStore({
    path: join(folder, 'tutti.db'),
    clock: realClock,
    log: quietLog,
    auditKey: new Uint8Array(32),
  })
})
afterEach(async () => {
  await store.close()
  rmSync(folder, { recursive: true })
})
const service = () => createSettings({ store, machine: 'ada-laptop', home: '/home/ada' })

test('a new machine has sensible settings', () => {
  expect(service().current()).toEqual({
    machine: 'ada-laptop',
    allowedFolders: ['/home/ada'],
    undeleteDays: 30,
    auditDays: 365,
    recordingDays: 30,
    backupsKept: 7,
    backupHour: 3,
    memoryLimitMb: null,
    telemetry: false,
    isolation: 'none',
    loops: { all: LOOP_LIMITS, agents: {} },
    version: 1,
  })
})

test('a change keeps what it does not name, counts the version and tells', async () => {
  const { current, handlers } = service()
  await handlers.updateSettings({ auditDays: 90 }, aContext({ version: 1 }))
  const answer = await handlers.updateSettings({ backupHour: null }, aContext({ version: 2 }))

  expect(answer).toEqual(current())
  expect(answer).toMatchObject({ machine: 'ada-laptop', auditDays: 90, backupHour: null, version: 3 })
  expect(store.eventsSince(0, 9)).toMatchObject([{ type: 'settings.changed' }, { data: answer }])
})

test('a change from an old version is refused with both versions', async () => {
  const { handlers } = service()
  await handlers.updateSettings({ auditDays: 90 }, aContext({ version: 1 }))

  await expect(handlers.updateSettings({ auditDays: 91 }, aContext({ version: 1 }))).rejects.toMatchObject({
    code: 'version.stale',
    details: { current: 2, sent: 1 },
  })
})

test('of two changes at once from the same version only one is taken', async () => {
  const { handlers, current } = service()
  const change = (auditDays: number) =>
    Promise.resolve(handlers.updateSettings({ auditDays }, aContext({ version: 1 }))).then(
      () => 'done',
      () => 'refused',
    )

  expect(await Promise.all([change(50), change(60)])).toEqual(['done', 'refused'])
  expect(current().auditDays).toBe(50)
})

test('a relative folder is refused with a sentence', async () => {
  await expect(
    service().handlers.updateSettings({ allowedFolders: ['projects'] }, aContext({ version: 1 })),
  ).rejects.toThrow('expected full paths such as /home/ada, got projects')
})
