// Operations that are about another machine are done there: by the id in them, or because the caller names the machine.
import { fault, isOperationName, operation, type OperationName } from '@tutti/core'
import type { NodeId } from '@tutti/protocol'
import type { Context, Handlers } from '../handler.ts'
import type { Mesh } from './mesh.ts'
import { isCarried } from './remote-bytes.ts'

/** Names the machine, by its id or its name in the room, on which a request is to be done. */
export const MACHINE_HEADER = 'x-tutti-machine'

export interface ReachingDeps {
  mesh: () => Mesh | null
  /** Where what an id names lives; null for this machine, and for what nobody knows. */
  homeOf: (id: string) => NodeId | null
  /** Whether something was ever of this machine: what was deleted here comes back here, wherever it lives now. */
  isKnown: (id: string) => boolean
}

type AnyHandler = (input: unknown, context: Context) => unknown

/** The same handlers; those that are of this machine alone stay as they are. */
export function reaching<H extends Partial<Handlers>>(handlers: H, deps: ReachingDeps): H {
  const entries = Object.entries(handlers).map(([name, given]) => {
    if (!isOperationName(name)) return [name, given]
    // One door for any handler: the one of the same name takes what its row has parsed.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    const here = given as unknown as AnyHandler
    return [name, isPlain(name) ? reachingOne(name, here, deps) : hereOnly(here)]
  })
  // Each name has the handler of its own row.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return Object.fromEntries(entries) as H
}

/** What has bytes in it, or speaks another protocol, is never done elsewhere. */
const hereOnly =
  (here: AnyHandler): AnyHandler =>
  (input, context) => {
    const named = context.sent(MACHINE_HEADER)
    if (named !== undefined) throw fault('node.denied', { name: named.slice(0, 80) })
    return here(input, context)
  }

function reachingOne(
  name: OperationName,
  here: AnyHandler,
  { mesh, homeOf, isKnown }: ReachingDeps,
): AnyHandler {
  const many = MANY[name]
  const byId = (opened: Mesh, input: Record<string, unknown>, context: Context): unknown => {
    const isBack = BACK.has(name) || (name === 'changeAgents' && BACK_ACTIONS.has(input['action']))
    const placeOfOne = (id: string) => (isBack && isKnown(id) ? null : homeOf(id))
    if (many) return spread({ name, here, opened, homeOf: placeOfOne }, many, { input, context })
    const home = placeOfOne(isOfOneThing(name) ? idIn(input) : '')
    return home === null ? here(input, context) : opened.ask(home, name, { input, context })
  }
  return (input, context) => {
    const opened = mesh()
    const named = context.sent(MACHINE_HEADER)
    const node = named === undefined ? null : placeOf(opened, named)
    if (opened === null || !isRecord(input) || node === opened.self) return here(input, context)
    return node === null ? byId(opened, input, context) : opened.ask(node, name, { input, context })
  }
}

/** The machine that a caller names. Throws node.unknown: what was meant for another one is never done here. */
function placeOf(opened: Mesh | null, named: string): NodeId {
  const node = opened?.named(named) ?? null
  if (node === null) throw fault('node.unknown', { id: named.slice(0, 80) })
  return node
}

const isPlain = (name: OperationName): boolean => {
  const row = operation(name)
  return (!row.bytes || isCarried(name)) && !row.raw && !row.wire
}

const isOfOneThing = (name: OperationName): boolean => {
  const { shape } = operation(name).input
  return 'id' in shape || 'agentId' in shape
}

/** What was deleted here comes back here, or goes for good, wherever an agent of its id lives now. */
const BACK: ReadonlySet<OperationName> = new Set(['undeleteAgent', 'purgeAgent'])
const BACK_ACTIONS: ReadonlySet<unknown> = new Set(['undelete', 'purge'])

/** Operations about many things, which may be on many machines: the field that lists them. Each answers a list. */
const MANY: Partial<Record<OperationName, string>> = { answerAttentionGroup: 'items', changeAgents: 'ids' }

interface Spread {
  name: OperationName
  here: AnyHandler
  opened: Mesh
  homeOf: ReachingDeps['homeOf']
}

/** Asks each machine for its own, and answers in the order asked. */
async function spread(
  { name, here, opened, homeOf }: Spread,
  field: string,
  { input, context }: { input: Record<string, unknown>; context: Context },
): Promise<unknown> {
  const listed: unknown = input[field]
  const all: readonly unknown[] = Array.isArray(listed) ? listed : []
  const parts = Map.groupBy(all, (one) => homeOf(idOf(one)))
  if (parts.size === 0 || (parts.size === 1 && parts.has(null))) return here(input, context)
  const answers = await Promise.all(
    [...parts].map(async ([home, some]): Promise<unknown> => {
      const part = { ...input, [field]: some }
      try {
        return await (home === null ? here(part, context) : opened.ask(home, name, { input: part, context }))
      } catch (error) {
        return some.map((one) => failed(idOf(one), name, error))
      }
    }),
  )
  const places = new Map(all.map((one, index) => [idOf(one), index]))
  const place = (row: unknown) => places.get(idOf(row)) ?? all.length
  return answers.flat().sort((a, b) => place(a) - place(b))
}

/** One machine that refuses or is away does not undo what the others did. */
function failed(id: string, name: OperationName, error: unknown): object {
  if (!(error instanceof Error) || !('code' in error)) throw error
  const row = { id, ok: false, error: { code: String(error.code), message: error.message } }
  return name === 'answerAttentionGroup' ? { ...row, item: null } : row
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null

const idOf = (one: unknown): string => (isRecord(one) ? String(one['id']) : String(one))

function idIn(input: Record<string, unknown>): string {
  const id = input['agentId'] ?? input['id'] ?? ''
  return typeof id === 'string' ? id : ''
}
