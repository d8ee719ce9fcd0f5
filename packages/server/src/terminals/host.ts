// What the server asks of the layer that hosts sessions, so that agents, recordings and channels can be tested and wired without tmux.
import type { AgentId } from '@tutti/core'
import type { Access, ServerFrame, OpenRequest } from '@tutti/protocol'

/** A program to start in a session of its own. `argv[0]` is an absolute path. */
export interface SessionStart {
  agentId: AgentId
  argv: readonly [string, ...string[]]
  folder: string
  env: Readonly<Record<string, string>>
  cols: number
  rows: number
}

/** A session on the user's own tmux server, addressed by what tmux never reuses within one server's life. */
export interface FoundTarget {
  socket: string
  /** tmux's own id, such as `$3`. */
  session: string
  /** ms UTC. */
  createdAt: number
}

export interface HostFound extends FoundTarget {
  name: string
  folder: string
  program: string
  windows: number
  attached: number
  cols: number
  rows: number
}

/** How a session ended. `lines` are the last lines of its screen, oldest first. */
export interface SessionEnd {
  agentId: AgentId
  /** Null when nobody can tell: killed by a signal, or an adopted session. */
  code: number | null
  lines: readonly string[]
}

export interface SessionToRecover {
  agentId: AgentId
  adopted: FoundTarget | null
}

export interface Screen {
  text: string
  cols: number
  rows: number
  title: string
}

/** One open view of a session: frames without their channel number go to `send`. */
export interface View {
  input(bytes: Uint8Array): void
  paste(text: string): void
  resize(cols: number, rows: number): void
  take(): void
  credit(bytes: number): void
  close(): void
}

type WithoutChannel<F> = F extends { channel: number } ? Omit<F, 'channel'> : never
export type ViewFrame = WithoutChannel<ServerFrame>

export interface ViewRequest extends Omit<OpenRequest, 'agentId'> {
  agentId: AgentId
  access: Access
  send(frame: ViewFrame): void
}

export interface RunningRecording {
  stop(): Promise<void>
  /** Settles when the file is complete, also because the session ended. */
  ended: Promise<void>
}

export interface TerminalHost {
  /** Resolves when the program runs; rejects with terminal.failed or tmux.missing. */
  start(session: SessionStart): Promise<void>
  /** Ends the program and its session; resolves when it is gone. Calls no exit listener. */
  stop(agentId: AgentId): Promise<void>
  /** Attaches again to the sessions that live; answers which do. */
  recover(sessions: readonly SessionToRecover[]): Promise<ReadonlySet<AgentId>>
  found(): Promise<HostFound[]>
  adopt(agentId: AgentId, target: FoundTarget): Promise<void>
  /** Forgets an adopted session and leaves it as it is. */
  letGo(agentId: AgentId): Promise<void>
  /** Bytes as typed. */
  type(agentId: AgentId, bytes: Uint8Array): Promise<void>
  capture(agentId: AgentId, lines: number): Promise<Screen>
  attachArgv(agentId: AgentId): string[]
  open(request: ViewRequest): View
  record(agentId: AgentId, path: string): Promise<RunningRecording>
  onEnd(listener: (end: SessionEnd) => void): () => void
  onTitle(listener: (agentId: AgentId, title: string) => void): () => void
}
