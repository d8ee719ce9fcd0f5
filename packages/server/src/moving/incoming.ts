// The new home of an agent that moves: takes the parcel, from where it was cut off, and checks all of it before it says so.
import { open, type FileHandle } from 'node:fs/promises'
import { Fault, hasMoveEnded, type AgentId } from '@tutti/core'
import { isOwner } from '@tutti/core/mesh'
import { hashed } from '../archive/parcel.ts'
import type { By } from '../db/store.ts'
import type { KeptMove } from './book.ts'
import type { MoveStream, MovingRoom } from './moving.ts'
import { MoveHead, MOVE_STREAM, pieceIn, wordBytes, type MoveWord } from './wire.ts'

/** A parcel of which nothing was heard for so long is not coming any more. */
const FORGOTTEN_MS = 7 * 24 * 3600 * 1000

interface Receiving {
  stream: MoveStream
  kept: KeptMove
  file: FileHandle
  have: number
}

export function createIncoming(room: MovingRoom) {
  const { mesh, book, residence, clock } = room
  const current = new Map<string, MoveStream>()

  mesh.serve(MOVE_STREAM, (stream, head) => receive(room, current, { stream, head }))

  return {
    hasCopy(agent: string, digest: string): boolean {
      const kept = book.find(agent)
      return kept?.move.direction === 'in' && kept.move.phase === 'ready' && kept.detail.digest === digest
    },
    arriving: (): ReadonlyMap<string, string> =>
      new Map(
        book
          .ready()
          .flatMap(({ move }) => (isOwner(mesh.holding(move.agent)) ? [[move.agent, move.name]] : [])),
      ),
    /** Drops what nobody will complete any more. */
    async recover(): Promise<void> {
      for (const kept of book.list()) {
        const { move, detail } = kept
        if (move.direction === 'out' || hasMoveEnded(move) || mesh.holding(move.agent)) continue
        if (clock.now() - move.startedAt < FORGOTTEN_MS) continue
        await residence.discard(detail)
        const why = 'Nothing more of it came'
        await book.save({ detail, move: { ...move, phase: 'failed', why, endedAt: clock.now() } }, SYSTEM)
      }
    },
  }
}

/** One stream from its head to its end; what comes is dealt with in order. */
function receive(
  room: MovingRoom,
  current: Map<string, MoveStream>,
  { stream, head }: { stream: MoveStream; head: unknown },
): void {
  const { mesh, paths } = room
  const queue: Uint8Array[] = []
  let receiving: Receiving | null = null
  let work: Promise<void> = Promise.resolve()
  const say = (word: MoveWord) => stream.send(wordBytes(word))
  const inOrder = (next: () => Promise<void>): void => {
    work = mesh.quietly.over(afterwards(work, next))
  }
  const afterwards = async (before: Promise<void>, next: () => Promise<void>): Promise<void> => {
    await before
    try {
      await next()
    } catch (error) {
      refused(say, stream, error)
    }
  }
  const takeAll = async (): Promise<void> => {
    for (let bytes = queue.shift(); bytes; bytes = queue.shift())
      if (receiving && (await taken(room, receiving, bytes))) say({ got: receiving.have })
    if (receiving?.have === receiving?.kept.move.sizeBytes) await complete()
  }
  const complete = async (): Promise<void> => {
    if (!receiving || current.get(receiving.kept.move.agent) !== stream) return
    const { kept, file } = receiving
    receiving = null
    await file.sync()
    await file.close()
    await verified(room, kept)
    say({ ready: true })
  }
  stream.listen({
    message(bytes) {
      queue.push(bytes)
      inOrder(takeAll)
    },
    closed() {
      inOrder(async () => {
        await receiving?.file.close()
        receiving = null
      })
    },
  })
  inOrder(async () => {
    const kept = await accepted(room, stream, head)
    // A stream before this one was cut off, whether its end was heard or not.
    current.get(kept.move.agent)?.close()
    current.set(kept.move.agent, stream)
    if (kept.move.phase === 'ready') return say({ ready: true })
    const file = await open(await paths.incoming(kept.move.agent), 'a', 0o600)
    const { size } = await file.stat()
    if (size > kept.move.sizeBytes) await file.truncate(0)
    receiving = { stream, kept, file, have: size > kept.move.sizeBytes ? 0 : size }
    say({ want: receiving.have })
    if (receiving.have === kept.move.sizeBytes) await complete()
  })
}

const SYSTEM: By = { actor: 'system', address: '', act: 'takeAgent', audited: false }

function refused(say: (word: MoveWord) => void, stream: MoveStream, error: unknown): void {
  // What is not the sender's fault may be over soon: it tries again.
  if (error instanceof Fault && error.status < 500) say({ refused: error.message.slice(0, 500) })
  stream.close()
  if (!(error instanceof Fault)) throw error
}

/** The move that a head announces; throws why it is not taken. */
async function accepted(room: MovingRoom, stream: MoveStream, head: unknown): Promise<KeptMove> {
  const { mesh, book, residence, paths, clock, store } = room
  const said = MoveHead.safeParse(head)
  const label = mesh.labelOf(stream.peer)
  if (!said.success)
    throw new Fault('move.refused', { node: 'It', name: label, problem: 'its words are not known' })
  const { agent, name, digest, sizeBytes, workingCopy } = said.data
  const by: By = { actor: label, address: label, act: 'takeAgent', audited: true }
  const before = book.find(agent)
  const isSame =
    before?.move.direction === 'in' && before.detail.digest === digest && before.move.node === stream.peer
  if (isSame && (before.move.phase === 'receiving' || before.move.phase === 'ready')) return before
  const problem = problemOf(room, stream, { agent, name })
  if (problem !== null) {
    await store.audit(by, { subject: agent, outcome: 'refused', detail: { problem } })
    throw new Fault('move.refused', { node: mesh.labelOf(mesh.self), name, problem })
  }
  if (before && before.move.direction === 'in' && !hasMoveEnded(before.move))
    await residence.discard(before.detail)
  const kept: KeptMove = {
    move: {
      // The schema of the head has just said so.
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion
      agent: agent as AgentId,
      name,
      direction: 'in',
      node: stream.peer,
      nodeName: label,
      phase: 'receiving',
      sentBytes: 0,
      sizeBytes,
      why: '',
      startedAt: clock.now(),
      endedAt: null,
    },
    detail: { workingCopy, digest, mailSeq: 0, folder: '', made: false },
  }
  await room.inOrder(agent, async () => {
    await paths.remove(agent)
    await book.save(kept, by)
  })
  return kept
}

function problemOf(
  { mesh, residence, book }: MovingRoom,
  { peer }: MoveStream,
  { agent, name }: { agent: string; name: string },
): string | null {
  if (!mesh.mayBring(peer, agent))
    return 'its admin lets nobody of your machine bring agents (`tutti nodes grant`)'
  const move = book.find(agent)?.move
  const isUnderWay = move?.direction === 'out' && !hasMoveEnded(move)
  if (isOwner(mesh.holding(agent)) || isUnderWay) return 'it lives there already'
  const holder = residence.byName(name)
  return holder && holder.id !== agent ? `another agent is called ${name} there` : null
}

/** Appends a piece; one that is there already, or comes too early, changes nothing. */
async function taken({ book }: MovingRoom, receiving: Receiving, bytes: Uint8Array): Promise<boolean> {
  const piece = pieceIn(bytes)
  const { kept, file } = receiving
  if (!piece || piece.at !== receiving.have) return false
  if (piece.at + piece.body.byteLength > kept.move.sizeBytes) return false
  await file.writeFile(piece.body)
  receiving.have += piece.body.byteLength
  book.reached(kept.move.agent, receiving.have)
  return true
}

async function verified(room: MovingRoom, kept: KeptMove): Promise<void> {
  const { book, paths, residence } = room
  const { agent } = kept.move
  const path = await paths.incoming(agent)
  try {
    const { sha256 } = await hashed(path)
    if (sha256 !== kept.detail.digest)
      throw new Fault('parcel.damaged', { problem: 'it is not what was announced' })
    const { workingCopy } = kept.detail
    const { folder, made } = await residence.unpack(path, {
      parts: paths.parts(agent),
      workingCopy,
      admit(id) {
        if (id !== agent) throw new Fault('parcel.damaged', { problem: 'it holds another agent' })
      },
    })
    await book.save(
      { move: { ...kept.move, phase: 'ready' }, detail: { ...kept.detail, folder, made } },
      SYSTEM,
    )
  } catch (error) {
    // From the beginning the next time.
    await paths.remove(agent)
    throw error
  }
}
