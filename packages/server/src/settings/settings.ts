// The settings of this machine: one row, changed by who saw its newest version.
import { isAbsolute } from 'node:path'
import { fault, LOOP_LIMITS } from '@tutti/core'
import type { Settings } from '@tutti/core'
import type { By, Store } from '../db/store.ts'
import type { Handlers } from '../handler.ts'

export interface SettingsService {
  current(): Settings
  handlers: Pick<Handlers, 'getSettings' | 'updateSettings'>
}

/** `machine` and `home` are what a new machine is called and where its agents may work. */
export function createSettings(deps: { store: Store; machine: string; home: string }): SettingsService {
  const { store } = deps
  const defaults: Settings = {
    machine: deps.machine.slice(0, NAME_LENGTH) || 'machine',
    allowedFolders: [deps.home],
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
  }

  const current = (): Settings => {
    const row = store.get<{ value: string; version: number }>(
      'SELECT value, version FROM settings WHERE id = 1',
    )
    // Over the defaults, so that a setting of a newer release has a value at once.
    return row ? { ...defaults, ...parsed(row.value), version: row.version } : defaults
  }

  return {
    current,
    handlers: {
      getSettings: current,
      async updateSettings(input, context) {
        const before = current()
        if (before.version !== context.version) throw stale(before.version, context.version)
        refuseRelative(input.allowedFolders ?? [])
        const given = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined))
        const after: Settings = { ...before, ...given, version: before.version + 1 }
        await store.commit(changeOf(context.by, before, after))
        return after
      },
    },
  }
}

const NAME_LENGTH = 64

const changeOf = (by: By, before: Settings, after: Settings) => ({
  by,
  subject: 'settings',
  detail: { changed: changedNames(before, after).join(' ') },
  statements: [
    {
      sql: `INSERT INTO settings (id, value, version) VALUES (1, ?, ?)
            ON CONFLICT (id) DO UPDATE SET value = excluded.value, version = excluded.version
            WHERE settings.version = ?`,
      values: [JSON.stringify(after), after.version, before.version],
      expect: {
        changes: 1,
        fault: 'version.stale' as const,
        details: { current: after.version, sent: before.version },
      },
    },
  ],
  events: [{ type: 'settings.changed' as const, subject: 'settings', data: after }],
})

const changedNames = (before: Settings, after: Settings) => {
  const old = new Map(Object.entries(before).map(([name, value]) => [name, JSON.stringify(value)]))
  return Object.entries(after)
    .filter(([name, value]) => name !== 'version' && old.get(name) !== JSON.stringify(value))
    .map(([name]) => name)
}

function refuseRelative(folders: readonly string[]) {
  const relative = folders.find((folder) => !isAbsolute(folder))
  if (relative === undefined) return
  const problems = `allowedFolders: expected full paths such as /home/ada, got ${relative}`
  throw fault('input.invalid', { problems, operation: 'updateSettings' })
}

const stale = (current: number, sent: number) => fault('version.stale', { current, sent })

// We wrote it: the row holds settings of this or an older release.
// oxlint-disable-next-line typescript/no-unsafe-type-assertion
const parsed = (text: string) => JSON.parse(text) as Partial<Settings>
