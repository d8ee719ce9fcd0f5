// Sends the parcel of an agent that moves, piece by piece, as far as the other machine has taken them; a stream that is cut off
// is opened again, and goes on where the other side says.
import { open, type FileHandle } from 'node:fs/promises'
import { must } from '@tutti/core'
import type { KeptMove } from './book.ts'
import type { MoveStream, MovingRoom } from './moving.ts'
import { MOVE_STREAM, pieceBytes, wordIn, type MoveWord } from './wire.ts'

const PIECE_BYTES = 128 * 1024
/** Pieces on their way: as much as a link of 200 ms at 50 Mbit/s holds, and little to keep in memory. */
const WINDOW_BYTES = 1024 * 1024
/** A stream that ended is tried again after this, while the link is up. */
const AGAIN_MS = 2000
const TELL_MS = 500

interface Sending {
  stream: MoveStream
  file: FileHandle | null
  sent: number
  got: number
  isPumping: boolean
  toldAt: number
}

/** `refused`: the other machine does not take it. */
export function createSending(room: MovingRoom, refused: (kept: KeptMove, why: string) => Promise<void>) {
  const { mesh, book, clock } = room
  const sendings = new Map<string, Sending>()
  const timers = new Map<string, () => void>()
  let isClosed = false

  const shut = (sending: Sending | undefined): void => mesh.quietly(() => sending?.file?.close())

  const stop = (agent: string): void => {
    timers.get(agent)?.()
    timers.delete(agent)
    const sending = sendings.get(agent)
    sendings.delete(agent)
    sending?.stream.close()
    shut(sending)
  }

  const ended = (agent: string, sending: Sending): void => {
    shut(sending)
    if (sendings.get(agent) !== sending || isClosed) return
    sendings.delete(agent)
    timers.get(agent)?.()
    // The other machine may have left the room meanwhile.
    const again = clock.after(AGAIN_MS, () => mesh.quietly(() => drive(agent)))
    timers.set(agent, again)
  }

  const drive = (agent: string): void => {
    const kept = book.find(agent)
    const isDue = kept?.move.phase === 'sending' && kept.move.direction === 'out'
    if (isClosed || !isDue || sendings.has(agent)) return
    const node = mesh.get(kept.move.node)
    if (!mesh.isUp(node)) return
    const { name, sizeBytes } = kept.move
    const { digest, workingCopy } = kept.detail
    const stream = mesh.open(node, MOVE_STREAM, { agent, name, digest, sizeBytes, workingCopy })
    const sending: Sending = { stream, file: null, sent: 0, got: 0, isPumping: false, toldAt: 0 }
    sendings.set(agent, sending)
    stream.listen({
      message(bytes) {
        const word = wordIn(bytes)
        if (word && sendings.get(agent) === sending) mesh.quietly(heard(kept, sending, word))
      },
      closed: () => ended(agent, sending),
    })
  }

  const heard = async (kept: KeptMove, sending: Sending, word: MoveWord): Promise<void> => {
    const { agent, node, sizeBytes } = kept.move
    if ('refused' in word) return refused(kept, word.refused)
    if ('ready' in word) {
      // The offer once more, so that nobody has to wait for it to be repeated.
      mesh.step({ type: 'move', agent, to: mesh.get(node), digest: kept.detail.digest })
      return
    }
    if ('want' in word) sending.sent = Math.min(word.want, sizeBytes)
    sending.got = 'want' in word ? sending.sent : word.got
    book.reached(agent, sending.got)
    await pump(room, kept, { sending, isCurrent: () => sendings.get(agent) === sending })
    if (clock.now() - sending.toldAt < TELL_MS && sending.got < sizeBytes) return
    sending.toldAt = clock.now()
    await book.progressed(kept.move, sending.got)
  }

  return {
    /** Opens the stream of a move that is to be sent, if there is none and the link is up. */
    drive,
    stop,
    close(): void {
      isClosed = true
      for (const agent of [...sendings.keys(), ...timers.keys()]) stop(agent)
    },
  }
}

async function pump(
  { paths }: MovingRoom,
  { move }: KeptMove,
  { sending, isCurrent }: { sending: Sending; isCurrent(): boolean },
): Promise<void> {
  if (sending.isPumping) return
  sending.isPumping = true
  try {
    sending.file ??= await open(await paths.outgoing(move.agent), 'r')
    while (isCurrent() && sending.sent < move.sizeBytes && sending.sent - sending.got < WINDOW_BYTES) {
      const body = Buffer.alloc(Math.min(PIECE_BYTES, move.sizeBytes - sending.sent))
      const { bytesRead } = await must(sending.file, 'the parcel').read(body, 0, body.length, sending.sent)
      if (bytesRead === 0) throw new Error('the parcel became shorter')
      sending.stream.send(pieceBytes(sending.sent, body.subarray(0, bytesRead)))
      sending.sent += bytesRead
    }
  } finally {
    sending.isPumping = false
    // It was stopped before the file was open.
    if (!isCurrent()) await sending.file?.close()
  }
}
