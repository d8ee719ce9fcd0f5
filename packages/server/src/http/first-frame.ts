// WebSockets whose callers say who they are in their first frame, because their protocol keeps keys out of addresses and headers.
import { fault, type Clock, type Permission } from '@tutti/core'
import { WebSocketServer, type WebSocket } from 'ws'
import type { Actor, SocketCaller, SocketDoor } from '../handler.ts'
import { holds } from '../permission.ts'
import type { Identities } from './guard.ts'
import type { Limits } from './limits.ts'
import type { Upgrade } from './listener.ts'

export interface FirstFrameDeps {
  identities: Identities
  limits: Limits
  clock: Clock
}

export interface FirstFrameSockets {
  /** Takes an upgrade that passed the door. Throws rate.limited when there are too many. */
  upgrade(upgrade: Upgrade, door: SocketDoor): void
  close(): void
}

// The draft's own: who has not said who it is after this long goes.
const AUTH_MS = 10_000
const MAX_FRAME_BYTES = 1024 * 1024
const MAX_SOCKETS = 2000
// A reader that lets this much pile up is gone or stuck; what it was sent waits in its queue.
const MAX_BUFFERED = 8 * 1024 * 1024
const NEEDED: Permission = 'message:read'

export function createFirstFrameSockets({ identities, limits, clock }: FirstFrameDeps): FirstFrameSockets {
  const open = new Set<WebSocket>()
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: MAX_FRAME_BYTES,
  })

  const greet = (client: WebSocket, { address, door }: { address: string; door: SocketDoor }) => {
    open.add(client)
    const cancel = clock.after(AUTH_MS, () => client.close(4001, 'authentication took too long'))
    client.on('close', () => {
      cancel()
      open.delete(client)
    })
    client.on('error', () => client.terminate()) // a malformed frame; ws has told the other side why
    client.once('message', (data, binary) => {
      cancel()
      const actor = binary ? null : known(door.token(textOf(data)), address)
      if (actor === null || !holds(actor, NEEDED)) {
        client.send(door.refusal)
        client.close(4003, 'the key is unknown, expired or revoked')
        return
      }
      door.accept(
        callerOf(client, {
          actor,
          address,
          current: () => identities.byToken(door.token(textOf(data)) ?? ''),
        }),
      )
    })
  }

  const known = (token: string | null, address: string): Actor | null => {
    const actor = token === null ? null : identities.byToken(token)
    // Counts the wrong secret; whoever has tried too many is refused like one who is wrong.
    if (actor === null) limits.wrongToken(address, fault('auth.invalid'))
    return actor
  }

  return {
    upgrade({ message, socket, head, call }, door) {
      if (open.size >= MAX_SOCKETS)
        throw fault('rate.limited', { limit: `${MAX_SOCKETS} sockets`, seconds: 25 })
      limits.call(call.facts.address, true)
      server.handleUpgrade(message, socket, head, (client) =>
        greet(client, { address: call.facts.address, door }),
      )
    },
    close() {
      for (const client of open) client.close(1001, 'the server is stopping')
    },
  }
}

const textOf = (data: unknown): string =>
  data instanceof Uint8Array ? Buffer.from(data).toString('utf8') : ''

function callerOf(
  client: WebSocket,
  { actor, address, current }: { actor: Actor; address: string; current: () => Actor | null },
): SocketCaller {
  return {
    actor,
    address,
    current,
    send(text) {
      if (client.bufferedAmount > MAX_BUFFERED) client.terminate()
      else client.send(text)
    },
    close: (code, reason) => client.close(code, reason),
    onText: (hear) =>
      client.on('message', (data, binary) => (binary ? client.close(1003, 'text only') : hear(textOf(data)))),
    onClose: (hear) => client.on('close', hear),
  }
}
