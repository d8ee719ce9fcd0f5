// Links over WebSockets and TLS: one door, and a race over the addresses of whom is dialled.
import { selfSigned } from './certificate.ts'
import { dial, type Dialled } from './peer-dialler.ts'
import { createPeerDoor, type PeerDoor, type PeerDoorDeps } from './peer-door.ts'
import type { Carrier, PeerTransport } from './transport.ts'

export interface TransportDeps extends Omit<PeerDoorDeps, 'certificate' | 'privateKey'> {
  /** Where to listen; looked at whenever the door is opened. */
  host: () => string
  port: number
  /** Host names to be told to others; none: the addresses of the network cards. */
  names: readonly string[]
  /** Addresses of this machine's network cards, the likeliest first. */
  cards: () => readonly string[]
}

// More addresses than a machine has cards; each costs a connection.
const MOST_URLS = 8

export function createWebSocketTransport(given: TransportDeps): PeerTransport {
  const deps = {
    ...given,
    certificate: selfSigned(given.identity),
    privateKey: given.identity.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
  }
  let door: Promise<PeerDoor> | null = null
  let at: { host: string; port: number } | null = null
  const openAt = async (host: string): Promise<PeerDoor> => {
    const made = createPeerDoor(deps)
    at = { host, port: await made.listen(host, deps.port) }
    return made
  }
  const urls = (): string[] => {
    const port = at?.port
    return port === undefined || at === null
      ? []
      : hostsOf(deps, at.host).map((host) => `wss://${withPort(host, port)}`)
  }
  const shut = async (): Promise<void> => {
    const opened = await door?.catch(() => null)
    door = null
    at = null
    await opened?.close()
  }
  return {
    urls,
    async listen() {
      door ??= openAt(deps.host())
      try {
        await door
      } catch (error) {
        door = null
        throw error
      }
      return urls()
    },
    async move(host) {
      const former = at
      await shut()
      door = openAt(host)
      try {
        await door
      } catch (error) {
        door = former && openAt(former.host)
        await door
        throw error
      }
    },
    door: () => ({ host: at?.host ?? deps.host(), port: at?.port ?? null }),
    async dial(to, addresses, purpose) {
      const attempts = addresses.slice(0, MOST_URLS).map((url) => dial(deps, to, { url, purpose }))
      return first(attempts)
    },
    close: shut,
  }
}

/** The first carrier that opens; the other attempts are given up. */
async function first(attempts: readonly Dialled[]): Promise<Carrier> {
  if (attempts.length === 0) throw new Error('no address is known')
  const races = attempts.map(async (attempt) => ({ attempt, carrier: await attempt.carrier }))
  const won = await Promise.any(races).catch(reasonOf)
  for (const attempt of attempts) if (attempt !== won.attempt) attempt.abort()
  return won.carrier
}

/** The first reason stands for all: they are of one kind nearly always. */
function reasonOf(error: unknown): never {
  const [reason]: unknown[] = error instanceof AggregateError ? error.errors : [error]
  throw reason
}

function hostsOf({ names, cards }: TransportDeps, host: string): readonly string[] {
  if (names.length > 0) return names
  if (host !== '0.0.0.0' && host !== '::') return [host.includes(':') ? `[${host}]` : host]
  const own = cards()
  return own.length > 0 ? own : ['127.0.0.1']
}

/** A name may bring a port of its own, where a router forwards another. */
const withPort = (host: string, port: number): string =>
  /:\d{1,5}$/.test(host) && !host.endsWith(']') && !/^\[?[0-9a-f]*:[0-9a-f:]*$/.test(host)
    ? host
    : `${host}:${port}`
