// What the mesh needs of its machine.
import type { Agent, Clock, RandomBytes } from '@tutti/core'
import type { Store } from '../db/store.ts'
import type { BinaryChannels, Handlers, Log } from '../handler.ts'
import type { MeshSide, Moving } from '../moving/moving.ts'
import type { MeshMail, Stored } from './letters.ts'
import type { LifeDeps } from './life.ts'

export interface MeshRoom<S extends Stored = Stored> {
  store: Store
  clock: Clock
  nowMs: () => number
  random: RandomBytes
  log: Log
  version: string
  config: { peerHost: string; peerPort: number; peerNames: readonly string[] }
  /** The seed of this machine's key. */
  seed: Uint8Array
  mark: LifeDeps['mark']
  machineName: () => string
  mail: MeshMail<S>
  /** Agents that come and go. */
  moving(mesh: MeshSide): Moving
  /** Living agents of this machine. */
  agents: () => readonly Agent[]
  /** What people elsewhere may ask of this machine, under a grant. */
  handlers: () => Partial<Handlers>
  channels: () => BinaryChannels
}
