// Wires what agents that come and go need of this machine. Loaded late: most machines never see one move.
import { join } from 'node:path'
import { inheritedEnvironment } from '../agents/environment.ts'
import { createAllowedFolders } from '../folders/allowed-folders.ts'
import type { Mail } from './mail.ts'
import type { Room } from '../main.ts'
import { nodeKeyFile } from './mesh-room.ts'
import type { MeshDoor } from '../mesh/door.ts'
import { createForwards, type Forwards } from '../moving/forwards.ts'
import type { ArchiveHandlers } from '../archive/archives.ts'
import type { Residence } from '../moving/residence.ts'
import type { ResidenceDeps } from './residence.ts'
import { readOrCreateKey } from '../vault/keys.ts'

export const forwardsOf = (
  { store }: Pick<Room, 'store'>,
  mesh: Pick<MeshDoor, 'labelOf'>,
  mail: () => Pick<Mail, 'forMesh'>,
): Forwards =>
  createForwards({ store, labelOf: mesh.labelOf, provider: () => mail().forMesh.naming().provider })

/** Archives, whose service is made when one is asked for. */
export function archiveHandlers(
  { store, clock, random, config }: Room,
  { mesh, residence }: { mesh: Pick<MeshDoor, 'labelOf' | 'homeOf'>; residence: () => Promise<Residence> },
): ArchiveHandlers {
  const made = async (): Promise<ArchiveHandlers> => {
    const [{ createArchives }, { identityOf }] = await Promise.all([
      import('../archive/archives.ts'),
      import('../mesh/identity.ts'),
    ])
    const seed = readOrCreateKey(nodeKeyFile(config), random, true)
    const { id, sign } = identityOf(seed)
    return createArchives({
      store,
      clock,
      random,
      folder: join(config.dataFolder, 'archives'),
      residence: await residence(),
      self: { id, seed, sign },
      label: () => mesh.labelOf(id),
      homeOf(agent) {
        const node = mesh.homeOf(agent)
        return node === null ? null : mesh.labelOf(node)
      },
    })
  }
  let once: Promise<ArchiveHandlers> | null = null
  const behind = (): Promise<ArchiveHandlers> => (once ??= made())
  return {
    exportAgent: async (input, context) => (await behind()).exportAgent(input, context),
    getArchive: async (input, context) => (await behind()).getArchive(input, context),
    uploadArchive: async (input, context) => (await behind()).uploadArchive(input, context),
    importAgent: async (input, context) => (await behind()).importAgent(input, context),
    removeArchive: async (input, context) => (await behind()).removeArchive(input, context),
  }
}

interface Parts extends Pick<ResidenceDeps, 'roster' | 'hibernate'> {
  env: Readonly<Record<string, string | undefined>>
  mesh: Pick<MeshDoor, 'labelOf' | 'self'>
  forwards: Forwards
  mail: () => Pick<Mail, 'travelling'>
}

/** Answers the same one each time. */
export function residenceOf(
  { store, vault, clock, config, settings }: Room,
  { env, mesh, forwards, mail, ...parts }: Parts,
): () => Promise<Residence> {
  const folders = createAllowedFolders(() => settings.current().allowedFolders)
  const made = async (): Promise<Residence> => {
    const [{ createResidence }, { createNodeCrypto }] = await Promise.all([
      import('./residence.ts'),
      import('../mesh/identity.ts'),
    ])
    return createResidence({
      ...parts,
      store,
      vault,
      now: () => clock.now(),
      dataFolder: config.dataFolder,
      mail: () => mail().travelling,
      roots: folders.roots,
      git: { env },
      home: env['HOME'] ?? '',
      inherited: inheritedEnvironment(env),
      crypto: createNodeCrypto(),
      isolation: () => settings.current().isolation,
      label: () => mesh.labelOf(mesh.self() ?? ''),
      addressAt: forwards.addressAt,
    })
  }
  let once: Promise<Residence> | null = null
  return () => (once ??= made())
}
