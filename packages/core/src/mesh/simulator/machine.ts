// One simulated machine: its process lives until it crashes, and knows afterwards what its disk can tell.
import type { NodeId } from '@tutti/protocol'
import { isNodeId } from '@tutti/protocol'
import { applyHolding, doubtsOf, isOwner, type Holdings } from '../lease.ts'
import type { Letter, Notice } from '../mail-queue.ts'
import { newMeshNode, stepNode, type MeshInput } from '../mesh-node.ts'
import { applyChange, emptyMesh, type MeshChange, type MeshState } from '../mesh-state.ts'
import { peerCodec, type MessageCodec } from '../peer-message.ts'
import type { MeshDeps, MeshNode, MeshOutput } from '../turn.ts'
import type { FieldPolicy } from '../field-policy.ts'
import { between } from './chance.ts'
import { newDisk, type Disk } from './disk.ts'
import { playCrypto, type PlayNode } from './play-crypto.ts'
import type { World } from './world.ts'

/** One write to the disk: what one step has changed, and what its user is told with it. */
export interface DiskRecord {
  readonly changes: readonly MeshChange[]
  readonly letters: readonly Letter[]
  readonly notices: readonly Notice[]
}

export const SIM_POLICY: FieldPolicy = { task: { '*': 'any' } }
const BASE_MS = 1_700_000_000_000

/** Most worlds speak plain JSON, which is quick; every eighth what really goes over the wire. */
const quickCodec: MessageCodec = {
  encode: (message) => new TextEncoder().encode(JSON.stringify(message)),
  // What the same function has written: the only unchecked JSON of the mesh, and never from outside.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  decode: (bytes) => JSON.parse(new TextDecoder().decode(bytes)) as ReturnType<MessageCodec['decode']>,
}

/** Agents called `a<machine>` never move. */
export const homeOfAgent = (world: World, agent: string): NodeId | null =>
  world.machines[Number(agent.slice(1))]?.id ?? null

interface Waiting {
  readonly record: number
  readonly outputs: readonly MeshOutput[]
}

export interface MachineGiven {
  readonly i: number
  readonly key: PlayNode
  readonly crashRate: number
}

export class SimMachine {
  readonly i: number
  readonly id: NodeId
  readonly disk: Disk
  /** How wrong its wall clock is. */
  skewMs = 0
  readonly #world: World
  readonly #given: MachineGiven
  readonly #dials = new Map<NodeId, number>()
  #node: MeshNode | null = null
  #life = 0
  #epoch = 1
  #appended = 0
  #synced = 0
  #waiting: Waiting[] = []
  #holdings: Holdings = new Map()

  constructor(world: World, given: MachineGiven) {
    this.#world = world
    this.#given = given
    this.i = given.i
    this.id = given.key.id
    this.disk = newDisk(world.chance)
  }

  node(): MeshNode | null {
    return this.#node
  }

  /** Changes with each start and crash, so that what an old process has begun ends with it. */
  life(): number {
    return this.#life
  }

  /** What the disk says of moving agents, as of the last sync. */
  holdings(): Holdings {
    return this.#holdings
  }

  start(): void {
    if (this.#node) return
    this.#life++
    this.#dials.clear()
    const { state, records } = this.#loaded()
    this.#appended = records.length
    this.#synced = records.length
    this.#waiting = []
    this.#holdings = new Map(state.holdings)
    for (const { changes } of records) this.#noteRevocation(changes)
    checkOwners(this.#world)
    const life = this.#life
    this.#node = newMeshNode(
      depsOf(this.#world, this.#given, { life, epoch: this.#epoch }),
      state,
      this.#now().atMs,
    )
    this.#tick(life, between(this.#world.chance, 0, 300))
  }

  crash(): void {
    const node = this.#node
    if (!node) return
    const { network, indexOf } = this.#world
    for (const [peer, link] of node.links)
      for (const carrier of link.carriers.keys()) network.closed(this, indexOf(peer), carrier)
    this.#node = null
    this.#life++
    this.#waiting = []
    this.disk.crash()
  }

  /** Of the machine, which is down, a backup is put in place that held the first so many writes. */
  restore(count: number): void {
    const [before] = [this.#loaded().state.holdings]
    this.disk.restore(count)
    this.#epoch++
    const changes = doubtsOf(this.#loaded().state.holdings).map(
      (change) => ({ table: 'holding', change }) as const,
    )
    const upto = this.disk.append(JSON.stringify({ changes, letters: [], notices: [] }))
    this.disk.sync(upto)
    this.#holdings = new Map(this.#loaded().state.holdings)
    for (const [agent, { phase }] of before)
      if (phase !== 'gone' && this.#holdings.get(agent)?.phase !== 'doubted') this.#world.lost.add(agent)
    this.#world.restored.add(this.i)
  }

  #loaded(): { state: MeshState; records: DiskRecord[] } {
    const state = emptyMesh(this.id, SIM_POLICY)
    const records = this.disk.read().map(readRecord)
    for (const { changes } of records) for (const change of changes) applyChange(state, change)
    return { state, records }
  }

  input(input: MeshInput): void {
    if (!this.#node) return
    const { changes, outputs } = stepNode(this.#node, input, this.#now())
    const letters = outputs.flatMap((output) => (output.type === 'letter' ? output.letter : []))
    const notices = outputs.flatMap((output) => (output.type === 'notice' ? output.notice : []))
    for (const output of outputs)
      if (output.type === 'misconduct') this.#world.wrongs.push(`${this.i} saw ${output.what}`)
    const life = this.#life
    if (changes.length > 0 || notices.length > 0) this.#write({ changes, letters, notices })
    if (this.#life !== life) return
    this.#waiting.push({ record: this.#appended, outputs })
    this.#release()
  }

  #now(): { atMs: number; wallMs: number } {
    const nowMs = this.#world.agenda.nowMs()
    // No two machines count from the same moment.
    return { atMs: nowMs + this.i * 1000, wallMs: BASE_MS + nowMs + this.skewMs }
  }

  #tick(life: number, inMs: number): void {
    this.#world.agenda.after(inMs, () => {
      if (this.#life !== life) return
      this.input({ type: 'time' })
      this.#tick(life, between(this.#world.chance, 300, 500))
    })
  }

  /** Crash points lie before the disk has it, after that, and between any two things that are said. */
  #mayCrash(): boolean {
    const { chaos, chance, agenda } = this.#world
    if (!chaos || chance() >= this.#given.crashRate) return false
    this.crash()
    agenda.after(between(chance, 100, 12_000), () => this.start())
    return true
  }

  #write(record: DiskRecord): void {
    this.#appended = this.disk.append(JSON.stringify(record))
    if (this.#mayCrash()) return
    const [upto, life] = [this.#appended, this.#life]
    const { agenda, chance } = this.#world
    agenda.after(between(chance, 1, 12), () => {
      if (this.#life !== life) return
      this.disk.sync(upto)
      this.#synced = Math.max(this.#synced, upto)
      this.#note(record.changes)
      if (!this.#mayCrash()) this.#release()
    })
  }

  #release(): void {
    const life = this.#life
    while (this.#waiting[0] && this.#waiting[0].record <= this.#synced) {
      const [first] = this.#waiting.splice(0, 1)
      for (const output of first?.outputs ?? []) {
        if (this.#life !== life || this.#mayCrash()) return
        this.#act(output)
      }
    }
  }

  #act(output: MeshOutput): void {
    if (output.type !== 'link') return
    const { network, indexOf } = this.#world
    const to = indexOf(output.peer)
    const { output: said } = output
    if (said.type === 'frame') network.send(this, to, said)
    else if (said.type === 'close') network.closed(this, to, said.carrier)
    else if (said.type === 'relayed') network.relayed(this, output.peer, said.frame)
    else if (said.type === 'dial') this.#dial(output.peer, { to, isOnlyDirect: said.direct })
  }

  #dial(peer: NodeId, { to, isOnlyDirect }: { to: number; isOnlyDirect: boolean }): void {
    const nowMs = this.#world.agenda.nowMs()
    // Waiting for the disk may bring two dials a little closer together than they were asked for.
    if (nowMs - (this.#dials.get(peer) ?? -Infinity) < 985)
      this.#world.wrongs.push(`${this.i} dialled ${to} twice within a second`)
    this.#dials.set(peer, nowMs)
    this.#world.network.dial(this, { to, isOnlyDirect })
  }

  #noteRevocation(changes: readonly MeshChange[]): void {
    for (const change of changes)
      if (change.table === 'record' && change.record.kind === 'revocation' && isNodeId(change.record.subject))
        this.#world.revoked = change.record.subject
  }

  #note(changes: readonly MeshChange[]): void {
    this.#noteRevocation(changes)
    const moves = changes.flatMap((change) => (change.table === 'holding' ? change.change : []))
    for (const change of moves) applyHolding(this.#holdings, change)
    if (moves.length > 0) checkOwners(this.#world)
  }
}

/** What the machine itself has written. */
// oxlint-disable-next-line typescript/no-unsafe-type-assertion
export const readRecord = (text: string): DiskRecord => JSON.parse(text) as DiskRecord

function depsOf(
  world: World,
  { key, i }: MachineGiven,
  { life, epoch }: { life: number; epoch: number },
): MeshDeps {
  const { chance } = world
  let serial = 0
  return {
    self: key.id,
    session: `s${i}-${life}`,
    epoch,
    crypto: playCrypto,
    sign: key.sign,
    codec: world.seed % 8 === 0 ? peerCodec : quickCodec,
    newNonce: () => `n${i}-${life}-${serial++}`,
    chance,
    homeOf: (_state: unknown, agent: string) => homeOfAgent(world, agent),
    hasCopy: () => chance() < 0.8,
    card: () => ({ name: `machine-${i % 2}`, urls: [], relay: i % 2 === 0, version: '1' }),
  }
}

/** At every instant, by what the disks say: no agent has two owners, and some disk has its key and mailbox. */
function checkOwners(world: World): void {
  const owners = new Map<string, number>()
  const kept = new Set<string>(world.lost)
  for (const machine of world.machines)
    for (const [agent, holding] of machine.holdings()) {
      if (holding.phase !== 'gone') kept.add(agent)
      if (isOwner(holding) && machine.id !== world.revoked) owners.set(agent, (owners.get(agent) ?? 0) + 1)
    }
  for (const [agent, count] of owners) if (count > 1) world.wrongs.push(`${agent} has ${count} owners`)
  for (const machine of world.machines)
    for (const agent of machine.holdings().keys())
      if (!kept.has(agent)) world.wrongs.push(`nobody has ${agent} any more`)
}
