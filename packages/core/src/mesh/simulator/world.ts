// A simulated world: machines with disks, a network with faults, one clock. Everything in it follows from the seed.
import type { NodeId } from '@tutti/protocol'
import { newAgenda, type Agenda } from './agenda.ts'
import { between, chanceOf, type Chance } from './chance.ts'
import { SimMachine } from './machine.ts'
import { newNetwork, type Network } from './network.ts'
import { playNode } from './play-crypto.ts'

export interface World {
  readonly seed: number
  readonly chance: Chance
  readonly agenda: Agenda
  readonly machines: SimMachine[]
  readonly network: Network
  /** Faults happen while this is true. */
  chaos: boolean
  /** Whether somebody has tried to throw a machine out; a crash may have made him forget. */
  thrown: boolean
  /** The machine that was thrown out, as soon as a disk says so. */
  revoked: NodeId | null
  /** Machines whose disk was replaced by a backup of itself. */
  readonly restored: Set<number>
  /** Agents that a restore may have taken away for good: they had come after the backup. */
  readonly lost: Set<string>
  /** Writes of each machine when all were joined: no backup is older. */
  readonly joinedAt: number[]
  /** Whether backups are restored in this world; nobody is thrown out of such a one, or who is out would be forgotten. */
  readonly restores: boolean
  /** What was found to be wrong, at the moment when it was. */
  readonly wrongs: string[]
  indexOf(id: NodeId): number
}

export interface Faults {
  readonly loss: number
  readonly copies: number
  readonly slow: number
  readonly crash: number
}

export function newWorld(seed: number): World {
  const chance = chanceOf(seed)
  const count = 2 + Math.floor(chance() * 3)
  const faults: Faults = {
    loss: chance() < 0.5 ? 0 : between(chance, 0, 0.3),
    copies: chance() < 0.5 ? 0 : between(chance, 0, 0.2),
    slow: chance() < 0.5 ? 0 : between(chance, 0, 0.1),
    crash: chance() < 0.3 ? 0 : between(chance, 0, 0.003),
  }
  const keys = Array.from({ length: count }, (_, i) => playNode(i))
  const places = new Map(keys.map(({ id }, i) => [id, i]))
  const agenda = newAgenda()
  const machines: SimMachine[] = []
  const world: World = {
    seed,
    chance,
    agenda,
    machines,
    network: newNetwork(() => world, { count, faults, chance }),
    chaos: false,
    thrown: false,
    revoked: null,
    restored: new Set(),
    lost: new Set(),
    joinedAt: [],
    restores: chance() < 0.3,
    wrongs: [],
    indexOf: (id) => places.get(id) ?? -1,
  }
  for (const [i, key] of keys.entries())
    machines.push(new SimMachine(world, { i, key, crashRate: faults.crash }))
  return world
}
