// The network between simulated machines: slow, lossy, doubling, cut in one direction or both, and closed by some routers.
import type { LinkFrame, NodeId, Relay } from '@tutti/protocol'
import { directCarrier } from '../link.ts'
import { neighbours } from '../mesh-node.ts'
import { newQuota, nextHop, passOn, type Quota, type Surroundings } from '../relay.ts'
import { below, between, type Chance } from './chance.ts'
import type { SimMachine } from './machine.ts'
import type { Faults, World } from './world.ts'

export interface Network {
  /** Which directions carry nothing at the moment. */
  readonly cut: boolean[][]
  /** Whether the two can reach each other over others only. */
  isShut(a: number, b: number): boolean
  dial(from: SimMachine, whom: { to: number; isOnlyDirect: boolean }): void
  send(from: SimMachine, to: number, said: { carrier: string; frame: LinkFrame }): void
  /** What a link has taken for passing on. */
  relayed(at: SimMachine, neighbour: NodeId, frame: Relay): void
  closed(from: SimMachine, to: number, carrier: string): void
}

interface Packet {
  readonly carrier: string
  readonly frame: LinkFrame
}

interface Wires {
  readonly world: () => World
  readonly faults: Faults
  readonly cut: boolean[][]
  /** Sealed bytes are a number into this list: whoever passes them on can read nothing else. */
  readonly packets: Packet[]
  readonly quotas: Map<number, Quota>
  serial: number
}

export function newNetwork(
  world: () => World,
  given: { count: number; faults: Faults; chance: Chance },
): Network {
  const cut = Array.from({ length: given.count }, () => Array.from({ length: given.count }, () => false))
  const shut = shutPairs(given)
  const isShut = (a: number, b: number) => shut.has(`${Math.min(a, b)} ${Math.max(a, b)}`)
  const wires: Wires = { world, faults: given.faults, cut, packets: [], quotas: new Map(), serial: 0 }
  return {
    cut,
    isShut,
    dial(from, { to, isOnlyDirect }) {
      const isDirect = !isShut(from.i, to)
      if (isDirect || !isOnlyDirect) dial(wires, from, { to, isDirect, isOnlyDirect })
    },
    send: (from, to, said) => send(wires, from, { to, said }),
    relayed: (at, neighbour, frame) => passed(wires, at, { neighbour, frame }),
    closed(from, to, carrier) {
      // Sometimes the other side learns of it only by silence.
      if (carrier.startsWith('r') || below(world().chance, 2) === 0) return
      const input = { type: 'closed', carrier } as const
      world().agenda.after(latency(wires), () => {
        world().machines[to]?.input({ type: 'link', peer: from.id, input })
      })
    },
  }
}

/** Some pairs can never reach each other themselves; each of them reaches machine 0. */
function shutPairs({ count, chance }: { count: number; chance: Chance }): Set<string> {
  const pairs = new Set<string>()
  for (let a = 1; a < count; a++)
    for (let b = a + 1; b < count; b++) if (chance() < 0.4) pairs.add(`${a} ${b}`)
  return pairs
}

function latency({ world, faults }: Wires): number {
  const { chance, chaos } = world()
  return chaos && chance() < faults.slow ? between(chance, 100, 3000) : between(chance, 1, 50)
}

function around({ world }: Wires, machine: SimMachine): Surroundings {
  const node = machine.node()
  const relays = new Set(world().machines.flatMap(({ id }, i) => (i % 2 === 0 ? id : [])))
  return {
    self: machine.id,
    ups: new Set(node ? neighbours(node) : []),
    sees: node?.sees ?? new Map(),
    relays,
  }
}

interface Dial {
  to: number
  isDirect: boolean
  isOnlyDirect: boolean
}

function dial(wires: Wires, from: SimMachine, { to, isDirect, isOnlyDirect }: Dial): void {
  const world = wires.world()
  const target = world.machines[to]
  if (!target) return
  if (isDirect && world.chance() < 0.7) {
    const life = from.life()
    world.agenda.after(latency(wires), () => {
      if (from.life() === life) open(wires, from, target)
    })
    return
  }
  if (isOnlyDirect) return
  const hop = nextHop(around(wires, from), target.id, 3)
  if (!hop || hop === target.id) return
  const carrier = `r${wires.serial++}`
  const input = { type: 'opened', carrier, relayed: true, binding: carrier, dialled: true } as const
  from.input({ type: 'link', peer: target.id, input })
}

function open({ cut, ...wires }: Wires, from: SimMachine, target: SimMachine): void {
  const isThere = target.node()?.links.has(from.id) === true
  if (!isThere || cut[from.i]?.[target.i] === true || cut[target.i]?.[from.i] === true) return
  const carrier = `c${from.life()}-${from.i}-${target.i}-${wires.world().agenda.nowMs()}`
  const opened = { type: 'opened', carrier, relayed: false, binding: carrier } as const
  target.input({ type: 'link', peer: from.id, input: { ...opened, dialled: false } })
  from.input({ type: 'link', peer: target.id, input: { ...opened, dialled: true } })
}

interface Parcel {
  readonly to: number
  readonly said: Packet
}

function send(wires: Wires, from: SimMachine, { to, said }: Parcel): void {
  if (said.carrier.startsWith('r')) return sendSealed(wires, from, { to, said })
  const { chance, chaos, agenda, machines } = wires.world()
  const { loss, copies } = wires.faults
  const count = !chaos || chance() >= copies ? 1 : 2
  for (let n = 0; n < count; n++) {
    if (chaos && chance() < loss) continue
    agenda.after(latency(wires), () => {
      if (wires.cut[from.i]?.[to] === true) return
      const input = { type: 'frame', carrier: said.carrier, frame: said.frame } as const
      machines[to]?.input({ type: 'link', peer: from.id, input })
    })
  }
}

function sendSealed(wires: Wires, from: SimMachine, { to, said }: Parcel): void {
  const target = wires.world().machines[to]
  const hop = target && nextHop(around(wires, from), target.id, 3)
  if (!hop || hop === target.id) return
  const body = new TextEncoder().encode(`${wires.packets.push(said) - 1}`)
  overNeighbour(wires, from, {
    neighbour: hop,
    frame: { type: 'relay', from: from.id, to: target.id, hops: 3, body },
  })
}

interface Handed {
  readonly neighbour: NodeId
  readonly frame: Relay
}

function overNeighbour(wires: Wires, at: SimMachine, { neighbour, frame }: Handed): void {
  const link = at.node()?.links.get(neighbour)
  const carrier = link && directCarrier(link)
  if (carrier) send(wires, at, { to: wires.world().indexOf(neighbour), said: { carrier, frame } })
}

/** A machine was handed sealed bytes: for itself, or to pass on. */
function passed(wires: Wires, at: SimMachine, { neighbour, frame }: Handed): void {
  const quota = wires.quotas.get(at.i) ?? newQuota()
  wires.quotas.set(at.i, quota)
  const atMs = wires.world().agenda.nowMs()
  const passing = passOn(frame, { ...around(wires, at), neighbour, quota, atMs })
  if (passing.act === 'pass') overNeighbour(wires, at, { neighbour: passing.to, frame: passing.frame })
  if (passing.act === 'here') unsealed(wires, at, frame)
}

function unsealed({ packets }: Wires, at: SimMachine, frame: Relay): void {
  const packet = packets[Number(new TextDecoder().decode(frame.body))]
  const link = at.node()?.links.get(frame.from)
  if (!packet || !link) return
  const { carrier } = packet
  if (!link.carriers.has(carrier)) {
    // The rest of a carrier that we do not have opens none.
    if (packet.frame.type !== 'hello') return
    const input = { type: 'opened', carrier, relayed: true, binding: carrier, dialled: false } as const
    at.input({ type: 'link', peer: frame.from, input })
  }
  at.input({ type: 'link', peer: frame.from, input: { type: 'frame', carrier, frame: packet.frame } })
}
