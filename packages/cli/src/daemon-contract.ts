// The agreement between the CLI and the daemon's entry, which it starts as a process because it may not import the server.
//
//   node <entry> run            the daemon in the foreground: log lines on stderr; SIGTERM or SIGINT stops it cleanly, agents live on
//   node <entry> doctor         checks files, keys, tmux and disk; prints Check[]
//   node <entry> backup [FILE]  backs up while the daemon is down; prints {path, sizeBytes, sha256}
//   node <entry> restore FILE   replaces the state by a backup while the daemon is down; prints {path, kept}: what was there is kept
//   node <entry> audit-verify   checks the audit log; prints AuditVerdict
//   node <entry> link           prints {url, owned}: the dashboard's address, with a fresh one-time code while there is no owner;
//                               works while the daemon runs and while it is down
//
// Each but `run` prints one JSON document on stdout and exits 0. A failure of any is one line {"error": {code, message, details}}
// on stderr, in the catalogue's words, and exit 1.
//
// Settings come by environment: TUTTI_DATA (always set by the CLI), TUTTI_HOST, TUTTI_PORT, TUTTI_TLS_CERT, TUTTI_TLS_KEY.
// When it answers, `run` has written <data>/daemon.json {pid, url, startedAt} and <data>/keys/local.token (0600, an API token of
// the machine's own user); it removes daemon.json at a clean stop.
import { AuditVerdict, Check } from '@tutti/core'
import { z } from 'zod'

export const DAEMON_FILE = 'daemon.json'
export const TOKEN_FILE = 'keys/local.token'
export const LOG_FILE = 'daemon.log'

export const DaemonFile = z.object({ pid: z.int().positive(), url: z.url(), startedAt: z.int() })
export type DaemonFile = z.infer<typeof DaemonFile>

export const LinkAnswer = z.object({ url: z.url(), owned: z.boolean() })
export const BackupAnswer = z.object({ path: z.string(), sizeBytes: z.int(), sha256: z.string() })
export const RestoreAnswer = z.object({ path: z.string(), kept: z.string().nullable() })
export const DoctorAnswer = z.array(Check)
export const VerifyAnswer = AuditVerdict

export const ErrorLine = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    details: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
  }),
})
