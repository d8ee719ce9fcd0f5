// The Model Context Protocol as far as a server of tools and prompts needs it: the stateless revision of 2026-07-28 and those with a handshake.
import { z } from 'zod'

/** Revisions without state: each request names its version in `_meta`. */
const MODERN = ['2026-07-28'] as const
/** Revisions that begin with `initialize`, the newest first. */
const WITH_HANDSHAKE = ['2025-11-25', '2025-06-18', '2025-03-26', '2024-11-05'] as const
const SUPPORTED: readonly string[] = [...MODERN, ...WITH_HANDSHAKE]

export interface Tool {
  name: string
  description: string
  inputSchema: Record<string, unknown>
  annotations: { readOnlyHint: boolean; destructiveHint: boolean }
}

export type Content =
  | { type: 'text'; text: string }
  | { type: 'image' | 'audio'; data: string; mimeType: string }
  | { type: 'resource'; resource: { uri: string; mimeType: string; text: string } }

export interface ToolResult {
  content: Content[]
  isError?: boolean
}

export interface Tools {
  list(): Tool[]
  /** Null where there is no such tool for this caller. */
  call(name: string, args: Record<string, unknown>): Promise<ToolResult> | null
}

export interface Prompt {
  name: string
  description: string
  arguments: { name: string; description: string; required: boolean }[]
}

export interface PromptMessage {
  role: 'user' | 'assistant'
  content: Content
}

export interface Prompts {
  list(): Prompt[]
  /** Null where there is no such prompt for this caller; the required arguments are given. */
  get(name: string, args: Readonly<Record<string, string>>): PromptMessage[] | null
  /** Values for an argument of which so much is typed already. */
  complete(prompt: string, argument: { name: string; value: string }): Promise<string[]>
}

export interface Conversation {
  tools: Tools
  prompts: Prompts
  version: string
  instructions: string
  /** A header of the HTTP request. */
  header(name: string): string | undefined
}

/** What goes back: `json` is null for a notification, which has no answer. */
export interface RpcReply {
  status: number
  json: string | null
}

const Request = z.looseObject({
  jsonrpc: z.literal('2.0'),
  id: z.union([z.string(), z.int()]).optional(),
  method: z.string().max(200),
  params: z.looseObject({ _meta: z.looseObject({}).optional() }).optional(),
})
type Request = z.infer<typeof Request>

const CODES = {
  parse: -32_700,
  request: -32_600,
  method: -32_601,
  params: -32_602,
  header: -32_020,
  version: -32_022,
} as const

class RpcError extends Error {
  readonly code: number
  readonly status: number
  readonly data: unknown
  constructor(kind: keyof typeof CODES, message: string, more: { status?: number; data?: unknown } = {}) {
    super(message)
    this.code = CODES[kind]
    this.status = more.status ?? 400
    this.data = more.data
  }
}

const META = {
  version: 'io.modelcontextprotocol/protocolVersion',
  capabilities: 'io.modelcontextprotocol/clientCapabilities',
  server: 'io.modelcontextprotocol/serverInfo',
} as const

/** Answers one message. It never rejects for anything that a client sends. */
export async function answerRpc(body: Uint8Array, conversation: Conversation): Promise<RpcReply> {
  let id: string | number | null = null
  try {
    const request = parsed(body)
    id = request.id ?? null
    const modern = isModern(request, conversation)
    if (request.id === undefined) return { status: 202, json: null }
    const result = await resultOf(request, conversation, modern)
    return { status: 200, json: JSON.stringify({ jsonrpc: '2.0', id, result }) }
  } catch (error) {
    if (!(error instanceof RpcError)) throw error
    const { code, message, data } = error
    const told = { code, message, ...(data === undefined ? {} : { data }) }
    return { status: error.status, json: JSON.stringify({ jsonrpc: '2.0', id, error: told }) }
  }
}

function parsed(body: Uint8Array): Request {
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
  } catch {
    throw new RpcError('parse', 'Expected one JSON-RPC message as JSON')
  }
  const request = Request.safeParse(value)
  if (request.success) return request.data
  // An answer to a question that we never asked.
  if (Answer.safeParse(value).success) return { jsonrpc: '2.0', method: 'notifications/answer' }
  throw new RpcError('request', 'Expected one JSON-RPC 2.0 request or notification')
}

const Answer = z.looseObject({ jsonrpc: z.literal('2.0'), method: z.undefined().optional(), id: z.unknown() })

/** Whether the request is of the stateless revision; throws where what it says of itself does not agree. */
function isModern(request: Request, { header }: Conversation): boolean {
  const named = request.params?._meta?.[META.version]
  const shown = header('mcp-protocol-version')
  if (named === undefined) {
    if (shown !== undefined && !WITH_HANDSHAKE.some((one) => one === shown)) throw unsupported(shown)
    return false
  }
  if (!MODERN.some((one) => one === named)) {
    throw unsupported(typeof named === 'string' ? named : 'no text')
  }
  if (request.params?._meta?.[META.capabilities] === undefined) {
    throw new RpcError('params', `Expected ${META.capabilities} in _meta`)
  }
  const wrong = mirrored(request, named).find(([field, value]) => header(field) !== value)
  if (wrong) throw new RpcError('header', `Expected the header ${wrong[0]} to say what the body says`)
  return true
}

/** The headers that repeat what the body says, so that a proxy can route without reading it. */
const mirrored = ({ method, params }: Request, version: unknown): [header: string, value: unknown][] => [
  ['mcp-protocol-version', version],
  ['mcp-method', method],
  ...(NAMED.has(method) ? [['mcp-name', params?.['name']] satisfies [string, unknown]] : []),
]

const NAMED = new Set(['tools/call', 'prompts/get'])

const unsupported = (requested: string): RpcError =>
  new RpcError('version', 'This server does not speak that revision', {
    data: { supported: SUPPORTED, requested: requested.slice(0, 40) },
  })

async function resultOf(request: Request, conversation: Conversation, modern: boolean): Promise<unknown> {
  const complete = (result: object) =>
    modern
      ? { resultType: 'complete', ...result, _meta: { [META.server]: serverInfo(conversation) } }
      : result
  // Rights may change at any time; a minute is what a wrong list costs at most.
  const cached = modern ? { ttlMs: 60_000, cacheScope: 'private' } : {}
  switch (request.method) {
    case 'tools/list':
      return complete({ tools: conversation.tools.list(), ...cached })
    case 'tools/call':
      return complete(await called(request, conversation))
    case 'prompts/list':
      return complete({ prompts: conversation.prompts.list(), ...cached })
    case 'prompts/get':
      return complete(prompted(request, conversation))
    case 'completion/complete':
      return complete(await completed(request, conversation))
    case 'server/discover':
      return complete({
        supportedVersions: SUPPORTED,
        capabilities: CAPABILITIES,
        instructions: conversation.instructions,
        ttlMs: 60_000,
        cacheScope: 'private',
      })
    default:
      return withHandshake(request, conversation, modern)
  }
}

/** What only the older revisions know. */
function withHandshake(request: Request, conversation: Conversation, modern: boolean): unknown {
  if (!modern && request.method === 'ping') return {}
  if (!modern && request.method === 'initialize') {
    const asked = request.params?.['protocolVersion']
    return {
      protocolVersion: WITH_HANDSHAKE.find((one) => one === asked) ?? WITH_HANDSHAKE[0],
      capabilities: CAPABILITIES,
      serverInfo: serverInfo(conversation),
      instructions: conversation.instructions,
    }
  }
  throw new RpcError('method', 'There is no such method here', { status: modern ? 404 : 200 })
}

const CAPABILITIES = { tools: {}, prompts: {}, completions: {} }

const serverInfo = ({ version }: Conversation) => ({ name: 'tutti', version })

const Call = z.looseObject({ name: z.string(), arguments: z.record(z.string(), z.unknown()).optional() })

function called(request: Request, { tools }: Conversation): Promise<ToolResult> {
  const call = Call.safeParse(request.params)
  if (!call.success)
    throw new RpcError('params', 'Expected `name`, and `arguments` as an object', { status: 200 })
  const result = tools.call(call.data.name, call.data.arguments ?? {})
  if (result === null)
    throw new RpcError('params', `There is no tool ${call.data.name.slice(0, 80)} for you`, { status: 200 })
  return result
}

const Get = z.looseObject({ name: z.string(), arguments: z.record(z.string(), z.string()).optional() })

function prompted(request: Request, { prompts }: Conversation): { messages: PromptMessage[] } {
  const asked = Get.safeParse(request.params)
  if (!asked.success)
    throw new RpcError('params', 'Expected `name`, and `arguments` as texts by name', { status: 200 })
  const { name, arguments: given = {} } = asked.data
  const row = prompts.list().find((prompt) => prompt.name === name)
  const missing = row?.arguments.find((one) => one.required && given[one.name] === undefined)
  if (missing) throw new RpcError('params', `Expected the argument ${missing.name}`, { status: 200 })
  const messages = prompts.get(name, given)
  if (messages === null)
    throw new RpcError('params', `There is no prompt ${name.slice(0, 80)} for you`, { status: 200 })
  return { messages }
}

const Complete = z.looseObject({
  ref: z.looseObject({ type: z.string(), name: z.string().optional() }),
  argument: z.looseObject({ name: z.string(), value: z.string() }),
})

async function completed(request: Request, { prompts }: Conversation): Promise<object> {
  const asked = Complete.safeParse(request.params)
  if (!asked.success) throw new RpcError('params', 'Expected `ref` and `argument`', { status: 200 })
  const { ref, argument } = asked.data
  const values = ref.type === 'ref/prompt' ? await prompts.complete(ref.name ?? '', argument) : []
  return { completion: { values, total: values.length, hasMore: false } }
}
