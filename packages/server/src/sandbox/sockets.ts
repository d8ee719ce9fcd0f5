// The two sockets of each sandboxed agent, in a folder that only its own sandbox shows: one to Tutti, as that agent, one to the network.
import { createHash } from 'node:crypto'
import { chmod, mkdir, rm, stat } from 'node:fs/promises'
import { createServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import type { AgentId } from '@tutti/core'
import { createQueue } from '../queue.ts'
import { HUB_SOCKET, PROXY_SOCKET } from './wrap.ts'

export interface SocketsDeps {
  /** Holds a 0700 folder for each agent. */
  folder: string
  /** For sockets whose path in `folder` would be too long. */
  shortFolder: string
  /** Serves a connection as the agent. */
  take(id: AgentId, socket: Socket): void
  /** The agent's way to the network; a server that does not listen yet. */
  proxyOf(id: AgentId): Server
}

// sockaddr_un holds 108 bytes with the NUL.
const SOCKET_PATH_BYTES = 103
// A program that opens more at once is broken or hostile; the daemon has file descriptors for everybody.
const MOST_CONNECTIONS = 128

export function createAgentSockets(deps: SocketsDeps) {
  const open = new Map<AgentId, readonly Door[]>()
  const inOrder = createQueue()

  const folderOf = (id: AgentId): string => {
    const near = join(deps.folder, id)
    if (Buffer.byteLength(join(near, HUB_SOCKET)) <= SOCKET_PATH_BYTES) return near
    // The same agent and folder give the same name; two data folders never do.
    return join(deps.shortFolder, `hub-${createHash('sha256').update(near).digest('hex').slice(0, 24)}`)
  }

  const close = async (id: AgentId): Promise<void> => {
    const doors = open.get(id) ?? []
    open.delete(id)
    await Promise.all(doors.map((door) => door.close()))
  }

  return {
    folderOf,
    isOpen: (id: AgentId): boolean => open.has(id),

    /** Listens; answers with the folder of the sockets. What listened before is closed. */
    open: (id: AgentId): Promise<string> =>
      inOrder(id, async () => {
        await close(id)
        const folder = folderOf(id)
        await mkdir(folder, { recursive: true, mode: 0o700 })
        // A folder that was there already may have another mode.
        await chmod(folder, 0o700)
        const hub = doorOf(createServer((socket) => deps.take(id, socket)))
        const proxy = doorOf(deps.proxyOf(id))
        open.set(id, [hub, proxy])
        await listen(hub.server, join(folder, HUB_SOCKET))
        await listen(proxy.server, join(folder, PROXY_SOCKET))
        return folder
      }),

    /** Ends them for good. The folder goes too: no sandbox shows it any more. */
    remove: (id: AgentId): Promise<void> =>
      inOrder(id, async () => {
        await close(id)
        await rm(folderOf(id), { recursive: true, force: true })
      }),

    /** Whether a daemon before this one made sockets for the agent. */
    wasOpen: (id: AgentId): Promise<boolean> =>
      stat(folderOf(id)).then(
        () => true,
        () => false,
      ),

    async closeAll(): Promise<void> {
      await Promise.all([...open.keys()].map(close))
    },
  }
}

interface Door {
  server: Server
  /** Hangs up on everybody and stops listening. */
  close(): Promise<void>
}

/** Remembers its connections, so that closing does not wait for them. */
function doorOf(server: Server): Door {
  const sockets = new Set<Socket>()
  server.maxConnections = MOST_CONNECTIONS
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  return {
    server,
    close() {
      const { promise, resolve } = Promise.withResolvers<void>()
      server.close(() => resolve())
      for (const socket of sockets) socket.destroy()
      return promise
    },
  }
}

async function listen(server: Server, path: string): Promise<void> {
  await rm(path, { force: true })
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  server.once('error', reject)
  server.listen({ path }, () => {
    server.off('error', reject)
    resolve()
  })
  await promise
  await chmod(path, 0o600)
}
