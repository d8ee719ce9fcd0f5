// Operations on another machine: asked with the name and role of a person here, done there under a grant, audited on both.
import {
  fault,
  Fault,
  isFaultCode,
  isOperationName,
  newId,
  operation,
  ROLES,
  type ActorRole,
  type AgentId,
  type Bytes,
  type Clock,
  type NodeGrant,
  type OperationName,
  type Permission,
  type RandomBytes,
  type Role,
} from '@tutti/core'
import type { NodeId } from '@tutti/protocol'
import { z } from 'zod'
import type { By, Store } from '../db/store.ts'
import type { Actor, Context, Handlers, Log } from '../handler.ts'
import { jsonOf } from '../loose-json.ts'
import type { Quietly } from '../quiet-work.ts'
import type { Grants } from './grants.ts'
import type { PeerStream, PeerStreams } from './peer-streams.ts'
import { boxed, isCarried, unboxed } from './remote-bytes.ts'

export interface RemoteCallsDeps {
  clock: Clock
  random: RandomBytes
  log: Log
  store: Pick<Store, 'wasAudited' | 'audit'>
  streams: PeerStreams
  grants: Grants
  labelOf(node: NodeId): string
  isUp(node: NodeId): boolean
  handlers(): Partial<Handlers>
  permissionRefusal(actor: Actor, permission: Permission): Fault | null
  /** The agent of this machine that an id is, or is about. */
  agentOf(id: string): AgentId | null
  /** Takes the ids of an answer from there. */
  learned(node: NodeId, answer: unknown): void
  /** Somebody of that machine has asked about an agent here. */
  served(node: NodeId, agent: AgentId): void
  quietly: Quietly
}

/** What may be asked of another machine: about its agents, their terminals, questions, recordings and folders. Never its accounts or settings. */
export const OPEN_PERMISSIONS: ReadonlySet<string> = new Set<Permission>([
  'agent:read',
  'agent:write',
  'terminal:read',
  'terminal:write',
  'attention:read',
  'attention:write',
  'usage:read',
  'folder:read',
  'folder:write',
  'recording:read',
  'recording:write',
  'upgrade:read',
  'upgrade:write',
])
const ANSWER_MS = 30_000
const ANSWER_BYTES = 16 * 1024 * 1024

const Ask = z.strictObject({
  operation: z.string().max(64),
  input: z.record(z.string(), z.unknown()),
  version: z.int().min(0),
  user: z.strictObject({ name: z.string().min(1).max(64), role: z.enum(ROLES) }),
})
type Ask = z.infer<typeof Ask>

const Answer = z.union([
  z.strictObject({ output: z.unknown() }),
  z.strictObject({
    fault: z.strictObject({
      code: z.string().max(64),
      message: z.string().max(1000),
      details: z.record(z.string(), z.union([z.string(), z.number()])),
    }),
  }),
])

export function createRemoteCalls(deps: RemoteCallsDeps) {
  deps.streams.serve('call', (stream, head) => deps.quietly(serve(deps, stream, head)))
  return {
    /** Lets another machine do it; rejects with its fault, or with node.away. */
    async ask(node: NodeId, name: OperationName, of: { input: object; context: Context }): Promise<unknown> {
      const label = deps.labelOf(node)
      const { actor, version } = of.context
      if (actor.role === 'agent') throw fault('node.denied', { name: label })
      if (!deps.isUp(node)) throw away(label)
      const user = { name: actor.name.slice(0, 64) || actor.id, role: actor.role }
      const stream = asking(deps, node, { operation: name, input: of.input, version, user })
      const answer = await answerOf(deps, stream, label)
      if (isCarried(name)) return unboxed(answer, { operation: name, label, context: of.context })
      deps.learned(node, answer)
      return answer
    },
  }
}

/** What is longer, such as a picture for an agent, does not go into the head of a stream: a message of it is sent in pieces. */
const HEAD_BYTES = 256 * 1024

function asking({ streams }: RemoteCallsDeps, node: NodeId, asked: object): PeerStream {
  const bytes = Buffer.from(JSON.stringify(asked))
  if (bytes.byteLength <= HEAD_BYTES) return streams.open(node, 'call', asked)
  const stream = streams.open(node, 'call', null)
  stream.send(bytes)
  return stream
}

/** The question of a stream whose head has none. */
const longQuestion = (stream: PeerStream): Promise<unknown> =>
  new Promise((resolve) => {
    stream.listen({
      message: (bytes) => resolve(bytes.byteLength > ANSWER_BYTES ? null : jsonOf(bytes)),
      closed: () => resolve(null),
    })
  })

const away = (name: string): Fault => fault('node.away', { name, since: 'a moment ago' })

function answerOf({ clock }: RemoteCallsDeps, stream: PeerStream, name: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(ANSWER_MS, () => {
      stream.close()
      reject(away(name))
    })
    stream.listen({
      message(bytes) {
        cancel()
        stream.close()
        try {
          resolve(outputOf(bytes, name))
        } catch (error) {
          reject(error)
        }
      },
      closed() {
        cancel()
        reject(away(name))
      },
    })
  })
}

function outputOf(bytes: Uint8Array, name: string): unknown {
  const parsed = bytes.byteLength > ANSWER_BYTES ? null : Answer.safeParse(jsonOf(bytes))
  if (!parsed?.success) throw fault('node.remote', { name, problem: 'its answer cannot be read' })
  if ('output' in parsed.data) return parsed.data.output
  const { code, message, details } = parsed.data.fault
  throw isFaultCode(code) ? fault(code, details) : fault('node.remote', { name, problem: message })
}

/** The person of another machine, as far as the grant for that machine goes. */
export function actorOf(node: { label: string }, user: Ask['user'], grant: NodeGrant): Actor {
  return {
    id: `${user.name}@${node.label}`,
    userId: null,
    agentId: null,
    name: `${user.name}@${node.label}`,
    role: lesser(user.role, grant.role),
    scopes: null,
    loginId: null,
  }
}

const lesser = (a: Role, b: Role): ActorRole => (ROLES.indexOf(a) < ROLES.indexOf(b) ? a : b)

async function serve(deps: RemoteCallsDeps, stream: PeerStream, head: unknown): Promise<void> {
  const asked = head ?? (await longQuestion(stream))
  if (head !== null) stream.listen({ message: () => undefined, closed: () => undefined }) // who goes misses the answer
  const say = (answer: z.infer<typeof Answer>) => stream.send(Buffer.from(JSON.stringify(answer)))
  try {
    say({ output: (await done(deps, stream.peer, asked)) ?? null })
  } catch (error) {
    const refusal = error instanceof Fault ? error : bug(deps, error)
    const { code, message, details } = refusal
    say({ fault: { code, message: message.slice(0, 1000), details: { ...details } } })
  }
}

function bug({ log, random, clock }: RemoteCallsDeps, error: unknown): Fault {
  const reference = newId('request', clock.now(), random)
  log.error('mesh.bug', { id: reference, problem: error instanceof Error ? error.stack : String(error) })
  return fault('server.bug', { reference })
}

async function done(deps: RemoteCallsDeps, node: NodeId, head: unknown): Promise<unknown> {
  const { name, input, version, user } = askedIn(head)
  const label = deps.labelOf(node)
  const row = operation(name)
  const by: By = { actor: `${user.name}@${label}`, address: label, act: name, audited: row.audited ?? false }
  const subject = typeof input['id'] === 'string' ? input['id'].slice(0, 64) : ''
  try {
    const grant = granted(deps, { node, name, input })
    const actor = actorOf({ label }, user, grant)
    const refusal = row.may === 'public' ? null : deps.permissionRefusal(actor, row.may)
    if (refusal) throw refusal
    const output = await handled(deps, { name, input, context: contextFor(deps, { actor, by, version }) })
    if (row.audited && !deps.store.wasAudited(by)) await deps.store.audit(by, { subject, outcome: 'done' })
    // The handler of such a row answers with bytes.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    return isCarried(name) ? await boxed(output as Bytes) : narrowed(name, output, grant)
  } catch (error) {
    if (row.audited && error instanceof Fault && error.status === 403)
      await deps.store.audit(by, { subject, outcome: 'refused', detail: { code: error.code } })
    throw error
  }
}

function askedIn(head: unknown): Omit<Ask, 'operation'> & { name: OperationName } {
  const asked = Ask.safeParse(head)
  if (asked.success && isOperationName(asked.data.operation)) {
    const { operation: name, ...rest } = asked.data
    return { ...rest, name }
  }
  throw fault('route.unknown', { method: 'call', path: 'of another machine' })
}

/** The grant under which this may be done (C18): denied unless there is one, and it names every agent that this is about. */
function granted(
  { grants, agentOf, served }: RemoteCallsDeps,
  of: { node: NodeId; name: OperationName; input: Record<string, unknown> },
): NodeGrant {
  const grant = grants.of(of.node)
  if (!grant || !isOpenOperation(of.name)) throw fault('node.denied', { name: 'This machine' })
  const agents = idsIn(of.input).map(agentOf)
  for (const agent of agents) if (agent !== null) served(of.node, agent)
  if (grant.agents === null) return grant
  const isNamed = agents.every((agent) => agent !== null && grant.agents?.includes(agent))
  const isAbout = agents.length > 0 || of.name in LISTS
  if (!isNamed || !isAbout || RULING.has(of.name)) throw fault('node.denied', { name: 'This machine' })
  return grant
}

function isOpenOperation(name: OperationName): boolean {
  const { bytes, raw, wire, may } = operation(name)
  return (!bytes || isCarried(name)) && !raw && !wire && OPEN_PERMISSIONS.has(may)
}

/** All that a question names: one thing by its id, or many. */
function idsIn({ id, agentId, ids, items }: Record<string, unknown>): string[] {
  const many: unknown[] = [ids, items].flatMap((list): unknown[] => (Array.isArray(list) ? list : []))
  const named = many.map((one) => (typeof one === 'object' && one !== null && 'id' in one ? one.id : one))
  return [id, agentId, ...named].filter((one) => one !== undefined).map(String)
}

/** Of a new agent nobody can have been named. */
const RULING: ReadonlySet<string> = new Set(['createAgent', 'createRule', 'revokeRule'])

/** Lists of which those who may see some agents get what is about these, and the field that says which. */
const LISTS: Readonly<Partial<Record<OperationName, string>>> = {
  listAgents: 'id',
  listAttention: 'agentId',
  listPrompts: 'agentId',
  listRecordings: 'agentId',
}

/** Who may see some agents sees no others in a list of them. */
function narrowed(name: OperationName, output: unknown, { agents }: NodeGrant): unknown {
  const field = LISTS[name]
  if (field === undefined || agents === null || !Array.isArray(output)) return output
  const named = new Set<unknown>(agents)
  return output.filter((one: Record<string, unknown>) => named.has(one[field]))
}

type AnyHandler = (input: unknown, context: Context) => unknown

function handled(
  deps: RemoteCallsDeps,
  { name, input, context }: { name: OperationName; input: unknown; context: Context },
): unknown {
  const parsed = operation(name).input.safeParse(input)
  if (!parsed.success)
    throw fault('input.invalid', { problems: parsed.error.issues[0]?.message ?? '', operation: name })
  // The row's own schema has just parsed the input that the handler of the same name takes.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const handler = deps.handlers()[name] as unknown as AnyHandler | undefined
  if (!handler) throw fault('node.denied', { name: 'This machine' })
  return handler(parsed.data, context)
}

function contextFor(
  { clock, random }: RemoteCallsDeps,
  { actor, by, version }: { actor: Actor; by: By; version: number },
): Context {
  const never = new AbortController()
  return {
    actor,
    by,
    address: by.address,
    agent: 'mesh',
    origin: '',
    version,
    requestId: newId('request', clock.now(), random),
    gone: () => never.signal,
    body: new Uint8Array(),
    sent: () => undefined,
    header: () => undefined,
  }
}
