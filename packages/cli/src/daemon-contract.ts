// The agreement between the CLI and the daemon's entry, which it starts as a process because it may not import the server.
//
//   node <entry> run            the daemon in the foreground: log lines on stderr; SIGTERM or SIGINT stops it cleanly, agents live on
//   node <entry> doctor         checks files, keys, tmux and disk; prints Check[]
//   node <entry> backup [FILE]  backs up while the daemon is down; prints {path, sizeBytes, sha256}
//   node <entry> restore FILE   replaces the state by a backup while the daemon is down; prints {path, kept}: what was there is kept
//   node <entry> pack ROOT FILE [VERSION] [KEYFILE]  writes an installation into the file of a release; prints Release
//   node <entry> check FOLDER, trial, supervise      what an upgrade starts: a check of a new version, that on trial, its supervisor
//   node <entry> audit-verify   checks the audit log; prints AuditVerdict
//
// Each but `run` prints one JSON document on stdout and exits 0. A failure of any is one line {"error": {code, message, details}}
// on stderr, in the catalogue's words, and exit 1.
//
// Settings come by environment: TUTTI_DATA (always set by the CLI), TUTTI_LOGS, TUTTI_WEB, TUTTI_HOST, TUTTI_PORT, TUTTI_TLS_CERT,
// TUTTI_TLS_KEY. When it answers, `run` has written <data>/daemon.lock {pid, url} and <data>/keys/local.token (0600, an API token
// of the machine's own user). The one-time link is <url>/#setup=CODE with the code of the operation renewSetup.
import { AuditVerdict, Check, Release } from '@tutti/core'
import { z } from 'zod'

/** Node's own arguments for the daemon. */
export const DAEMON_NODE_ARGS: readonly string[] = [
  '--disable-warning=ExperimentalWarning', // node:sqlite on Node 22
  '--max-semi-space-size=1', // an idle daemon keeps 40 MB less; a busy one collects a little more often
  '--expose-gc', // once, after its start
]

/**
 * What its environment adds for glibc: two heaps and not one for each thread, which is 3 MB less; and what is large goes back to the
 * machine when it is freed, also after something larger was freed before, which is 2 MB less.
 */
export const DAEMON_ENV = {
  MALLOC_ARENA_MAX: '2',
  MALLOC_MMAP_THRESHOLD_: '131072',
  MALLOC_TRIM_THRESHOLD_: '131072',
} as const

export const LOCK_FILE = 'daemon.lock'
export const TOKEN_FILE = 'keys/local.token'

/** `url` is null until it listens. */
export const LockFile = z.object({ pid: z.int().positive(), url: z.url().nullable() })

/** A daemon that listens. */
export interface Daemon {
  pid: number
  url: string
}

export const BackupAnswer = z.object({ path: z.string(), sizeBytes: z.int(), sha256: z.string() })
export const RestoreAnswer = z.object({ path: z.string(), kept: z.string().nullable() })
export const PackAnswer = Release
export const DoctorAnswer = z.array(Check)
export const VerifyAnswer = AuditVerdict

export const ErrorLine = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    details: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
  }),
})
