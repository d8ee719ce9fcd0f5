// Sessions that the user started in their own tmux: listed on request, adopted on request, disturbed never.
import { fault, type Agent, type AgentId, type FoundSession } from '@tutti/core'
import type { AdoptedSession } from '../agents/editing.ts'
import { createQueue } from '../queue.ts'
import type { By } from '../db/store.ts'
import type { Handlers } from '../handler.ts'
import type { HostFound, TerminalHost } from '../terminals/host.ts'

interface Deps {
  host: Pick<TerminalHost, 'found' | 'adopt' | 'release'>
  agent(id: AgentId): Agent
  /** The agents that live in found sessions, by reference. */
  adopted(): ReadonlyMap<string, AgentId>
  adopt(session: AdoptedSession, by: By): Promise<Agent>
}

export function createFoundHandlers({
  host,
  agent,
  adopted,
  adopt,
}: Deps): Pick<Handlers, 'listFound' | 'adoptFound'> {
  const inOrder = createQueue()
  return {
    async listFound() {
      const agents = adopted()
      return (await host.found()).map((session) => shown(session, agents))
    },

    adoptFound: ({ ref, name, label, tags }, { by }) =>
      inOrder(ref, async () => {
        const holder = adopted().get(ref)
        if (holder) throw fault('found.adopted', { name: agent(holder).name })
        // Looked for among what is there now: a made-up reference can name nothing else.
        const session = (await host.found()).find((one) => referenceOf(one) === ref)
        if (!session) throw fault('found.unknown')
        const { socketPath, sessionId, cwd: folder, command: program } = session
        return adopt(
          {
            reference: ref,
            name,
            label,
            tags,
            folder,
            program,
            attach: (agentId) => host.adopt({ agentId, socketPath, sessionId }),
            release: (agentId) => host.release(agentId),
          },
          by,
        )
      }),
  }
}

function shown(session: HostFound, agents: ReadonlyMap<string, AgentId>): FoundSession {
  const { name, cwd, command, windows, attached, createdAt, cols, rows } = session
  const ref = referenceOf(session)
  const agentId = agents.get(ref) ?? null
  return { ref, name, folder: cwd, program: command, windows, attached, createdAt, cols, rows, agentId }
}

// With the time of its making, since a tmux server that starts again gives the same ids again.
const referenceOf = (session: Pick<HostFound, 'socketPath' | 'sessionId' | 'createdAt'>): string =>
  Buffer.from(JSON.stringify([session.socketPath, session.sessionId, session.createdAt])).toString(
    'base64url',
  )
