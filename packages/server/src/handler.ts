// The shape of what answers an operation: parsed input in, output out, and who asks.
import type {
  ActorRole,
  AgentId,
  Id,
  OperationName,
  OutputOf,
  ParsedOf,
  Permission,
  UserId,
} from '@tutti/core'
import type { By } from './db/store.ts'

/** A caller that the guard has let in. */
export interface Actor {
  /** user id, token id, agent id, or 'anonymous' for a public operation. */
  id: string
  userId: UserId | null
  /** Set when an agent calls with the token of its session; its role is 'agent' then. */
  agentId: AgentId | null
  /** Set for a program elsewhere that has registered a mailbox here and calls with its AMP key. */
  programId?: Id<'mailbox'>
  /** Set when that program shows a short token of its identity: it may use the mailbox, and change nothing of the registration. */
  identityId?: Id<'identity'>
  name: string
  role: ActorRole
  /** Null for a login, which has all that its role has. */
  scopes: ReadonlySet<Permission> | null
  loginId: string | null
}

export interface Context {
  actor: Actor
  by: By
  /** Remote address. */
  address: string
  /** The User-Agent header, cut to 200 characters. */
  agent: string
  /** How the caller reached this server, such as http://localhost:4747; the guard has checked it. */
  origin: string
  /** From If-Match, for versioned operations: must equal the row's version. */
  version: number
  requestId: string
  /** Aborted when the caller hangs up before the answer; made only when a handler asks for it. */
  gone(): AbortSignal
  /** The body itself, for an operation that takes it raw; empty for all others. */
  body: Uint8Array
  /** A header as the caller sent it. */
  sent(name: string): string | undefined
  /** Sets a cookie or a header on the answer. */
  header(name: string, value: string): void
}

export type Handler<N extends OperationName> = (
  input: ParsedOf<N>,
  context: Context,
) => OutputOf<N> | Promise<OutputOf<N>>

export type Handlers = { [N in OperationName]: Handler<N> }

/** One thing in a log line is its event; the rest are fields. Text from outside goes into fields only. */
export interface Log {
  info(event: string, fields?: Record<string, unknown>): void
  warn(event: string, fields?: Record<string, unknown>): void
  error(event: string, fields?: Record<string, unknown>): void
}

/** The binary half of `/v1/stream`: terminals. The guard has authenticated the connection. */
export interface StreamConnection {
  actor: Actor
  address: string
  may(permission: Permission): boolean
  send(frame: Uint8Array): void
  /** Bytes handed over and not yet taken by the network. */
  bufferedBytes(): number
}

export interface BinaryChannels {
  connect(connection: StreamConnection): { receive(frame: Uint8Array): void; close(): void }
}

/** A WebSocket whose caller has said in its first frame who it is. */
export interface SocketCaller {
  actor: Actor
  address: string
  /** The caller as he is now; null when his key has ended. */
  current(): Actor | null
  send(text: string): void
  close(code: number, reason: string): void
  onText(hear: (text: string) => void): void
  onClose(hear: () => void): void
}

/** What a feature brings for such sockets: the guard finds out who the token belongs to. */
export interface SocketDoor {
  /** The token in a first frame; null where it has none. */
  token(text: string): string | null
  /** What a wrong one is answered before the socket closes. */
  refusal: string
  accept(caller: SocketCaller): void
}
