// Links over WebSockets and TLS: one door in, and one way out, by which every machine is dialled.
import { selfSigned } from './certificate.ts'
import { createRounds, type RoundDeps } from './dial-round.ts'
import { dial, placeOf } from './peer-dialler.ts'
import { createPeerDoor, type PeerDoor, type PeerDoorDeps } from './peer-door.ts'
import type { PeerTransport } from './transport.ts'

export interface TransportDeps
  extends Omit<PeerDoorDeps, 'certificate' | 'privateKey'>, Omit<RoundDeps, 'placeOf'> {
  /** Where to listen; looked at whenever the door is opened. */
  host: () => string
  port: number
  /** Host names to be told to others; none: the addresses of the network cards. */
  names: readonly string[]
  /** Addresses of this machine's network cards, the likeliest first. */
  cards: () => readonly string[]
}

export function createWebSocketTransport(given: TransportDeps): PeerTransport {
  const deps = {
    ...given,
    certificate: selfSigned(given.identity),
    privateKey: given.identity.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
  }
  const rounds = createRounds({ ...deps, placeOf })
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
    dial: (to, addresses, purpose) =>
      rounds.reach(to, addresses, (place) => dial(deps, to, { ...place, purpose })),
    close() {
      rounds.close()
      return shut()
    },
  }
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
