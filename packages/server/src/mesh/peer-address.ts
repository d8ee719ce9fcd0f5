// Where other machines are let in: at what the daemon was started with, or at what a person has chosen since.
import { fault, type NodeDoor } from '@tutti/core'
import type { By, Store } from '../db/store.ts'
import type { PeerTransport } from './transport.ts'

export type Door = ReturnType<typeof createDoor>

/** The address that a person has chosen; null for none. */
export const chosenHost = (store: Pick<Store, 'get'>): string | null =>
  store.get<{ host: string }>('SELECT host FROM mesh_door WHERE one = 1')?.host ?? null

interface Configured {
  peerHost: string
  peerPort: number
}

/** The door as it would be opened, for a machine that is alone. */
export function closedDoor(
  store: Pick<Store, 'get'>,
  config: Configured,
  cards: readonly string[],
): NodeDoor {
  const chosen = chosenHost(store)
  return {
    open: false,
    host: chosen ?? config.peerHost,
    port: config.peerPort,
    chosen: chosen !== null,
    addresses: [...cards, '127.0.0.1'],
  }
}

export interface DoorDeps {
  store: Pick<Store, 'get' | 'commit'>
  config: Configured
  cards: () => readonly string[]
  transport: PeerTransport
  /** The addresses of this machine are other ones: everybody is told. */
  moved(): void
}

export function createDoor({ store, config, cards, transport, moved }: DoorDeps) {
  return {
    shown(): NodeDoor {
      const { host, port } = transport.door()
      const closed = closedDoor(store, config, cards())
      return { ...closed, open: port !== null, host, port: port ?? config.peerPort }
    },
    /** Lets others in at this address from now on, and after each start. Throws node.door-refused. */
    async move(host: string, by: By): Promise<void> {
      try {
        await transport.move(host)
      } catch (error) {
        const problem = error instanceof Error ? error.message : String(error)
        throw fault('node.door-refused', { host, problem }, error)
      }
      await store.commit({
        by,
        subject: 'mesh',
        detail: { host },
        statements: [
          {
            sql: 'INSERT INTO mesh_door (one, host) VALUES (1, ?) ON CONFLICT (one) DO UPDATE SET host = excluded.host',
            values: [host],
          },
        ],
      })
      moved()
    },
  }
}
