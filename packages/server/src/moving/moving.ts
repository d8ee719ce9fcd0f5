// Agents that move between machines, wired: the lease of core/mesh says who owns one, and everything here follows from it.
import { fault, hasMoveEnded, type AgentMove, type Clock, type MovePhase } from '@tutti/core'
import type { MeshChange, Holding, MeshInput } from '@tutti/core/mesh'
import type { NodeId, SignNow } from '@tutti/protocol'
import type { Store } from '../db/store.ts'
import type { Handlers, Log } from '../handler.ts'
import { createQueue, type InOrder } from '../queue.ts'
import type { Quietly } from '../quiet-work.ts'
import { createBook, type Changes, type KeptMove } from './book.ts'
import { createHandOver, type Endings } from './hand-over.ts'
import { createIncoming } from './incoming.ts'
import { createOutgoing } from './outgoing.ts'
import { createPaths } from './paths.ts'
import { refusalOf } from './refusal.ts'
import type { Residence } from './residence.ts'

/** A stream over a link, as the mesh has it. */
export interface MoveStream {
  readonly peer: NodeId
  send(bytes: Uint8Array): void
  close(): void
  listen(ears: { message(bytes: Uint8Array): void; closed(): void }): void
}

/** What moving asks of the mesh. */
export interface MeshSide {
  self: NodeId
  sign: SignNow
  open(peer: NodeId, purpose: string, head: unknown): MoveStream
  serve(purpose: string, accept: (stream: MoveStream, head: unknown) => void): void
  step(input: MeshInput): void
  settled(): Promise<void>
  holding(agent: string): Holding | undefined
  /** When this machine was restored from a backup; null for one that never was. */
  restoredAt: number | null
  isUp(node: NodeId): boolean
  isMember(node: NodeId): boolean
  /** The machine of an id that came from outside; throws node.unknown. */
  get(id: string): NodeId
  labelOf(node: NodeId): string
  /** Whether that machine's people may bring agents here. */
  mayBring(node: NodeId, agent: string): boolean
  /** Sends on what waits for agents that have moved. */
  takeUpMail(): void
  quietly: Quietly
}

export interface MovingDeps {
  store: Store
  clock: Clock
  log: Log
  /** Parcels lie here while agents move. */
  folder: string
  residence: Residence
}

export type MoveHandlers = Pick<Handlers, 'moveAgent' | 'listMoves' | 'getMove' | 'cancelMove'>

export interface Moving {
  handlers: MoveHandlers
  hasCopy(agent: string, digest: string): boolean
  /** Agents that this machine owns by a step that is not on disk yet, with their names. */
  arriving(): ReadonlyMap<string, string>
  /** What goes into the transaction of a step of the mesh. */
  also(changes: readonly MeshChange[]): Changes
  linked(peer: NodeId, state: 'up' | 'reset' | 'down'): void
  /** Goes on with what the process before this one left. */
  recover(): Promise<void>
  close(): void
}

/** What the parts of moving share. */
export interface MovingRoom extends MovingDeps {
  mesh: MeshSide
  book: ReturnType<typeof createBook>
  paths: ReturnType<typeof createPaths>
  endings: Endings
  /** Work on the parcels of one agent, one after the other. */
  inOrder: InOrder
  /** The agent may be worked on again, or lives elsewhere. */
  heldFor(kept: KeptMove): void
}

const LOOK_MS = 20_000

type Waiters = Set<(move: AgentMove) => void>

export function createMoving(deps: MovingDeps, mesh: MeshSide): Moving {
  const { store, residence, clock } = deps
  const book = createBook(store)
  const paths = createPaths(deps.folder)
  const waiters: Waiters = new Set()
  const room: MovingRoom = {
    ...deps,
    mesh,
    book,
    paths,
    endings: new Map(),
    inOrder: createQueue(),
    heldFor: ({ move }) => residence.hold(move.agent, refusalOf(move), move.phase === 'done'),
  }
  const outgoing = createOutgoing(room)
  const incoming = createIncoming(room)
  const handOver = createHandOver(room)

  const over = async (move: AgentMove): Promise<void> => {
    await room.inOrder(move.agent, async () => {
      // The next one may have begun meanwhile, and has its parcel in the same place.
      const now = book.find(move.agent)
      if (now && !hasMoveEnded(now.move)) return
      outgoing.stop(move.agent)
      book.forget(move.agent)
      await paths.remove(move.agent)
    })
    if (move.phase === 'done' && move.direction === 'out') mesh.takeUpMail()
  }
  const unsubscribe = store.onEvents((events) => {
    for (const event of events) {
      if (event.type !== 'move.changed') continue
      const kept = book.find(event.data.agent)
      if (kept) room.heldFor(kept)
      for (const hear of waiters) hear(event.data)
      if (hasMoveEnded(event.data)) mesh.quietly(over(event.data))
    }
  })

  const found = (agent: string): KeptMove => {
    const kept = book.find(agent)
    if (!kept) throw fault('move.unknown', { agent: residence.find(agent)?.name ?? agent })
    return kept
  }

  const past = async (agent: string, phase: MovePhase | undefined): Promise<AgentMove> => {
    const { move } = found(agent)
    if (move.phase !== phase || hasMoveEnded(move)) return move
    await changeOf({ clock, waiters }, { agent, phase })
    return found(agent).move
  }

  return {
    handlers: {
      moveAgent: (input, { by }) => outgoing.begin(input, by),
      listMoves: () => newestFirst(book.list()),
      getMove: ({ agent, past: phase }) => past(agent, phase),
      cancelMove: ({ agent }, { by }) => outgoing.cancel(found(agent), by),
    },
    hasCopy: incoming.hasCopy,
    arriving: incoming.arriving,
    also: handOver,
    linked(peer, state) {
      if (state !== 'down') outgoing.linked(peer)
    },
    async recover() {
      await incoming.recover()
      await outgoing.recover()
    },
    close() {
      unsubscribe()
      outgoing.close()
    },
  }
}

const newestFirst = (kept: readonly KeptMove[]): AgentMove[] =>
  kept.map(({ move }) => move).sort((a, b) => b.startedAt - a.startedAt)

/** Resolves when that move is in another phase, or after a while. */
const changeOf = (
  { clock, waiters }: { clock: Clock; waiters: Waiters },
  { agent, phase }: { agent: string; phase: MovePhase },
): Promise<void> =>
  new Promise((resolve) => {
    const end = (): void => {
      waiters.delete(hear)
      cancel()
      resolve()
    }
    const hear = (changed: AgentMove): void => {
      if (changed.agent === agent && changed.phase !== phase) end()
    }
    const cancel = clock.after(LOOK_MS, end)
    waiters.add(hear)
  })
