// Runs the mesh of this machine: steps of the pure reducer, each on disk before anything of it is said (see core/mesh).
import type { Clock, NewEvent } from '@tutti/core'
import {
  newMeshNode,
  stepNode,
  type Letter,
  type MeshChange,
  type MeshDeps,
  type MeshInput,
  type MeshNode,
  type MeshOutput,
  type MeshState,
  type Moment,
  type Notice,
} from '@tutti/core/mesh'
import type { LinkFrame, NodeId, SignedRecord } from '@tutti/protocol'
import type { Statement } from '../db/store.ts'
import type { Log } from '../handler.ts'
import { quietWork } from '../quiet-work.ts'
import { createCarriers, type Carriers } from './carriers.ts'
import { createSaying } from './saying.ts'
import { statementsFor } from './state-rows.ts'
import type { Carrier } from './transport.ts'

export interface RuntimeDeps {
  clock: Clock
  log: Log
  now(): Moment
  /** What is on disk now. */
  load(): MeshState
  mesh: Omit<MeshDeps, 'session'>
  newSession(): string
  /** Writes statements and events, and letters into their mailboxes, in one transaction; resolves after the fsync. */
  write(also: Also, letters: readonly Letter[]): Promise<void>
  /** What others of this machine write together with a step. */
  also?(changes: readonly MeshChange[]): Also
  /** `direct`: not over others. */
  dial(peer: NodeId, direct: boolean): void
  ears: RuntimeEars
}

/** What belongs into the transaction of a step. */
export interface Also {
  statements: readonly Statement[]
  events: readonly NewEvent[]
}

/** Bytes of a channel that the mesh itself does not read. */
export type StreamPiece = Extract<MeshOutput, { type: 'stream' }>

/** What the rest of the mesh hears, once it is on disk. */
export interface RuntimeEars {
  notices(notices: readonly Notice[]): void
  /** Records that are new in the directory. */
  records(records: readonly SignedRecord[]): void
  /** `reset`: it is up, and what was on its way before may be lost. */
  link(peer: NodeId, state: 'up' | 'reset' | 'down'): void
  stream(piece: StreamPiece): void
  relayed(peer: NodeId, frame: Extract<LinkFrame, { type: 'relay' }>): void
  misconduct(peer: NodeId, what: string): void
  /** A link has taken a step: there may be room for more. */
  moved(peer: NodeId): void
}

export interface Runtime {
  node(): MeshNode
  step(input: MeshInput): void
  /** Takes a carrier that leads to a member, dialled by either side. */
  carry(carrier: Carrier, relayed: boolean): void
  /** Hands a frame to a carrier as it is, past the link. */
  pass(carrier: string, frame: LinkFrame): void
  /** Resolves when all steps so far are on disk. */
  settled(): Promise<void>
  close(): void
}

// A link looks after itself in steps of this size; what comes in is dealt with at once.
const TICK_MS = 250
// After the disk refused a step.
const RESTART_MS = 2000

export function createRuntime(deps: RuntimeDeps): Runtime {
  const { clock, log, now, ears } = deps
  const start = (): MeshNode =>
    newMeshNode({ ...deps.mesh, session: deps.newSession() }, deps.load(), now().atMs)
  let node = start()
  let isClosed = false
  /** Memory is ahead of the disk, which cannot be read. */
  let isLost = false
  let cancelTick = clock.after(TICK_MS, tick)

  const carriers = createCarriers({
    told: (peer, input) => step({ type: 'link', peer, input }),
    broken: (peer) => ears.misconduct(peer, 'a frame that cannot be read'),
  })
  const speaker = { carriers, dial: deps.dial, ears }
  const saying = createSaying({
    say(outputs) {
      // What became of a step while the daemon stops is on disk: nobody is dialled or answered any more.
      if (!isClosed) say(speaker, outputs)
    },
    refused: restart,
    quietly: quietWork(log, 'mesh.failed'),
  })

  function tick(): void {
    step({ type: 'time' })
    cancelTick = clock.after(TICK_MS, tick)
  }

  function step(input: MeshInput): void {
    if (isClosed || isLost) return
    const { changes, outputs } = stepNode(node, input, now())
    const letters = outputs.flatMap((output) => (output.type === 'letter' ? output.letter : []))
    const notices = noticesOf(outputs)
    const isPlain = changes.length === 0 && notices.length === 0
    // What is passed on for others is nothing of ours: a keystroke of theirs does not wait for our disk.
    say(speaker, outputs.filter(isPassing))
    saying.add(
      outputs.filter((output) => !isPassing(output)),
      isPlain ? null : written(deps, node.state, { changes, notices, letters }),
    )
    const records = changes.flatMap((change) => (change.table === 'record' ? change.record : []))
    if (records.length > 0) ears.records(records)
    if (input.type === 'link' && input.input.type === 'frame') ears.moved(input.peer)
  }

  /** The disk does not have what memory has: memory begins again with what the disk has, as after a crash. */
  function restart(error: unknown): void {
    if (isClosed) return
    log.warn('mesh.restarted', { problem: String(error) })
    cancelTick()
    saying.drop()
    carriers.drop()
    const { ups } = node
    try {
      node = start()
      isLost = false
    } catch (problem) {
      isLost = true
      cancelTick = clock.after(RESTART_MS, () => restart(problem))
      return
    }
    for (const peer of ups) ears.link(peer, 'down')
    cancelTick = clock.after(RESTART_MS, tick)
  }

  return {
    node: () => node,
    step,
    carry(carrier, relayed) {
      if (isClosed || !node.links.has(carrier.peer)) carrier.close()
      else carriers.add(carrier, relayed)
    },
    pass: carriers.send,
    settled: saying.settled,
    close() {
      isClosed = true
      cancelTick()
      carriers.drop()
    },
  }
}

interface Step {
  changes: readonly MeshChange[]
  notices: readonly Notice[]
  letters: readonly Letter[]
}

async function written(
  { also: others, write }: RuntimeDeps,
  state: MeshState,
  { changes, notices, letters }: Step,
): Promise<void> {
  const also = others?.(changes)
  const own = [...statementsFor(state, changes), ...notices.map(noticeStatement)]
  const statements = [...own, ...(also?.statements ?? [])]
  await write({ statements, events: also?.events ?? [] }, letters)
}

interface Speaker {
  carriers: Carriers
  dial(peer: NodeId, direct: boolean): void
  ears: RuntimeEars
}

function say(speaker: Speaker, outputs: readonly MeshOutput[]): void {
  const { ears } = speaker
  for (const output of outputs) {
    if (output.type === 'stream') ears.stream(output)
    else if (output.type === 'misconduct') ears.misconduct(output.peer, output.what)
    else if (output.type === 'link') sayOnLink(speaker, output)
  }
  const notices = noticesOf(outputs)
  if (notices.length > 0) ears.notices(notices)
}

function sayOnLink(
  { carriers, dial, ears }: Speaker,
  { peer, output }: Extract<MeshOutput, { type: 'link' }>,
): void {
  if (output.type === 'frame') carriers.send(output.carrier, output.frame)
  else if (output.type === 'close') carriers.close(output.carrier)
  else if (output.type === 'dial') dial(peer, output.direct)
  else if (output.type === 'relayed') ears.relayed(peer, output.frame)
  else if (output.type === 'down') ears.link(peer, 'down')
  else ears.link(peer, output.reset ? 'reset' : 'up')
}

const isPassing = (output: MeshOutput): boolean => output.type === 'link' && output.output.type === 'relayed'

const noticesOf = (outputs: readonly MeshOutput[]): Notice[] =>
  outputs.flatMap((output) => (output.type === 'notice' ? output.notice : []))

const noticeStatement = ({ id, outcome }: Notice): Statement => ({
  sql: 'INSERT INTO mesh_notices (id, outcome) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET outcome = excluded.outcome',
  values: [id, outcome],
})
