// What an agent asks about itself; of the others it has the address book.
import { fault, permissionsOf } from '@tutti/core'
import type { Handlers } from '../handler.ts'
import { holds } from '../permission.ts'
import type { Addresses } from './addresses.ts'
import type { AgentBook } from './message-row.ts'

export const ownAgentHandlers = ({
  agents,
  addresses,
}: {
  agents: AgentBook
  addresses: Addresses
}): Pick<Handlers, 'getOwnAgent'> => ({
  getOwnAgent(_input, { actor }) {
    const agent = actor.agentId === null ? undefined : agents.known(actor.agentId)
    if (!agent) throw fault('agent.unknown', { id: actor.agentId ?? actor.id })
    const { id, name, label, tags, folder, program } = agent
    const { address } = addresses.owner(id)
    const permissions = permissionsOf('agent').filter((one) => holds(actor, one))
    return { id, name, label, tags, folder, program, address, permissions }
  },
})
