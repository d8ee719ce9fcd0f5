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
/** A program that has no time reads late; one that shows nothing of what is typed is not waited for longer. */
const SHOWN_MS = 2000
const LOOK_MS = 50
const SCREEN = 60

export function createTerminalHandlers({
  host,
  clock,
  agent,
}: Deps): Pick<Handlers, 'sendKeys' | 'getScreen' | 'getAttachCommand'> {
  const pause = (ms: number) => new Promise<void>((resolve) => clock.after(ms, resolve))
  const picture = async (id: AgentId) => (await host.capture(id, { lines: SCREEN })).join('\n')

  /** What comes next must not reach the program together with these. */
  async function typeApart(id: AgentId, bytes: Uint8Array): Promise<void> {
    const before = await picture(id)
    await host.sendKeys(id, bytes)
    for (let ms = 0; ms < SHOWN_MS && (await picture(id)) === before; ms += LOOK_MS) await pause(LOOK_MS)
    await pause(APART_MS)
  }

  return {
    sendKeys: async ({ id, text, keys }) => {
      const all = strokes(text, keys)
      for (const [at, bytes] of all.entries()) {
        const isLast = at === all.length - 1
        await named(running(agent(id)), () => (isLast ? host.sendKeys(id, bytes) : typeApart(id, bytes)))
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
