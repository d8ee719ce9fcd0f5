// The way to the mesh for the rest of the daemon: light, and there before the mesh is; what it stands for is loaded when a
// machine is invited or joined, or was before.
import { fault } from '@tutti/core'
import type { Address } from '@tutti/protocol'
import type { Store } from '../db/store.ts'
import type { MeshHandlers } from './handlers.ts'
import type { Mesh } from './mesh.ts'

export interface MeshDoorDeps {
  store: Pick<Store, 'get'>
  /** Loads and opens it; after a `leave` once more, with another key. */
  open(): Promise<Mesh>
  /** Forgets the key of this machine. */
  forget(): void
  /** This machine alone, as long as it is of no room. */
  alone(): Awaited<ReturnType<MeshHandlers['listNodes']>>
}

export type MeshDoor = ReturnType<typeof createMeshDoor>

export function createMeshDoor({ store, open, forget, alone }: MeshDoorDeps) {
  let opening: Promise<Mesh> | null = null
  let mesh: Mesh | null = null
  const opened = async (): Promise<Mesh> => {
    mesh = await open()
    return mesh
  }
  const loaded = (): Promise<Mesh> => {
    opening ??= opened()
    return opening
  }
  const left = (): Promise<void> => {
    mesh = null
    opening = null
    forget()
    return Promise.resolve()
  }
  const handlers = async (): Promise<MeshHandlers> => (await loaded()).handlers(left)

  return {
    /** Where an address leads within the room; null where it leads elsewhere. */
    partyAt: (address: Address) => mesh?.partyAt(address) ?? null,
    handlers: {
      listNodes: async (input, context) =>
        mesh === null ? alone() : (await handlers()).listNodes(input, context),
      inviteNode: async (input, context) => (await handlers()).inviteNode(input, context),
      joinNode: async (input, context) => (await handlers()).joinNode(input, context),
      getPairing: async (input, context) => {
        if (mesh === null) throw fault('node.pairing-unknown', { id: input.id })
        return (await handlers()).getPairing(input, context)
      },
      comparePairing: async (input, context) => {
        if (mesh === null) throw fault('node.pairing-unknown', { id: input.id })
        return (await handlers()).comparePairing(input, context)
      },
      grantNode: async (input, context) => {
        if (mesh === null) throw fault('node.unknown', { id: input.id })
        return (await handlers()).grantNode(input, context)
      },
      ungrantNode: async (input, context) => {
        if (mesh === null) throw fault('node.unknown', { id: input.id })
        return (await handlers()).ungrantNode(input, context)
      },
      revokeNode: async (input, context) => {
        if (mesh === null) throw fault('node.unknown', { id: input.id })
        return (await handlers()).revokeNode(input, context)
      },
      leaveRoom: async (input, context) =>
        mesh === null ? {} : (await handlers()).leaveRoom(input, context),
    } satisfies MeshHandlers,
    /** Opens it if this machine is of a room. */
    async begin(): Promise<void> {
      if (store.get("SELECT 1 FROM mesh_records WHERE key LIKE 'introduction %' LIMIT 1") !== undefined)
        await loaded()
    },
    async close(): Promise<void> {
      await mesh?.close()
    },
  }
}
