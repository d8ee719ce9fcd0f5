// Terminals by request: type into one, read its last lines, learn how to attach to it.
import { Fault, fault, type Agent, type AgentId } from '@tutti/core'
import type { Handlers } from '../handler.ts'
import type { TerminalHost } from './host.ts'
import { keyBytes } from './keys.ts'

interface Deps {
  host: TerminalHost
  /** The agent, or the fault agent.unknown. */
  agent(id: AgentId): Agent
}

export function createTerminalHandlers({
  host,
  agent,
}: Deps): Pick<Handlers, 'sendKeys' | 'getScreen' | 'getAttachCommand'> {
  return {
    sendKeys: async ({ id, text, keys }) => {
      const bytes = keyBytes(text, keys)
      if (bytes.byteLength > 0) await named(running(agent(id)), () => host.sendKeys(id, bytes))
      return {}
    },
    // An ended program's last screen can still be read.
    getScreen: ({ id, lines }) =>
      named(agent(id), async () => {
        const [shown, { cols, rows, title }] = await Promise.all([host.capture(id, { lines }), host.info(id)])
        return { text: shown.join('\n'), cols, rows, title }
      }),
    getAttachCommand: ({ id }) =>
      named(running(agent(id)), () => Promise.resolve({ argv: host.attachArgv(id) })),
  }
}

function running(agent: Agent): Agent {
  if (!agent.session) throw fault('agent.not-running', { name: agent.name })
  return agent
}

// The host knows ids only; people know names.
async function named<T>(agent: Agent, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    if (error instanceof Fault && error.code === 'agent.not-running') {
      throw fault('agent.not-running', { name: agent.name }, error)
    }
    throw error
  }
}
