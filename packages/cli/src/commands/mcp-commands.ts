// `tutti mcp`: an MCP server on stdin and stdout, for programs that start one. It carries each message to the daemon.
import { z } from 'zod'
import type { Call, Command, Outcome } from '../command.ts'
import { serverOf, type Server } from '../place.ts'

export const mcpCommands: Command[] = [
  {
    words: 'mcp',
    says: 'Be an MCP server on stdin and stdout, with the rights of TUTTI_TOKEN',
    args: [],
    flags: [],
    run: serve,
  },
]

async function serve(call: Call): Promise<Outcome> {
  const server = serverOf(call.io, call.place)
  const underWay = new Set<Promise<void>>()
  for await (const line of call.io.inputLines()) {
    if (line.trim() === '') continue
    const work = answer(call, server, line).finally(() => underWay.delete(work))
    underWay.add(work)
  }
  await Promise.all(underWay)
  return { data: null, text: () => '' }
}

/** One message to the daemon, and its answer as one line. */
async function answer(call: Call, server: Server, line: string): Promise<void> {
  const message = readMessage(line)
  try {
    const response = await call.io.fetch(`${server.url}/v1/mcp`, {
      method: 'POST',
      headers: {
        Authorization: `Bearer ${server.token}`,
        'Content-Type': 'application/json',
        Accept: 'application/json, text/event-stream',
        ...routing(message),
      },
      body: line,
      signal: call.io.signal,
    })
    const text = (await response.text()).trim()
    if (text === '') return
    call.io.out(`${isRpc(text) ? text : failure(message, `Tutti refused the call: ${text.slice(0, 500)}`)}\n`)
  } catch (error) {
    // A notification has no answer, so nobody waits for its failure.
    if (message.id !== undefined)
      call.io.out(`${failure(message, `Tutti does not answer: ${String(error)}`)}\n`)
  }
}

const VERSION = 'io.modelcontextprotocol/protocolVersion'
const Message = z.looseObject({
  id: z.union([z.string(), z.number()]).optional(),
  method: z.string().optional(),
  params: z
    .looseObject({ name: z.unknown(), _meta: z.looseObject({}).optional() })
    .partial()
    .optional(),
})
type Message = z.infer<typeof Message>

function readMessage(line: string): Message {
  try {
    const read = Message.safeParse(JSON.parse(line))
    return read.success ? read.data : {}
  } catch {
    return {} // the daemon says what is wrong with it
  }
}

/** What the stateless revision repeats in headers; on stdin there are none. */
function routing({ method, params }: Message): Record<string, string> {
  const version = params?._meta?.[VERSION]
  if (typeof version !== 'string' || method === undefined) return {}
  const name = params?.name
  return {
    'Mcp-Protocol-Version': version,
    'Mcp-Method': method,
    ...(typeof name === 'string' ? { 'Mcp-Name': name } : {}),
  }
}

const isRpc = (text: string): boolean => text.startsWith('{"jsonrpc"')

const failure = ({ id }: Message, message: string): string =>
  JSON.stringify({ jsonrpc: '2.0', id: id ?? null, error: { code: -32_000, message } })
