// A machine of the mesh for tests of one reducer: nobody speaks to it, and nothing in it is by chance.
import { newMeshNode } from '../mesh-node.ts'
import type { MeshState } from '../mesh-state.ts'
import type { MeshNode } from '../turn.ts'
import { playCrypto, type PlayNode } from './play-crypto.ts'

export const quietNode = ({ id, sign }: PlayNode, state: MeshState): MeshNode =>
  newMeshNode(
    {
      self: id,
      session: 's',
      epoch: 1,
      crypto: playCrypto,
      sign,
      codec: { encode: () => new Uint8Array(), decode: () => null },
      newNonce: () => 'n',
      chance: () => 0,
      homeOf: () => null,
      hasCopy: () => false,
      card: () => ({ name: 'a', urls: [], relay: false, version: '1' }),
    },
    state,
    0,
  )
