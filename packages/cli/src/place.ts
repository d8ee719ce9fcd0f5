// Which server a command speaks to: the one that is named, or the daemon of this machine with its local token.
import { ClientFault } from '@tutti/client'
import { join, resolve } from 'node:path'
import { LOCK_FILE, LockFile, TOKEN_FILE, type Daemon } from './daemon-contract.ts'
import type { Io } from './io.ts'

export interface Place {
  dataFolder: string
  logFolder: string
  /** Named by --url or TUTTI_URL; null means the daemon of this machine. */
  url: string | null
  token: string | null
}

export interface Server {
  url: string
  token: string
  /** Whether it is the daemon of this machine. */
  local: boolean
}

/** From flags and environment, as `flags` first. */
export function placeOf(io: Io, flags: { url?: string; token?: string; data?: string }): Place {
  // The same as the server's own defaults, so that either finds what the other has written.
  const shared = io.env.XDG_DATA_HOME || join(io.home, '.local', 'share')
  const states = io.env.XDG_STATE_HOME || join(io.home, '.local', 'state')
  const data = flags.data ?? io.env.TUTTI_DATA
  return {
    dataFolder: data ? resolve(io.cwd, data) : join(shared, 'tutti'),
    logFolder: resolve(io.cwd, io.env.TUTTI_LOGS || join(states, 'tutti')),
    url: (flags.url ?? (io.env.TUTTI_URL || null))?.replace(/\/+$/, '') ?? null,
    token: flags.token ?? (io.env.TUTTI_TOKEN || null),
  }
}

/** What the running daemon has written; null when none runs or it does not listen yet. */
export function daemonOf(io: Io, place: Place): Daemon | null {
  const content = io.readFile(join(place.dataFolder, LOCK_FILE))
  if (content === null) return null
  try {
    const { pid, url } = LockFile.parse(JSON.parse(content))
    return url === null ? null : { pid, url }
  } catch {
    return null // cut off by a crash: as good as not there, the next start writes it anew
  }
}

/** The server and the token to use. Throws network.unreachable or auth.missing with what to do. */
export function serverOf(io: Io, place: Place): Server {
  const daemon = daemonOf(io, place)
  const local = place.url === null || place.url === daemon?.url
  const url = place.url ?? daemon?.url
  if (url === undefined) throw notRunning()
  // The token of this machine goes to its own daemon and nowhere else.
  const own = local ? io.readFile(join(place.dataFolder, TOKEN_FILE))?.trim() : undefined
  const token = place.token ?? own
  if (!token) throw tokenMissing(url, local)
  return { url, token, local }
}

export const notRunning = (): ClientFault =>
  new ClientFault(0, {
    code: 'network.unreachable',
    message: 'Tutti does not run on this machine. Start it with `tutti up`.',
  })

const tokenMissing = (url: string, local: boolean): ClientFault =>
  new ClientFault(401, {
    code: 'auth.missing',
    message: local
      ? 'The token of this machine cannot be read. Run this as the user who started Tutti, or set TUTTI_TOKEN.'
      : `${url} needs an API token. Make one in its dashboard and set TUTTI_TOKEN.`,
  })
