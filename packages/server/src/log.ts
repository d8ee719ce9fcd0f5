// The log: one JSON line an event, to a file that rotates by size, or to stderr.
import { closeSync, mkdirSync, openSync, renameSync, statSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { Clock } from '@tutti/core'
import type { Log } from './handler.ts'
import { redacted } from './redact.ts'

export interface LogFile {
  /** Takes a whole line, with its end. */
  write(line: string): void
  /** Hands everything to the system. */
  flush(): void
}

const MAX_FILE_BYTES = 10 * 1024 * 1024
const KEPT_FILES = 5
// Lines wait this long for company: a busy server writes a few times a second, not a few hundred.
const GATHER_MS = 200
const GATHER_BYTES = 64 * 1024

export function createLog(deps: { clock: Pick<Clock, 'now'>; write: (line: string) => void }): Log {
  const line = (level: string) => (event: string, fields?: Record<string, unknown>) => {
    const at = new Date(deps.clock.now()).toISOString()
    deps.write(`${JSON.stringify({ at, level, event, ...plainFields(fields) })}\n`)
  }
  return { info: line('info'), warn: line('warn'), error: line('error') }
}

/** The redactor's answer to a record is a record. */
function plainFields(fields: Record<string, unknown> | undefined): object {
  const clean = fields === undefined ? {} : redacted(fields)
  return typeof clean === 'object' && clean !== null ? clean : {}
}

/** A file `daemon.log` in the folder, with `daemon.log.1` and so on behind it; only its owner may read it. */
export function openLogFile(folder: string, clock: Pick<Clock, 'after'>): LogFile {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const path = join(folder, 'daemon.log')
  let size = sizeOf(path)
  let waiting: string[] = []
  let waitingBytes = 0
  let cancel: (() => void) | null = null

  const flush = () => {
    cancel?.()
    cancel = null
    if (waiting.length === 0) return
    const text = waiting.join('')
    waiting = []
    waitingBytes = 0
    if (size + text.length > MAX_FILE_BYTES) {
      rotate(path)
      size = 0
    }
    size += append(path, text)
  }
  return {
    write(line) {
      waiting.push(line)
      waitingBytes += line.length
      if (waitingBytes >= GATHER_BYTES) flush()
      else cancel ??= clock.after(GATHER_MS, flush)
    },
    flush,
  }
}

/** Bytes written; none when the disk refuses, as a log that cannot be written must not stop the work that it tells of. */
function append(path: string, text: string): number {
  try {
    const file = openSync(path, 'a', 0o600)
    try {
      return writeSync(file, text)
    } finally {
      closeSync(file)
    }
  } catch {
    return 0
  }
}

function rotate(path: string): void {
  for (let i = KEPT_FILES - 1; i >= 0; i--) {
    const from = i === 0 ? path : `${path}.${i}`
    try {
      renameSync(from, `${path}.${i + 1}`)
    } catch {
      // Not there yet, or the disk refuses: the next rotation tries again.
    }
  }
}

function sizeOf(path: string): number {
  try {
    return statSync(path).size
  } catch {
    return 0 // not there yet
  }
}
