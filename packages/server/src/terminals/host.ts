// What the server asks of the layer that hosts sessions; the terminals package fits it, and so do doubles without tmux.
import type { ClientFrame, OpenRequest, ServerFrame } from '@tutti/protocol'

/** A program to start in a session of its own. `argv[0]` is an absolute path. */
export interface SessionStart {
  agentId: string
  cwd: string
  argv: readonly string[]
  env: Readonly<Record<string, string>>
  cols: number
  rows: number
}

/** A session on the user's own tmux server, addressed by tmux's own id. */
export interface HostFound {
  socketPath: string
  /** Such as `$3`. */
  sessionId: string
  name: string
  windows: number
  command: string
  cwd: string
  cols: number
  rows: number
  /** ms UTC. */
  createdAt: number
  attached: number
}

/** How a program ended by itself. `lastLines` are those of its screen, oldest first. */
export interface SessionExit {
  agentId: string
  /** Null when nobody can tell: killed by a signal, or an adopted session. */
  code: number | null
  signal: number | null
  lastLines: readonly string[]
}

/** What is left of the sessions that a daemon before this one knew. */
export type Recovered = { agentId: string; isAdopted: boolean } & (
  | { state: 'running' }
  | { state: 'exited'; code: number | null }
  | { state: 'gone' }
)

export interface SessionInfo {
  cols: number
  rows: number
  title: string
}

type WithoutChannel<F> = F extends { channel: number } ? Omit<F, 'channel'> : never
export type ViewFrame = WithoutChannel<ServerFrame>

/** One open view of a session. What a read-only one may not do is dropped (C30). */
export interface Viewer {
  receive(frame: ClientFrame): void
  close(): void
}

/** Calls about an agent without a session throw agent.not-running. */
export interface TerminalHost {
  /** Resolves when the program runs; a fault leaves nothing behind. */
  start(session: SessionStart): Promise<void>
  /** Ends the program and forgets its last screen; resolves when it is gone. Calls no exit listener. */
  stop(agentId: string, limits: { graceMs: number }): Promise<void>
  /** Lets go of an adopted session, which goes on as if nothing had been. */
  release(agentId: string): Promise<void>
  /** Attaches again to what lives. */
  recover(): Promise<Recovered[]>
  found(): Promise<HostFound[]>
  adopt(found: { agentId: string; socketPath: string; sessionId: string }): Promise<void>
  isRunning(agentId: string): boolean
  /** Bytes as typed. */
  sendKeys(agentId: string, bytes: Uint8Array): Promise<void>
  /** The last lines as plain text. */
  capture(agentId: string, limits: { lines: number }): Promise<string[]>
  info(agentId: string): Promise<SessionInfo>
  attachArgv(agentId: string): string[]
  open(agentId: string, request: OpenRequest, send: (frame: ViewFrame) => void): Viewer
  onExit(listener: (exit: SessionExit) => void): () => void
}
