// The way to the mesh for the rest of the daemon: light, and there before the mesh is; what it stands for is loaded when a
// machine is invited or joined, or was before.
import { fault, type MeshNode, type NodeDoor, type OperationName } from '@tutti/core'
import { isNodeId, type Address, type NodeId } from '@tutti/protocol'
import type { Store } from '../db/store.ts'
import type { BinaryChannels, Context, Handlers, Log } from '../handler.ts'
import type { BoardHandlers } from '../board/board.ts'
import type { MoveHandlers } from '../moving/moving.ts'
import type { MeshHandlers } from './handlers.ts'
import { isOfRoom } from './life-mark.ts'
import type { Stored } from './letters.ts'
import type { Mesh } from './mesh.ts'
import type { Openings } from './openings.ts'
import type { PeerStream } from './peer-streams.ts'
import { reaching } from './reaching.ts'

export interface MeshDoorDeps {
  store: Pick<Store, 'get'>
  log: Log
  /** Of this process: it outlives the room that this machine leaves. */
  openings: Openings
  /** Loads and opens it; after a `leave` once more, with another key. */
  open(): Promise<Mesh>
  /** Forgets the key of this machine. */
  forget(): void
  /** The agent of this machine that an id is, or is about; null for what is not of this machine. */
  agentOf(id: string): string | null
  /** Whether an agent lives here, and was not deleted. */
  isLive(agentId: string): boolean
  /** The door as it would be opened. */
  closedDoor(): NodeDoor
}

export type MeshDoor = ReturnType<typeof createMeshDoor>

export function createMeshDoor(deps: MeshDoorDeps) {
  const { store, log, open, forget, closedDoor } = deps
  let opening: Promise<Mesh> | null = null
  let mesh: Mesh | null = null
  let isClosed = false
  const opened = async (): Promise<Mesh> => {
    try {
      mesh = await open()
      return mesh
    } catch (error) {
      opening = null
      throw error
    }
  }
  const loaded = (): Promise<Mesh> =>
    isClosed ? Promise.reject(fault('server.stopping')) : (opening ??= opened())
  const left = async (): Promise<void> => {
    mesh = null
    opening = null
    forget()
  }
  const homeOf = (id: string): NodeId | null =>
    mesh === null || deps.isLive(id) || isOwnThing(id) ? null : mesh.homeOf(id)
  const isOwnThing = (id: string): boolean => !id.startsWith('agt_') && deps.agentOf(id) !== null

  return {
    /** Where an address leads within the room; null where it leads elsewhere. */
    partyAt: (address: Address) => mesh?.partyAt(address) ?? null,
    /** Mail that is being written; what goes to another machine is queued for it with the same fsync. */
    leaving: (stored: readonly Stored[]): void => mesh?.leaving(stored),
    /** Agents of other machines, as they can be written to. */
    neighbours: () => mesh?.neighbours() ?? [],
    /** The name of a machine in the room. */
    labelOf: (node: string): string =>
      mesh && isNodeId(node) ? mesh.labelOf(node) : node.slice(-6).toLowerCase(),
    /** The name of the machine that an agent lives on, where that machine says so and nothing that is known here speaks against it. */
    machineOf: (agent: string, node: string): string | null =>
      mesh?.named(node) === node && !deps.isLive(agent) && (mesh.homeOf(agent) ?? node) === node
        ? mesh.labelOf(node)
        : null,
    /** Whether a machine is not of the room any more, or this one is not. A mesh that could not be opened says nothing of others. */
    hasLeft: (node: string): boolean => (mesh === null ? !isOfRoom(store) : mesh.named(node) === null),
    self: (): NodeId | null => mesh?.self ?? null,
    openings: deps.openings,
    /** The machines of the room; none where this one is alone. */
    list: (): MeshNode[] => mesh?.list() ?? [],
    /** Does something on another machine, for a person here. */
    ask: (id: string, name: OperationName, of: { input: object; context: Context }): Promise<unknown> => {
      if (mesh === null || !isNodeId(id)) throw fault('node.unknown', { id })
      return mesh.ask(id, name, of)
    },
    streamTo(id: string, purpose: string, head: unknown): PeerStream {
      if (mesh === null) throw fault('node.unknown', { id })
      return mesh.streamTo(id, purpose, head)
    },
    /** The other machine where an agent lives, null where none is known. */
    homeOf,
    handlers: handlersBehind(async () => (await loaded()).handlers(left), {
      isOpen: () => mesh !== null,
      closedDoor,
    }),
    /** Machines of the room, this one among them. */
    machines: () => mesh?.machines() ?? 1,
    /** The same handlers, and what is asked of another machine, or of an agent there, is done there. */
    reaching: <H extends Partial<Handlers>>(handlers: H): H =>
      reaching(handlers, { homeOf, mesh: () => mesh, isKnown: (id) => deps.agentOf(id) !== null }),
    /** The same terminals, and those of agents elsewhere. */
    channels: (own: BinaryChannels): BinaryChannels => channelsOf(own, () => mesh),
    /** Opens it if this machine is of a room. A mesh that cannot open leaves the machine as good as alone. */
    async begin(): Promise<void> {
      if (!isOfRoom(store)) return
      await loaded().catch((error: unknown) => log.error('mesh.not-open', { problem: String(error) }))
    },
    async close(): Promise<void> {
      isClosed = true
      await opening?.catch(() => undefined) // it may just be opening; whoever opens it is told
      await mesh?.close()
    },
  }
}

const channelsOf = (own: BinaryChannels, mesh: () => Mesh | null): BinaryChannels => ({
  connect(connection) {
    const here = own.connect(connection)
    const there = mesh()?.connect(connection)
    return {
      receive(frame) {
        if (there?.receive(frame) !== true) here.receive(frame)
      },
      close() {
        there?.close()
        here.close()
      },
    }
  },
})

/** What a machine that is alone answers without loading anything. */
type Behind = MeshHandlers & MoveHandlers & BoardHandlers

function handlersBehind(
  behind: () => Promise<Behind>,
  { isOpen, closedDoor }: { isOpen: () => boolean; closedDoor: () => NodeDoor },
): Behind {
  const known = async (id: string): Promise<Behind> => {
    if (!isOpen()) throw fault('node.unknown', { id })
    return behind()
  }
  const moved = async (agent: string): Promise<Behind> => {
    if (!isOpen()) throw fault('move.unknown', { agent })
    return behind()
  }
  const pairing = async (id: string): Promise<Behind> => {
    if (!isOpen()) throw fault('node.pairing-unknown', { id })
    return behind()
  }
  return {
    listNodes: async (input, context) => (isOpen() ? (await behind()).listNodes(input, context) : []),
    listNodeAgents: async (input, context) =>
      isOpen() ? (await behind()).listNodeAgents(input, context) : [],
    listNodeHealth: async (input, context) =>
      isOpen() ? (await behind()).listNodeHealth(input, context) : [],
    listClaims: async (input, context) => (isOpen() ? (await behind()).listClaims(input, context) : []),
    settleClaim: async (input, context) => (await known(input.node)).settleClaim(input, context),
    getNodeDoor: async (input, context) =>
      isOpen() ? (await behind()).getNodeDoor(input, context) : closedDoor(),
    setNodeDoor: async (input, context) => (await behind()).setNodeDoor(input, context),
    inviteNode: async (input, context) => (await behind()).inviteNode(input, context),
    joinNode: async (input, context) => (await behind()).joinNode(input, context),
    getPairing: async (input, context) => (await pairing(input.id)).getPairing(input, context),
    comparePairing: async (input, context) => (await pairing(input.id)).comparePairing(input, context),
    grantNode: async (input, context) => (await known(input.id)).grantNode(input, context),
    ungrantNode: async (input, context) => (await known(input.id)).ungrantNode(input, context),
    revokeNode: async (input, context) => (await known(input.id)).revokeNode(input, context),
    moveAgent: async (input, context) => (await known(input.to)).moveAgent(input, context),
    listMoves: async (input, context) => (isOpen() ? (await behind()).listMoves(input, context) : []),
    getMove: async (input, context) => (await moved(input.agent)).getMove(input, context),
    cancelMove: async (input, context) => (await moved(input.agent)).cancelMove(input, context),
    ...boardBehind(behind),
    leaveRoom: async (input, context) => (isOpen() ? (await behind()).leaveRoom(input, context) : {}),
  }
}

/** What is written on the board is signed, so a machine that is alone opens the mesh for it; reading needs none. */
const boardBehind = (behind: () => Promise<BoardHandlers>): BoardHandlers => ({
  createCard: async (input, context) => (await behind()).createCard(input, context),
  moveCard: async (input, context) => (await behind()).moveCard(input, context),
  editCard: async (input, context) => (await behind()).editCard(input, context),
  getCardText: async (input, context) => (await behind()).getCardText(input, context),
  mergeCardText: async (input, context) => (await behind()).mergeCardText(input, context),
  deleteCard: async (input, context) => (await behind()).deleteCard(input, context),
  getCardHistory: async (input, context) => (await behind()).getCardHistory(input, context),
  setColumn: async (input, context) => (await behind()).setColumn(input, context),
  deleteColumn: async (input, context) => (await behind()).deleteColumn(input, context),
})
