// Wires what agents that come and go need of this machine. Loaded late: most machines never see one move.
import { createAllowedFolders } from './folders/allowed-folders.ts'
import type { Mail } from './mail.ts'
import type { Room } from './main.ts'
import type { MeshDoor } from './mesh/door.ts'
import { createForwards, type Forwards } from './moving/forwards.ts'
import type { Residence } from './moving/residence.ts'
import type { ResidenceDeps } from './residence.ts'

export const forwardsOf = (
  { store }: Pick<Room, 'store'>,
  mesh: Pick<MeshDoor, 'labelOf'>,
  mail: () => Pick<Mail, 'forMesh'>,
): Forwards =>
  createForwards({ store, labelOf: mesh.labelOf, provider: () => mail().forMesh.naming().provider })

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
      import('./mesh/identity.ts'),
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
      crypto: createNodeCrypto(),
      label: () => mesh.labelOf(mesh.self() ?? ''),
      addressAt: forwards.addressAt,
    })
  }
  let once: Promise<Residence> | null = null
  return () => (once ??= made())
}
