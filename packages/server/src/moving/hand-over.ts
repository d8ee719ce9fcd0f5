// The instant of a move: what changes here with the lease, in the lease's own transaction. So an agent's row, key and mailbox
// are at one machine exactly as long as the lease says.
import { must, type MovePhase } from '@tutti/core'
import type { Holding, MeshChange } from '@tutti/core/mesh'
import type { Changes, KeptMove } from './book.ts'
import { doubt, trust, yielded } from './doubts.ts'
import type { MovingRoom } from './moving.ts'

/** How a move that is being called off is to be told. */
export type Endings = Map<string, { phase: Extract<MovePhase, 'cancelled' | 'failed'>; why: string }>

export type HandOverRoom = Pick<
  MovingRoom,
  'book' | 'residence' | 'clock' | 'paths' | 'endings' | 'mesh' | 'store'
>

export const createHandOver =
  (room: HandOverRoom) =>
  (changes: readonly MeshChange[]): Changes => {
    const also = changes.flatMap((change) =>
      change.table === 'holding' ? followed(room, change.change.agent, change.change.holding) : [],
    )
    return {
      statements: also.flatMap(({ statements }) => statements),
      events: also.flatMap(({ events }) => events),
    }
  }

function followed(room: HandOverRoom, agent: string, holding: Holding | null): Changes[] {
  const kept = room.book.find(agent)
  if (holding?.phase === 'doubted') doubt(room, agent)
  if (holding?.phase === 'owner') trust(room, agent)
  if (holding?.phase === 'gone' && room.residence.find(agent)?.deletedAt === null)
    return [yielded(room, agent, holding)]
  if (!kept) return []
  return kept.move.direction === 'in' ? coming(room, kept, holding) : leaving(room, kept, holding)
}

function coming(room: HandOverRoom, kept: KeptMove, holding: Holding | null): Changes[] {
  if (kept.move.phase !== 'ready') return []
  if (holding === null) return [calledOff(room, kept)]
  return holding.phase === 'owner' ? arrived(room, kept) : []
}

function leaving(room: HandOverRoom, kept: KeptMove, holding: Holding | null): Changes[] {
  const { phase, agent } = kept.move
  if (holding?.phase === 'owner') return stayed(room, kept)
  if (phase === 'sending' && holding?.phase === 'released') return [released(room, kept)]
  if (phase === 'handing-over' && holding?.phase === 'gone')
    return [room.residence.scrub(agent), ended(room, kept, { phase: 'done', why: '' })]
  return []
}

function stayed(room: HandOverRoom, kept: KeptMove): Changes[] {
  const { phase, agent } = kept.move
  if (phase === 'handing-over') return [room.residence.comeBack(agent), calledOff(room, kept)]
  return phase === 'packing' || phase === 'sending' ? [calledOff(room, kept)] : []
}

function arrived(room: HandOverRoom, kept: KeptMove): Changes[] {
  const { agent } = kept.move
  return [
    room.residence.install(room.paths.parts(agent), kept.detail.folder, { stranger: false }),
    ended(room, kept, { phase: 'done', why: '' }),
  ]
}

function released(room: HandOverRoom, kept: KeptMove): Changes {
  const { move, detail } = kept
  const agent = must(room.residence.find(move.agent), 'the agent that is handed over')
  const { statements, events } = room.residence.letGo(agent, { node: move.node, ...detail })
  const told = room.book.written({ detail, move: { ...move, phase: 'handing-over' } })
  return {
    statements: [...statements, ...told.statements],
    events: [...events, ...told.events],
  }
}

function calledOff(room: HandOverRoom, kept: KeptMove): Changes {
  const { agent, direction, nodeName, node } = kept.move
  const ending = room.endings.get(agent)
  room.endings.delete(agent)
  if (ending) return ended(room, kept, ending)
  return direction === 'in'
    ? ended(room, kept, { phase: 'cancelled', why: 'It was called off at its old home' })
    : ended(room, kept, {
        phase: 'failed',
        why: room.mesh.isMember(room.mesh.get(node))
          ? 'This machine, or the other one, was restored from a backup'
          : `${nodeName} is not of the room any more`,
      })
}

const ended = (
  { book, clock }: HandOverRoom,
  { move, detail }: KeptMove,
  how: { phase: MovePhase; why: string },
): Changes => book.written({ detail, move: { ...move, ...how, endedAt: clock.now() } })
