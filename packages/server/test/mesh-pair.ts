// Two machines of one room for tests: the attic, where somebody sits, and the cellar with its agents.
import type { AgentId, MeshNode } from '@tutti/core'
import { eventually, linked, openMachine, pair, type Machine, type MachineOptions } from './mesh-machine.ts'

export interface MeshPair {
  attic: Machine
  cellar: Machine
  atticId: string
  cellarId: string
  /** Those of the cellar, in the order given. */
  agents: AgentId[]
  /** Says in the cellar what the people of the attic may do with which of its agents. */
  grant(agents: AgentId[] | null): Promise<unknown>
  close(): Promise<void>
}

export async function openMeshPair(given: {
  attic: Omit<MachineOptions, 'name'>
  cellar: Omit<MachineOptions, 'name'>
  agents: readonly string[]
}): Promise<MeshPair> {
  const attic = await openMachine({ name: 'attic', ...given.attic })
  const cellar = await openMachine({ name: 'cellar', ...given.cellar })
  const agents: AgentId[] = []
  for (const name of given.agents) agents.push(await cellar.agent(name))
  await pair(attic, cellar)
  const cellarId = (await linked(attic, 'cellar')).id
  const atticId = (await linked(cellar, 'attic')).id
  // The directory says where the agents live.
  await eventually(async () => {
    const nodes = await attic.call<MeshNode[]>('listNodes')
    return nodes.some((node) => node.id === cellarId && node.agents === agents.length)
  })
  return {
    attic,
    cellar,
    atticId,
    cellarId,
    agents,
    grant: (named) => cellar.call('grantNode', { id: atticId, role: 'operator', agents: named }),
    async close() {
      await attic.close()
      await cellar.close()
    },
  }
}
