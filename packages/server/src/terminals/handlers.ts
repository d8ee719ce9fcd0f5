// Terminals by request: type into one, read its last lines, learn how to attach to it.
import { Fault, fault, type Agent, type AgentId, type Clock, type ParsedOf } from '@tutti/core'
import type { Handlers } from '../handler.ts'
import type { TerminalHost } from './host.ts'
import { keyBytes } from './keys.ts'

interface Deps {
  host: TerminalHost
  clock: Pick<Clock, 'after'>
  /** The agent, or the fault agent.unknown. */
  agent(id: AgentId): Agent
}

/** Longer than agent programs wait to see whether what they read is the middle of a paste, where Enter is a new line. */
const APART_MS = 150

export function createTerminalHandlers({
  host,
  clock,
  agent,
}: Deps): Pick<Handlers, 'sendKeys' | 'getScreen' | 'getAttachCommand'> {
  return {
    sendKeys: async ({ id, text, keys }) => {
      for (const [at, bytes] of strokes(text, keys).entries()) {
        if (at > 0) await new Promise<void>((resolve) => void clock.after(APART_MS, resolve))
        await named(running(agent(id)), () => host.sendKeys(id, bytes))
      }
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

type Keys = ParsedOf<'sendKeys'>['keys']

/** What has to reach the program apart: text and keys, and what follows an Escape, which would make it another key. */
function strokes(text: string, keys: Keys): Uint8Array[] {
  const pieces: Keys[] = [[]]
  for (const key of keys) {
    pieces.at(-1)?.push(key)
    if (key === 'Escape') pieces.push([])
  }
  return [keyBytes(text, []), ...pieces.map((piece) => keyBytes('', piece))].filter(
    ({ byteLength }) => byteLength > 0,
  )
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
