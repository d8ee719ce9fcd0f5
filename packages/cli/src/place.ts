// Which server a command speaks to: the one that is named, or the daemon of this machine with its local token.
import { ClientFault } from '@tutti/client'
import { join } from 'node:path'
import { DAEMON_FILE, DaemonFile, TOKEN_FILE } from './daemon-contract.ts'
import type { Io } from './io.ts'

export interface Place {
  dataFolder: string
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
  const shared = io.env.XDG_DATA_HOME || join(io.home, '.local', 'share')
  return {
    dataFolder: flags.data ?? (io.env.TUTTI_DATA || join(shared, 'tutti')),
    url: (flags.url ?? (io.env.TUTTI_URL || null))?.replace(/\/+$/, '') ?? null,
    token: flags.token ?? (io.env.TUTTI_TOKEN || null),
  }
}

/** What the running daemon has written; null when none runs or the file is not its own. */
export function daemonFile(io: Io, place: Place): DaemonFile | null {
  const content = io.readFile(join(place.dataFolder, DAEMON_FILE))
  if (content === null) return null
  try {
    return DaemonFile.parse(JSON.parse(content))
  } catch {
    return null // cut off by a crash: as good as not there, the next start writes it anew
  }
}

/** The server and the token to use. Throws network.unreachable or auth.missing with what to do. */
export function serverOf(io: Io, place: Place): Server {
  const daemon = daemonFile(io, place)
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
