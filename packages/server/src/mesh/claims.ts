// Agents that more than one machine says are its own, such as after a backup was restored on another one: a person settles it.
import { fault, type AgentClaims, type AgentId } from '@tutti/core'
import { agentsOf, isWithdrawn, type MeshNode } from '@tutti/core/mesh'
import type { NodeId, RecordOf } from '@tutti/protocol'
import type { Runtime } from './runtime.ts'

export interface ClaimsDeps {
  self: NodeId
  runtime: () => Runtime
  nowMs: () => number
  labelOf(node: NodeId): string
}

export type Claims = ReturnType<typeof createClaims>

export function createClaims({ self, runtime, nowMs, labelOf }: ClaimsDeps) {
  const doubted = (): AgentClaims[] => {
    const { directory, holdings } = runtime().node().state
    return [...holdings].flatMap(([agent, { phase, token }]) => {
      if (phase !== 'doubted' || !isAgentId(agent)) return []
      const said = directory.get(`agent ${agent} ${self}`)
      const claim = { node: self, machine: labelOf(self), self: true, token, home: false }
      const name = said?.kind === 'agent' ? said.body.name : agent
      return [{ agentId: agent, name, contested: true, claims: [{ ...claim, at: said?.atMs ?? 0 }] }]
    })
  }

  const rivals = (): AgentClaims[] => {
    const node = runtime().node()
    const { directory, membership } = node.state
    return agentsOf(directory, membership, nowMs())
      .filter(({ rivals }) => rivals.length > 0)
      .flatMap(({ id, home, record, rivals }) => {
        if (!isAgentId(id)) return []
        const others = rivals.flatMap((rival) => claimOf(node, id, rival) ?? [])
        const contested = others.some(({ body }) => body.token === record.body.token)
        const claims = [record, ...others].map(({ by, body, atMs }) => ({
          node: by,
          machine: labelOf(by),
          self: by === self,
          token: body.token,
          at: Math.max(0, Math.floor(atMs)),
          home: by === home,
        }))
        return [{ agentId: id, name: record.body.name, contested, claims }]
      })
  }

  /** What machines quarrel about, and what this one does not know of itself after a restore. */
  const list = (): AgentClaims[] => {
    const quarrels = rivals()
    return [
      ...quarrels,
      ...doubted().filter(({ agentId }) => !quarrels.some((one) => one.agentId === agentId)),
    ]
  }

  return {
    list,
    /** Says that an agent is ours, above all who say so as well. Throws node.claim-elsewhere. */
    async take(agent: AgentId): Promise<void> {
      const found = list().find(({ agentId }) => agentId === agent)
      const own = found?.claims.find(({ node }) => node === self)
      if (!found || !own) throw fault('node.claim-elsewhere', { agent })
      const above = Math.max(...found.claims.map(({ token }) => token))
      runtime().step({ type: 'adopt', agent, above })
      await runtime().settled()
    },
    /** Whether this machine and that one both say that the agent is theirs. */
    isBetween(agent: AgentId, other: NodeId): boolean {
      const nodes =
        list()
          .find(({ agentId }) => agentId === agent)
          ?.claims.map(({ node }) => node) ?? []
      return nodes.includes(self) && nodes.includes(other)
    },
  }
}

const isAgentId = (text: string): text is AgentId => /^agt_[0-9a-z]{22}$/.test(text)

function claimOf({ state }: MeshNode, agent: string, by: NodeId): RecordOf<'agent'> | null {
  const record = state.directory.get(`agent ${agent} ${by}`)
  return record?.kind === 'agent' && !isWithdrawn(record) ? record : null
}
