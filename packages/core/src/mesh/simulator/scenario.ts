// What people and fate do to a simulated world: a room is set up, works while everything fails, and heals.
import { DELETED } from '@tutti/protocol'
import type { Draft } from '../authoring.ts'
import { isOwner } from '../lease.ts'
import { sharedText, textValue } from '../shared-text.ts'
import { below, between } from './chance.ts'
import { checkWorld } from './checks.ts'
import type { SimMachine } from './machine.ts'
import { newWorld, type World } from './world.ts'

export interface Outcome {
  readonly seed: number
  readonly wrongs: readonly string[]
  readonly letters: number
  readonly entries: number
  readonly crashes: number
}

const HOUR_MS = 3_600_000
/** Everything has arrived so long after the network has healed. */
const HEAL_MS = 30_000

/** One world from its beginning to its end, and what is wrong in it then. */
export function runSeed(seed: number): Outcome {
  const { world, tally } = playSeed(seed)
  return { seed, wrongs: [...world.wrongs, ...(world.wrongs.length > 0 ? [] : checkWorld(world))], ...tally }
}

/** The world of a seed at its end, to look into it. */
export function playSeed(seed: number): { world: World; tally: Tally } {
  const world = newWorld(seed)
  setUp(world)
  const tally = { letters: 0, entries: 0, crashes: 0 }
  world.chaos = true
  const endMs = world.agenda.nowMs() + between(world.chance, 10_000, 60_000)
  while (world.agenda.nowMs() < endMs && world.wrongs.length === 0) {
    happen(world, tally)
    world.agenda.runUntil(world.agenda.nowMs() + between(world.chance, 0, 600))
  }
  heal(world)
  return { world, tally }
}

function setUp(world: World): void {
  const { machines, chance, agenda } = world
  for (const machine of machines) {
    const sign = below(chance, 3) - 1
    machine.skewMs = sign * HOUR_MS
    machine.start()
  }
  for (const machine of machines.slice(1)) {
    // Two that pair can reach each other, or they could not.
    const near = machines.filter(({ i }) => i < machine.i && !world.network.isShut(i, machine.i))
    const inviter = near[below(chance, near.length)]
    if (!inviter) continue
    inviter.input({ type: 'introduce', whom: machine.id, role: 'full' })
    machine.input({ type: 'introduce', whom: inviter.id, role: 'full' })
  }
  machines[0]?.input({ type: 'adopt', agent: 'mover' })
  agenda.runUntil(between(chance, 100, 8000))
  world.joinedAt.push(...machines.map(({ disk }) => disk.safe()))
}

type Tally = { letters: number; entries: number; crashes: number }

function happen(world: World, tally: Tally): void {
  const { chance, machines } = world
  const [a, b] = [machines[below(chance, machines.length)], machines[below(chance, machines.length)]]
  if (!a || !b) return
  const dice = chance()
  if (dice < 0.4) writeLetter(world, tally, { a, b })
  // Where backups are restored, agents are more often under way.
  else if (dice < (world.restores ? 0.5 : 0.7)) edit(world, tally, a)
  else if (dice < 0.7) move(world, { a, b })
  else if (dice < 0.78) weather(world)
  else if (dice < 0.82) move(world, { a, b })
  else if (dice < 0.86) a.input({ type: 'compact' })
  else if (dice < 0.88) a.skewMs += (below(chance, 3) - 1) * HOUR_MS
  else if (dice < 0.93) harm(world, tally, { a, b, dice })
}

function harm(
  world: World,
  tally: Tally,
  { a, b, dice }: { a: SimMachine; b: SimMachine; dice: number },
): void {
  if (dice < 0.91) fall(world, tally, a)
  else if (world.restores) restore(world, tally, a)
  else if (dice < 0.92) throwOut(world, { a, b })
}

function writeLetter(world: World, tally: Tally, { a, b }: { a: SimMachine; b: SimMachine }): void {
  if (a === b || !a.node()) return
  const lifeMs = world.chance() < 0.3 ? between(world.chance, 1000, 20_000) : 7 * 24 * HOUR_MS
  const expiresAtMs = Math.floor(1_700_000_000_000 + world.agenda.nowMs() + a.skewMs + lifeMs)
  const letter = { id: `m${tally.letters++}`, from: `a${a.i}`, to: `a${b.i}`, body: 'hello', expiresAtMs }
  a.input({ type: 'letter', letter })
}

function edit(world: World, tally: Tally, a: SimMachine): void {
  if (!a.node()) return
  const { chance } = world
  const id = `t${below(chance, 4)}`
  const fields = chance() < 0.02 ? [DELETED] : ['title', 'place', 'state'].slice(0, 1 + below(chance, 3))
  const value = `v${tally.entries++}`
  const sets = fields.map((field): Draft['sets'][number] => ({ kind: 'task', id, field, value }))
  if (chance() < 0.3) sets.push(...typed(world, { a, id, value }))
  a.input({ type: 'write', by: `a${a.i}`, sets })
}

/** A word somewhere in the text of a task, as an editor puts it there. */
function typed(
  world: World,
  { a, id, value }: { a: SimMachine; id: string; value: string },
): Draft['sets'][number][] {
  const log = a.node()?.state.log
  const ref = { kind: 'task', id, field: 'text' }
  if (!log) return []
  const words = (sharedText(log, ref) ?? '').split(' ')
  const text = words.toSpliced(below(world.chance, words.length + 1), 0, value).join(' ')
  const set = textValue(log, ref, { text, client: below(world.chance, 2 ** 32) })
  return set === null ? [] : [{ ...ref, value: set }]
}

/** Directions are cut and healed, one by one or all of a machine's. */
function weather(world: World): void {
  const { chance, network, machines } = world
  const a = below(chance, machines.length)
  const isAll = chance() < 0.3
  const isCut = chance() < 0.5
  for (const b of machines.keys()) {
    if (!isAll && chance() < 0.5) continue
    const [from, to] = chance() < 0.5 ? [a, b] : [b, a]
    const row = network.cut[from]
    if (row && from !== to) row[to] = isCut
  }
}

function move(world: World, { a, b }: { a: SimMachine; b: SimMachine }): void {
  const owner = world.machines.find((machine) => isOwner(machine.holdings().get('mover')))
  // Now and then somebody tries who has nothing to move.
  const holder = world.chance() < 0.7 ? (owner ?? a) : a
  if (world.chance() < 0.2) holder.input({ type: 'cancel-move', agent: 'mover' })
  else if (holder !== b)
    holder.input({ type: 'move', agent: 'mover', to: b.id, digest: `d${below(world.chance, 1e6)}` })
}

function fall(world: World, tally: Tally, a: SimMachine): void {
  tally.crashes++
  a.crash()
  world.agenda.after(between(world.chance, 100, 15_000), () => a.start())
}

/** Its disk dies, and the last backup is put on a new one. */
function restore(world: World, tally: Tally, a: SimMachine): void {
  const from = world.joinedAt[a.i] ?? 0
  const count = between(world.chance, from, a.disk.safe())
  // Set up is only what is on disk; before that there is nobody to ask what has become of an agent.
  if (count < from) return
  tally.crashes++
  a.crash()
  a.restore(Math.floor(count))
  world.agenda.after(between(world.chance, 100, 15_000), () => a.start())
}

/** Once in some worlds; never machine 0, over which the others are joined. */
function throwOut(world: World, { a, b }: { a: SimMachine; b: SimMachine }): void {
  const members = a.node()?.state.membership.members
  if (world.thrown || a === b || b.i === 0 || world.machines.length < 3) return
  // Whom it does not know yet it could not keep in the room.
  if (members?.size !== world.machines.length) return
  world.thrown = true
  const less = below(world.chance, 3)
  a.input({ type: 'revoke', whom: b.id, last: (_stream, have) => Math.max(0, have - less) })
}

function heal(world: World): void {
  world.chaos = false
  for (const row of world.network.cut) row.fill(false)
  for (const machine of world.machines) machine.start()
  world.agenda.runUntil(world.agenda.nowMs() + HEAL_MS)
}
