// The machine itself: health, checks, settings, folders, backups, the audit log and the event log.
import { z } from 'zod'
import { idSchema } from './id.ts'
import { IsolationLevel } from './isolation-schema.ts'
import { Scope } from './account.ts'
import { LoopSettings } from './loop-breaker.ts'

export const Health = z.strictObject({
  ok: z.boolean(),
  version: z.string(),
  /** False while the disk refuses writes. */
  writable: z.boolean(),
  /** False until an owner exists. */
  owned: z.boolean(),
  /** The same in the words of AMP, whose clients ask here as well; their own address says more. */
  status: z.enum(['healthy', 'unhealthy']).optional(),
  uptime_seconds: z.int().optional(),
})

export const SystemStatus = z.strictObject({
  version: z.string(),
  node: z.string(),
  tmux: z.string(),
  machine: z.string(),
  pid: z.int(),
  startedAt: z.int(),
  urls: z.array(z.string()),
  dataFolder: z.string(),
  writable: z.boolean(),
  residentBytes: z.int(),
  agents: z.strictObject({ total: z.int(), running: z.int(), deleted: z.int() }),
  viewers: z.int(),
  streams: z.int(),
  lastSeq: z.int(),
})

/** One check of `tutti doctor`; `path` names the damaged file. */
export const Check = z.strictObject({
  name: z.string(),
  ok: z.boolean(),
  detail: z.string(),
  path: z.string().optional(),
  advice: z.string().optional(),
})
export type Check = z.infer<typeof Check>

export const Settings = z.strictObject({
  machine: z.string().min(1).max(64),
  /** Folders under which agents may work and the folder picker may look. */
  allowedFolders: z.array(z.string().min(1).max(4096)).min(1).max(64),
  undeleteDays: z.int().min(1).max(365),
  auditDays: z.int().min(30).max(3650),
  recordingDays: z.int().min(1).max(3650),
  backupsKept: z.int().min(1).max(365),
  /** Hour of the day (local) of the daily backup; null for none. */
  backupHour: z.int().min(0).max(23).nullable(),
  /** Memory that the programs of agents may take together, in MB; beyond it idle ones sleep. Null for no limit. */
  memoryLimitMb: z.int().min(256).max(16_777_216).nullable(),
  /** Whether programs whose usage nobody else counts are started so that they send their metrics here (OTLP). */
  telemetry: z.boolean(),
  /** How new agents are isolated unless somebody says otherwise. */
  isolation: IsolationLevel,
  /** When an agent is paused because it seems to go round in circles. */
  loops: LoopSettings,
  version: z.int(),
})
export type Settings = z.infer<typeof Settings>

const LocalTime = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, 'expected a time such as 22:00')

/** A user's own appearance and habits, the same on every device. Opaque to the server but for its size. */
export const Preferences = z.strictObject({
  theme: z.enum(['system', 'light', 'dark']).optional(),
  contrast: z.enum(['normal', 'high']).optional(),
  density: z.enum(['compact', 'cosy']).optional(),
  terminalFontSize: z.int().min(9).max(28).optional(),
  sound: z.boolean().optional(),
  favourites: z.array(idSchema('agent')).max(1000).optional(),
  collapsed: z.array(z.string().max(80)).max(1000).optional(),
  /** Agents whose asks make no noise and no notification. */
  muted: z.array(idSchema('agent')).max(1000).optional(),
  /** Local times of a zone between which nothing is notified, such as 22:00 to 07:00 in Europe/Berlin. */
  quiet: z
    .strictObject({ from: LocalTime, to: LocalTime, zone: z.string().min(1).max(64) })
    .nullable()
    .optional(),
  keys: z.record(z.string().max(60), z.string().max(60)).optional(),
})
export type Preferences = z.infer<typeof Preferences>

export const FolderEntry = z.strictObject({ name: z.string(), path: z.string(), git: z.boolean() })
export const FolderList = z.strictObject({
  path: z.string(),
  /** Null at an allowed root. */
  parent: z.string().nullable(),
  roots: z.array(z.string()),
  entries: z.array(FolderEntry),
})

export const Backup = z.strictObject({
  id: idSchema('backup'),
  path: z.string(),
  createdAt: z.int(),
  sizeBytes: z.int(),
  sha256: z.string(),
  automatic: z.boolean(),
})
export type Backup = z.infer<typeof Backup>

/** One privileged act. `mac` chains it to the entry before. */
export const AuditEntry = z.strictObject({
  seq: z.int(),
  at: z.int(),
  actor: z.string(),
  act: z.string(),
  subject: z.string(),
  address: z.string(),
  outcome: z.enum(['done', 'refused']),
  detail: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  mac: z.string(),
})
export type AuditEntry = z.infer<typeof AuditEntry>

/** `ok` false names the first entry that does not fit. */
export const AuditVerdict = z.strictObject({
  ok: z.boolean(),
  entries: z.int(),
  brokenAt: z.int().nullable(),
  problem: z.string().nullable(),
})

/** A page of things, newest first; `next` is the cursor of the following page. */
export const page = <T extends z.ZodType>(item: T) =>
  z.strictObject({ items: z.array(item), next: z.int().nullable() })

export const Ticket = z.strictObject({ ticket: z.string(), expiresAt: z.int() })
export const ScopeList = z.array(Scope).min(1)
