// The old home of an agent that moves: packs it, sends the parcel as often as it takes, and lets go when the lease says so.
import { Fault, fault, hasMoveEnded, type AgentMove, type ParsedOf } from '@tutti/core'
import type { NodeId } from '@tutti/protocol'
import type { By } from '../db/store.ts'
import type { KeptMove } from './book.ts'
import type { MovingRoom } from './moving.ts'
import { createSending } from './sending.ts'

const MOVING: By = { actor: 'system', address: '', act: 'moveAgent', audited: false }
export function createOutgoing(room: MovingRoom) {
  const { mesh, book, clock } = room
  const fail = async (kept: KeptMove, why: string): Promise<void> => {
    const { agent } = kept.move
    sending.stop(agent)
    if (mesh.holding(agent)?.phase === 'offering') {
      room.endings.set(agent, { phase: 'failed', why })
      mesh.step({ type: 'cancel-move', agent })
      return mesh.settled()
    }
    return book.save(
      { ...kept, move: { ...kept.move, phase: 'failed', why, endedAt: clock.now() } },
      { ...MOVING },
    )
  }

  const sending = createSending(room, fail)
  const { drive, stop } = sending

  /** Packs what is to be packed, offers it and begins to send. */
  const carryOut = async (kept: KeptMove): Promise<void> => {
    const { agent, node, nodeName } = kept.move
    try {
      const packed = kept.move.phase === 'packing' ? await room.inOrder(agent, () => pack(room, kept)) : kept
      if (book.find(agent)?.move.phase !== 'sending') return
      mesh.step({ type: 'move', agent, to: mesh.get(node), digest: packed.detail.digest })
      await mesh.settled()
      if (mesh.holding(agent)?.phase !== 'offering')
        return await fail(packed, 'this machine is not its owner, or another move is under way')
      drive(agent)
    } catch (error) {
      room.log.warn('move.failed', { agent, node: nodeName, problem: String(error) })
      await fail(book.find(agent) ?? kept, error instanceof Error ? error.message : String(error))
    }
  }

  return {
    stop,
    linked(peer: NodeId): void {
      for (const { move } of book.list()) if (move.node === peer) drive(move.agent)
    },
    /** Throws what is in the way; the rest is told by the move itself. */
    async begin(input: ParsedOf<'moveAgent'>, by: By): Promise<AgentMove> {
      const kept = newMove(room, input)
      await book.save(kept, by)
      mesh.quietly(carryOut(kept))
      return kept.move
    },
    /** Throws move.too-late once it is being handed over. */
    async cancel(kept: KeptMove, by: By): Promise<AgentMove> {
      const { agent, name, phase, direction } = kept.move
      if (direction === 'in' || (phase !== 'packing' && phase !== 'sending'))
        throw fault('move.too-late', { name, phase })
      stop(agent)
      const ending = { phase: 'cancelled', why: `It was called off by ${by.actor}` } as const
      if (mesh.holding(agent)?.phase === 'offering') {
        room.endings.set(agent, ending)
        mesh.step({ type: 'cancel-move', agent })
        await mesh.settled()
      } else await book.save({ ...kept, move: { ...kept.move, ...ending, endedAt: clock.now() } }, by)
      const { move } = book.find(agent) ?? kept
      if (move.phase !== 'cancelled') throw fault('move.too-late', { name, phase: move.phase })
      return move
    },
    async recover(): Promise<void> {
      for (const kept of book.list()) {
        if (kept.move.direction === 'in' || hasMoveEnded(kept.move)) continue
        if (kept.move.phase === 'handing-over') continue // the mesh itself says again what was not answered
        if (mesh.holding(kept.move.agent)?.phase === 'doubted') continue // called off, or done, when that is over
        if (!mesh.isMember(mesh.get(kept.move.node))) await fail(kept, 'the room was left')
        else mesh.quietly(carryOut(kept))
      }
    },
    close: sending.close,
  }
}

function newMove({ mesh, book, residence, clock }: MovingRoom, input: ParsedOf<'moveAgent'>): KeptMove {
  const node = mesh.get(input.to)
  if (node === mesh.self) throw fault('node.self')
  const agent = residence.find(input.agent)
  if (!agent) throw fault('agent.unknown', { id: input.agent })
  const before = book.find(agent.id)?.move
  const nodeName = mesh.labelOf(node)
  if (before && before.direction === 'out' && !hasMoveEnded(before))
    throw fault('agent.moving', { name: agent.name, node: before.nodeName })
  if (agent.deletedAt !== null) throw fault('agent.deleted', { name: agent.name })
  if (agent.session?.adopted) throw fault('agent.adopted', { name: agent.name, what: 'move' })
  return {
    move: {
      agent: agent.id,
      name: agent.name,
      direction: 'out',
      node,
      nodeName,
      phase: 'packing',
      sentBytes: 0,
      sizeBytes: 0,
      why: '',
      startedAt: clock.now(),
      endedAt: null,
    },
    detail: { workingCopy: input.workingCopy, digest: '', mailSeq: 0, folder: '', made: false },
  }
}

/** Its program is ended first: what is packed is the last that it did here. */
async function pack(room: MovingRoom, kept: KeptMove): Promise<KeptMove> {
  const { mesh, residence, paths, book } = room
  const { agent: id, nodeName } = kept.move
  await residence.hibernate(id, `It moves to ${nodeName}`)
  const agent = residence.find(id)
  if (!agent) throw new Fault('agent.unknown', { id })
  const { sizeBytes, sha256, mailSeq } = await residence.pack(agent, {
    path: await paths.outgoing(id),
    workingCopy: kept.detail.workingCopy,
    by: mesh.self,
    label: mesh.labelOf(mesh.self),
    sign: mesh.sign,
  })
  const packed: KeptMove = {
    move: { ...kept.move, phase: 'sending', sizeBytes },
    detail: { ...kept.detail, digest: sha256, mailSeq },
  }
  // It may have been called off meanwhile.
  if (book.find(id)?.move.phase === 'packing') await book.save(packed, MOVING)
  return packed
}
