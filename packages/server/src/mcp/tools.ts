// The operations table as tools: those that the caller may do, called through the same checks as every other call.
import {
  Fault,
  fault,
  isOperationName,
  operation,
  operationNames,
  type Operation,
  type OperationName,
} from '@tutti/core'
import { z } from 'zod'
import type { Store } from '../db/store.ts'
import type { Actor, Context, Handlers, Log } from '../handler.ts'
import { holds } from '../permission.ts'
import type { Tool, ToolResult, Tools } from './rpc.ts'

export interface ToolDeps {
  handlers: () => Handlers
  store: Pick<Store, 'audit' | 'wasAudited'>
  log: Log
}

// Hooks and the tools themselves are for programs; passwords and codes are for people, at a limit of their own; bytes and
// files do not travel as text.
const isTool = (row: Operation): boolean =>
  row.may !== 'public' && row.may !== 'agent:report' && !row.guessable && !row.bytes && !row.raw && !row.wire

// The table does not change: its schemas are made once.
const tools = new Map<OperationName, Tool>()

function toolOf(name: OperationName): Tool {
  const known = tools.get(name)
  if (known) return known
  const row = operation(name)
  const { $schema: _, ...schema } = z.toJSONSchema(row.input, { io: 'input', unrepresentable: 'any' })
  const tool: Tool = {
    name,
    description: row.says,
    inputSchema: row.versioned ? withVersion(schema) : schema,
    annotations: { readOnlyHint: row.method === 'GET', destructiveHint: row.method === 'DELETE' },
  }
  tools.set(name, tool)
  return tool
}

const Schema = z.looseObject({
  properties: z.record(z.string(), z.unknown()).default({}),
  required: z.array(z.string()).default([]),
})

const VERSION = 'ifVersion'

/** What travels in If-Match elsewhere. */
function withVersion(schema: object): Record<string, unknown> {
  const { properties, required, ...rest } = Schema.parse(schema)
  const version = { type: 'integer', description: 'The version that was read, so that nobody is overwritten' }
  return { ...rest, properties: { ...properties, [VERSION]: version }, required: [...required, VERSION] }
}

/** The tools of one caller, for one request. */
export function toolsFor(deps: ToolDeps, context: Context): Tools {
  const mayCall = (name: OperationName): boolean => {
    const row = operation(name)
    return isTool(row) && row.may !== 'public' && holds(context.actor, row.may)
  }
  return {
    list: () => operationNames().filter(mayCall).map(toolOf),
    call: (name, args) =>
      isOperationName(name) && mayCall(name) ? performed(deps, context, { name, args }) : null,
  }
}

interface Asked {
  name: OperationName
  args: Record<string, unknown>
}

async function performed(deps: ToolDeps, context: Context, asked: Asked): Promise<ToolResult> {
  try {
    return textOf(context.actor, await output(deps, context, asked))
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    deps.log.info('mcp.refused', { operation: asked.name, actor: context.actor.id, fault: error.code })
    return { content: [{ type: 'text', text: `${error.code}: ${sentenceOf(error)}` }], isError: true }
  }
}

/** A caller of tools has their schemas at hand, and no way to the document that the sentence names. */
const sentenceOf = ({ message }: Fault): string =>
  message.replace(/ See \/openapi\.json .*$/, " The tool's inputSchema says what it takes.")

type AnyHandler = (input: Record<string, unknown>, context: Context) => unknown

async function output(
  { handlers, store }: ToolDeps,
  context: Context,
  { name, args }: Asked,
): Promise<unknown> {
  const row = operation(name)
  const { [VERSION]: version, ...fields } = args
  const input = row.input.safeParse(row.versioned ? fields : args)
  if (!input.success) throw fault('input.invalid', { operation: name, problems: problemsOf(input.error) })
  const by = { ...context.by, act: name, audited: row.audited ?? false }
  const inner = { ...context, by, version: row.versioned ? versionOf(version) : 0, header: () => undefined }
  // The cast is sound: the row's own schema has just parsed the input that the handler of the same name takes.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const handler = handlers()[name] as unknown as AnyHandler
  const subject = typeof input.data['id'] === 'string' ? input.data['id'] : ''
  const answer = await handler(input.data, inner)
  if (row.audited && !store.wasAudited(by)) await store.audit(by, { subject, outcome: 'done' })
  return answer
}

function versionOf(version: unknown): number {
  if (typeof version === 'number' && Number.isSafeInteger(version)) return version
  throw fault('version.missing')
}

const problemsOf = (error: z.ZodError): string =>
  error.issues
    .slice(0, 5)
    .map((issue) => `${issue.path.map(String).join('.')}: ${issue.message}`)
    .join('; ')

const Fenced = z.looseObject({ fenced: z.string() })

/** For an agent, what holds foreign words is their fence and nothing beside it. */
function textOf(actor: Actor, answer: unknown): ToolResult {
  const fenced = actor.agentId === null ? null : Fenced.safeParse(answer)
  const text = fenced?.success ? fenced.data.fenced : JSON.stringify(answer)
  return { content: [{ type: 'text', text }] }
}
