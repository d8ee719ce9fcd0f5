// Streams over a link: any number of them share some channels, each with an opener, a purpose and an end (rule H10).
import type { Clock } from '@tutti/core'
import { decodeStreamFrame, type NodeId } from '@tutti/protocol'
import type { Runtime, StreamPiece } from './runtime.ts'
import {
  headOf,
  keyOf,
  newStream,
  pump,
  say,
  sayMessage,
  takePiece,
  type StreamEars,
  type StreamState,
} from './stream-state.ts'

export interface PeerStream {
  readonly peer: NodeId
  send(bytes: Uint8Array): void
  close(): void
  /** Bytes handed over that are not on their way yet. */
  bufferedBytes(): number
  /** Called once, by whoever opens or accepts it, before anything else happens. */
  listen(ears: StreamEars): void
}

/** What somebody else opens is answered by the one who reads that purpose. */
export type Accept = (stream: PeerStream, head: unknown) => void

export interface PeerStreams {
  open(peer: NodeId, purpose: string, head: unknown): PeerStream
  serve(purpose: string, accept: Accept): void
  /** What the runtime hears. */
  hear(piece: StreamPiece): void
  linked(peer: NodeId, state: 'up' | 'reset' | 'down'): void
  moved(peer: NodeId): void
}

export interface PeerStreamsDeps {
  clock: Clock
  runtime: () => Runtime
}

const STREAMS_MOST = 500
/** A link that is down for longer keeps no terminal open: whoever looked at it opens it again. */
const PATIENCE_MS = 120_000

export function createPeerStreams({ clock, runtime }: PeerStreamsDeps): PeerStreams {
  const rooms = new Map<NodeId, Map<string, StreamState>>()
  const accepts = new Map<string, Accept>()
  const downs = new Map<NodeId, () => void>()
  let serial = 0

  const begun = (one: StreamState): StreamState => {
    const room = rooms.get(one.peer) ?? new Map<string, StreamState>()
    rooms.set(one.peer, room.set(keyOf(one), one))
    return one
  }

  const end = (one: StreamState): void => {
    if (one.isOver) return
    one.isOver = true
    rooms.get(one.peer)?.delete(keyOf(one))
    one.ears?.closed()
  }

  const handle = (one: StreamState): PeerStream => ({
    peer: one.peer,
    send(bytes) {
      if (!one.isOver) sayMessage(runtime(), one, bytes) // else its end was told
    },
    close() {
      if (one.isOver) return
      one.isOver = true
      say(runtime(), one, { kind: 'close', body: new Uint8Array() })
      rooms.get(one.peer)?.delete(keyOf(one))
    },
    bufferedBytes: () => one.queue.reduce((sum, { byteLength }) => sum + byteLength, 0),
    listen(ears) {
      one.ears = ears
    },
  })

  const opened = (one: StreamState, body: Uint8Array): void => {
    const { purpose, head } = headOf(body)
    const accept = accepts.get(purpose)
    const stream = handle(begun(one))
    if (!accept || (rooms.get(one.peer)?.size ?? 0) > STREAMS_MOST) stream.close()
    else accept(stream, head)
  }

  const closeAll = (peer: NodeId): void => {
    for (const one of rooms.get(peer)?.values() ?? []) end(one)
    rooms.delete(peer)
  }

  return {
    open(peer, purpose, head) {
      const one = begun(newStream(peer, ++serial, true))
      say(runtime(), one, { kind: 'open', body: Buffer.from(JSON.stringify({ purpose, head })) })
      return handle(one)
    },
    serve: (purpose, accept) => accepts.set(purpose, accept),
    hear({ peer, channel, body, credit }) {
      runtime().step({ type: 'link', peer, input: { type: 'dealt', channel, credit } })
      const frame = decodeStreamFrame(body)
      if (frame === null) return
      if (frame.kind === 'open' && frame.opener) {
        opened(newStream(peer, frame.id, false), frame.body)
        return
      }
      const one = rooms.get(peer)?.get(keyOf({ id: frame.id, mine: !frame.opener }))
      // None: it was closed here meanwhile.
      if (one && takePiece(one, frame) === 'end') end(one)
    },
    linked(peer, state) {
      downs.get(peer)?.()
      downs.delete(peer)
      if (state === 'reset') closeAll(peer)
      if (state === 'down')
        downs.set(
          peer,
          clock.after(PATIENCE_MS, () => closeAll(peer)),
        )
      else for (const one of rooms.get(peer)?.values() ?? []) pump(runtime(), one)
    },
    moved(peer) {
      for (const one of rooms.get(peer)?.values() ?? []) if (one.queue.length > 0) pump(runtime(), one)
    },
  }
}
