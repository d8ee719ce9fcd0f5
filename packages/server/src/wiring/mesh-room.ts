// The mesh of this machine behind its door: what it is opened with, when it is opened.
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { AttentionItem } from '@tutti/core'
import { LIFE_MARK } from '../backup/content.ts'
import { writeDurably } from '../db/durable-file.ts'
import { readIfThere } from '../db/wal.ts'
import type { BinaryChannels, Handlers } from '../handler.ts'
import type { Mail } from './mail.ts'
import type { Room } from '../main.ts'
import { subjectAgents } from './mesh-subjects.ts'
import { createMeshDoor, type MeshDoor } from '../mesh/door.ts'
import type { MeshRoom } from '../mesh/mesh-room.ts'
import { isRestored, type LifeMark } from '../mesh/life-mark.ts'
import { networkCards } from '../mesh/network-cards.ts'
import { createOpenings } from '../mesh/openings.ts'
import { closedDoor } from '../mesh/peer-address.ts'
import type { AgentBook } from '../messages/message-row.ts'
import { holdMoving } from '../moving/forwards.ts'
import type { Residence } from '../moving/residence.ts'
import { readOrCreateKey } from '../vault/keys.ts'

export interface MeshParts {
  mail: () => Mail
  agents: Pick<AgentBook, 'list' | 'known'>
  nowMs: () => number
  /** Open items of the queue. */
  items: () => readonly AttentionItem[]
  /** All handlers of this machine, and its terminals. */
  handlers: () => Partial<Handlers>
  channels: () => BinaryChannels
  /** What else goes over links. */
  carry?: MeshRoom['carry']
  /** What belongs to an agent here. */
  residence: () => Promise<Residence>
}

/** Holds the key that this machine is. */
export const nodeKeyFile = ({ dataFolder }: Pick<Room['config'], 'dataFolder'>): string =>
  join(dataFolder, 'keys', 'node.key')

const lifeMark = ({ dataFolder }: Pick<Room['config'], 'dataFolder'>): LifeMark => {
  const path = join(dataFolder, LIFE_MARK)
  return {
    read: () => readIfThere(path)?.toString('utf8') ?? null,
    write: (text) => writeDurably(path, text),
  }
}

/** Before anything could start them: agents that are on their way, live elsewhere, or may do so after a restore. */
export const holdAway = ({ store, config }: Pick<Room, 'store' | 'config'>, hold: Residence['hold']): void =>
  holdMoving(store, hold, isRestored(store, lifeMark(config)))

export function openMeshRoom(room: Room, parts: MeshParts): MeshDoor {
  const { mail, agents, residence } = parts
  const { config, store, settings } = room
  const keyFile = nodeKeyFile(config)
  const agentOf = subjectAgents(store, (id) => agents.known(id) !== undefined)
  const isLive = (id: string) => agents.known(id)?.deletedAt === null
  const openings = createOpenings({ ...room, ...parts })
  return createMeshDoor({
    store,
    log: room.log,
    openings,
    agentOf,
    isLive,
    closedDoor: () => closedDoor(store, config, networkCards()),
    async open() {
      // A machine that is alone needs none of it.
      const [{ openMesh }, { createMoving }, { createBoard }, { BOARD_POLICY }, own] = await Promise.all([
        import('../mesh/mesh.ts'),
        import('../moving/moving.ts'),
        import('../board/board.ts'),
        import('../board/board-policy.ts'),
        residence(),
      ])
      return openMesh({
        ...room,
        ...parts,
        openings,
        agentOf,
        isLive,
        seed: readOrCreateKey(keyFile, room.random, true),
        mark: lifeMark(config),
        machineName: () => settings.current().machine,
        mail: mail().forMesh,
        moving: (mesh) =>
          createMoving({ ...room, folder: join(config.dataFolder, 'moving'), residence: own }, mesh),
        policy: BOARD_POLICY,
        shared: (log) => createBoard({ ...room, ...log }),
        files: mail().filesForMesh,
        partsFolder: join(config.dataFolder, 'mesh-files'),
        agents: () => agents.list(false),
      })
    },
    forget: () => rmSync(keyFile, { force: true }),
  })
}
