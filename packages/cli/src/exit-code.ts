// What the exit code of `tutti` says, so that scripts can tell failures apart.
import { ClientFault } from '@tutti/client'
import { Fault } from '@tutti/core'

export const EXIT = {
  ok: 0,
  fault: 1,
  usage: 2,
  unreachable: 3,
  denied: 4,
  conflict: 5,
  missing: 6,
  damaged: 7,
  interrupted: 130,
} as const

/** The words for `tutti help`. */
export const EXIT_WORDS: readonly [code: number, meaning: string][] = [
  [EXIT.ok, 'done'],
  [EXIT.fault, 'a failure; the sentence on stderr says which'],
  [EXIT.usage, 'the command line does not fit'],
  [EXIT.unreachable, 'Tutti does not run or does not answer'],
  [EXIT.denied, 'not logged in, or not allowed'],
  [EXIT.conflict, 'something is in the way, or was changed meanwhile'],
  [EXIT.missing, 'there is no such thing'],
  [EXIT.damaged, 'a file, a backup or the audit log is damaged'],
  [EXIT.interrupted, 'interrupted'],
]

/** A command line that does not fit. `hint` is where to read on; null means the help of the command that threw it. */
export class UsageError extends Error {
  readonly hint: string | null
  constructor(message: string, hint: string | null = null) {
    super(message)
    this.name = 'UsageError'
    this.hint = hint
  }
}

const DAMAGED = new Set(['store.damaged', 'backup.damaged', 'audit.broken', 'secret.missing'])
const BY_STATUS = new Map<number, number>([
  [401, EXIT.denied],
  [403, EXIT.denied],
  [404, EXIT.missing],
  [409, EXIT.conflict],
  [412, EXIT.conflict],
  [428, EXIT.conflict],
])

/** The exit code for a failure. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof UsageError) return EXIT.usage
  if (!(error instanceof ClientFault || error instanceof Fault)) return EXIT.fault
  if (error.code === 'network.unreachable') return EXIT.unreachable
  if (error.code === 'network.aborted') return EXIT.interrupted
  if (DAMAGED.has(error.code)) return EXIT.damaged
  if (error.code.startsWith('input.')) return EXIT.usage
  return BY_STATUS.get(error.status) ?? EXIT.fault
}

/** The failure as the JSON document for stderr. */
export function errorDocument(error: unknown) {
  if (error instanceof ClientFault || error instanceof Fault) {
    return { error: { code: error.code, message: error.message, details: error.details } }
  }
  const message = error instanceof Error ? error.message : String(error)
  return { error: { code: error instanceof UsageError ? 'cli.usage' : 'cli.bug', message, details: {} } }
}
