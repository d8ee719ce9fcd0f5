// The machine: health, checks, settings, backups, audit log and event log.
import { z } from 'zod'
import { idSchema } from '../id.ts'
import { op } from '../operation.ts'
import { EventEntry } from '../event.ts'
import { AuditEntry, AuditVerdict, Backup, Check, Health, Settings, SystemStatus, page } from '../system.ts'

const Nothing = z.strictObject({})
const OneBackup = z.strictObject({ id: idSchema('backup') })

export const systemOperations = {
  getHealth: op({
    method: 'GET',
    path: '/v1/health',
    may: 'public',
    input: Nothing,
    output: Health,
    says: 'Whether the server works',
  }),
  getStatus: op({
    method: 'GET',
    path: '/v1/status',
    may: 'system:read',
    input: Nothing,
    output: SystemStatus,
    says: 'Version, addresses, memory and counts of this machine',
  }),
  runDoctor: op({
    method: 'POST',
    path: '/v1/doctor',
    may: 'system:write',
    input: Nothing,
    output: () => z.array(Check),
    says: 'Check files, keys, tmux and disk, and name what is damaged',
  }),
  getSettings: op({
    method: 'GET',
    path: '/v1/settings',
    may: 'settings:read',
    input: Nothing,
    output: Settings,
    says: 'The settings of this machine',
    cli: { words: 'settings show' },
  }),
  updateSettings: op({
    method: 'PATCH',
    path: '/v1/settings',
    may: 'settings:write',
    input: () => Settings.omit({ version: true }).partial(),
    output: Settings,
    says: 'Change the settings of this machine',
    cli: { words: 'settings change' },
    versioned: true,
    audited: true,
  }),
  listBackups: op({
    method: 'GET',
    path: '/v1/backups',
    may: 'backup:read',
    input: Nothing,
    output: () => z.array(Backup),
    says: 'List backups, newest first',
    cli: { words: 'backup list' },
  }),
  createBackup: op({
    method: 'POST',
    path: '/v1/backups',
    may: 'backup:write',
    input: Nothing,
    output: Backup,
    says: 'Back everything up while it runs',
    cli: { words: 'backup create' },
    audited: true,
  }),
  getBackup: op({
    method: 'GET',
    path: '/v1/backups/{id}/file',
    may: 'backup:write',
    input: OneBackup,
    output: Nothing,
    bytes: 'application/octet-stream',
    says: 'Download a backup (it holds keys: keep it safe)',
    cli: { words: 'backup export', args: ['id'] },
    audited: true,
  }),
  removeBackup: op({
    method: 'DELETE',
    path: '/v1/backups/{id}',
    may: 'backup:write',
    input: OneBackup,
    output: Nothing,
    says: 'Remove a backup for good',
    cli: { words: 'backup remove', args: ['id'] },
    audited: true,
  }),
  listAudit: op({
    method: 'GET',
    path: '/v1/audit',
    may: 'audit:read',
    input: () =>
      z.strictObject({
        before: z.int().positive().optional(),
        limit: z.int().min(1).max(1000).default(100),
        actor: z.string().max(80).optional(),
        act: z.string().max(80).optional(),
        subject: z.string().max(80).optional(),
        outcome: AuditEntry.shape.outcome.optional(),
      }),
    output: () => page(AuditEntry),
    says: 'The audit log, newest first',
    cli: { words: 'audit list' },
  }),
  verifyAudit: op({
    method: 'POST',
    path: '/v1/audit/verify',
    may: 'audit:read',
    input: Nothing,
    output: AuditVerdict,
    says: 'Check that nobody changed the audit log',
    cli: { words: 'audit verify' },
  }),
  listEvents: op({
    method: 'GET',
    path: '/v1/events',
    may: 'event:read',
    input: () =>
      z.strictObject({ since: z.int().min(0).default(0), limit: z.int().min(1).max(1000).default(100) }),
    output: () => page(EventEntry),
    says: 'The event log from a sequence number on, oldest first',
    cli: { words: 'events list' },
  }),
} as const
