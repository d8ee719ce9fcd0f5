// What works while the daemon is down: doctor, backup, restore and the check of the audit log.
import { join } from 'node:path'
import { fault, type Clock, type RandomBytes } from '@tutti/core'
import { createBackupOffline } from './backup/offline.ts'
import { restoreBackup } from './backup/restore.ts'
import { verifyAuditFile } from './audit/verify.ts'
import { tmuxVersion } from '@tutti/terminals'
import type { Config } from './config.ts'
import { runDoctor } from './doctor/doctor.ts'
import { checkTmux } from './doctor/tmux-check.ts'
import { createPrograms } from './programs/programs.ts'
import { checkSandbox, createAvailability } from './sandbox/availability.ts'
import { lockHolder } from './lock.ts'
import { keyPath, readKey } from './vault/keys.ts'

interface Deps {
  config: Config
  /** Where tmux is looked for: PATH alone. */
  searchPath: Readonly<Record<string, string>>
  clock: Clock
  random: RandomBytes
}

/** Answers a command with what is printed. */
export const offlineCommands =
  ({ config, clock, random, searchPath }: Deps) =>
  async (command: string, [file]: readonly string[]): Promise<unknown> => {
    const { dataFolder } = config
    switch (command) {
      case 'doctor':
        return runDoctor({
          dataFolder,
          tmux: () => checkTmux(() => tmuxVersion({ file: 'tmux', env: searchPath })),
          sandbox: () => checkSandbox(availability(searchPath), false),
        })
      case 'backup': {
        const { path, archive } = await createBackupOffline({
          dataFolder,
          now: clock.now(),
          random,
          ...(file ? { to: file } : {}),
        })
        return { path, sizeBytes: archive.sizeBytes, sha256: archive.sha256 }
      }
      case 'restore': {
        if (!file) throw fault('backup.unknown', { id: '' })
        const isRunning = () => lockHolder(dataFolder) !== null
        const { aside } = await restoreBackup({ path: file, dataFolder, now: clock.now(), isRunning })
        return { path: file, kept: aside }
      }
      case 'audit-verify':
        return verifyAuditFile(join(dataFolder, 'tutti.db'), readKey(keyPath(dataFolder, 'audit')))
      default:
        throw fault('route.unknown', { method: 'daemon', path: command })
    }
  }

/** No daemon runs, so nobody knows of agents that ask for a sandbox: it is told, and never wrong. */
function availability(searchPath: Readonly<Record<string, string>>) {
  const path = searchPath['PATH'] ?? ''
  const { commandFor } = createPrograms({ searchPath: () => path, rehearsal: [''] })
  return createAvailability({
    platform: process.platform,
    find: async (program) => (await commandFor(program, path))?.[0] ?? null,
  })
}
