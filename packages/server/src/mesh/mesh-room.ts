// What the mesh needs of its machine.
import type { Agent, AgentId, AttentionItem, Clock, RandomBytes } from '@tutti/core'
import type { FieldPolicy } from '@tutti/core/mesh'
import type { Store } from '../db/store.ts'
import type { BinaryChannels, Handlers, Log } from '../handler.ts'
import type { FileMail } from './files.ts'
import type { Board, BoardDeps } from '../board/board.ts'
import type { MeshSide, Moving } from '../moving/moving.ts'
import type { MeshMail, Stored } from './letters.ts'
import type { PeerStreams } from './peer-streams.ts'
import type { LifeMark } from './life-mark.ts'
import type { Openings } from './openings.ts'

export interface MeshRoom<S extends Stored = Stored> {
  store: Store
  clock: Clock
  nowMs: () => number
  openings: Openings
  random: RandomBytes
  log: Log
  version: string
  config: { peerHost: string; peerPort: number; peerNames: readonly string[] }
  /** The seed of this machine's key. */
  seed: Uint8Array
  mark: LifeMark
  machineName: () => string
  mail: MeshMail<S>
  /** Agents that come and go. */
  moving(mesh: MeshSide): Moving
  /** What the machines of the room share, who may edit what of it, and what this one makes of that. */
  policy: FieldPolicy
  shared(log: Pick<BoardDeps, 'log' | 'write'>): Board
  files: FileMail
  /** What has come of files of other machines lies here. */
  partsFolder: string
  /** Living agents of this machine. */
  agents: () => readonly Agent[]
  /** Open items of this machine's queue. */
  items: () => readonly AttentionItem[]
  /** The agent of this machine that an id is, or is about; null for what is not of this machine. */
  agentOf: (id: string) => AgentId | null
  /** Whether an agent lives here, and was not deleted. */
  isLive: (id: string) => boolean
  /** What people elsewhere may ask of this machine, under a grant. */
  handlers: () => Partial<Handlers>
  channels: () => BinaryChannels
  /** What else goes over links. */
  carry?(streams: PeerStreams): void
}
