// Changes that are not saved yet, kept apart from what the machine has, so that both can change.
import '../../words/late/settings.ts'
import type { IsolationLevel, OutputOf } from '@tutti/core'
import { t } from '../../words/words.ts'

export type MachineSettings = OutputOf<'getSettings'>
/** The limits of loops stand beside the budgets. */
export type Fields = Omit<MachineSettings, 'version' | 'loops'>
/** Numbers are text while they are typed. */
export interface Draft {
  machine?: string
  allowedFolders?: string[]
  undeleteDays?: string
  auditDays?: string
  recordingDays?: string
  backupsKept?: string
  backupHour?: number | null
  /** Empty for no limit. */
  memoryLimitMb?: string
  telemetry?: boolean
  isolation?: IsolationLevel
}

/** What the server takes, by field. */
export const LIMITS = {
  undeleteDays: [1, 365],
  recordingDays: [1, 3650],
  auditDays: [30, 3650],
  backupsKept: [1, 365],
  memoryLimitMb: [256, 16_777_216],
} as const
export type NumberField = keyof typeof LIMITS

const NUMBERS: readonly NumberField[] = [
  'undeleteDays',
  'recordingDays',
  'auditDays',
  'backupsKept',
  'memoryLimitMb',
]
// An empty one is no limit.
const isOff = (field: NumberField, text: string): boolean => field === 'memoryLimitMb' && text.trim() === ''
const NAME_LENGTH = 64

export type Problems = Partial<Record<keyof Fields, string>>

/** The draft without what has become the same as the settings. */
export function pruned(draft: Draft, settings: Fields): Draft {
  const kept = Object.entries(draft).filter(
    ([field, value]) => JSON.stringify(value) !== JSON.stringify(asDraft(settings)[fieldOf(field)]),
  )
  return Object.fromEntries(kept)
}

/** The settings as the form shows them. */
export const asDraft = (settings: Fields): Required<Draft> => ({
  machine: settings.machine,
  allowedFolders: settings.allowedFolders,
  undeleteDays: String(settings.undeleteDays),
  auditDays: String(settings.auditDays),
  recordingDays: String(settings.recordingDays),
  backupsKept: String(settings.backupsKept),
  backupHour: settings.backupHour,
  memoryLimitMb: settings.memoryLimitMb === null ? '' : String(settings.memoryLimitMb),
  telemetry: settings.telemetry,
  isolation: settings.isolation,
})

const fieldOf = (name: string): keyof Draft => DRAFT_FIELDS.find((field) => field === name) ?? 'machine'
const DRAFT_FIELDS: readonly (keyof Draft)[] = [
  'machine',
  'allowedFolders',
  'backupHour',
  'telemetry',
  'isolation',
  ...NUMBERS,
]

export function draftProblems(draft: Draft): Problems {
  const problems: Problems = {}
  const length = draft.machine?.trim().length
  if (length !== undefined && (length < 1 || length > NAME_LENGTH))
    problems.machine = t('host.name-bad', { got: length })
  for (const field of NUMBERS) {
    const text = draft[field]
    const [min, max] = LIMITS[field]
    if (text !== undefined && !isOff(field, text) && !isWithin(text, min, max))
      problems[field] = t('host.number-bad', { min, max, got: text })
  }
  return problems
}

const isWithin = (text: string, min: number, max: number) =>
  /^\d{1,8}$/.test(text.trim()) && Number(text) >= min && Number(text) <= max

/** What to send; only for a draft without problems. */
export function changeOf(draft: Draft): Partial<Fields> {
  const { machine, allowedFolders, backupHour, telemetry, isolation } = draft
  const numbers = NUMBERS.flatMap((field) => {
    const text = draft[field]
    return text === undefined ? [] : [[field, isOff(field, text) ? null : Number(text)]]
  })
  return {
    ...(machine === undefined ? {} : { machine: machine.trim() }),
    ...(allowedFolders === undefined ? {} : { allowedFolders }),
    ...(backupHour === undefined ? {} : { backupHour }),
    ...(telemetry === undefined ? {} : { telemetry }),
    ...(isolation === undefined ? {} : { isolation }),
    ...Object.fromEntries(numbers),
  }
}

/** The old values of what a change touches: what undo sends. */
export function before(change: Partial<Fields>, settings: Fields): Partial<Fields> {
  const touched = Object.entries(settings).filter(([field]) => Object.hasOwn(change, field))
  return Object.fromEntries(touched)
}
