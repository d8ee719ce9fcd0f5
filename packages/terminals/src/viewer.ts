// One viewer of a terminal: what it has been sent, what it may still be sent, and how it catches up.
import type { ResumePoint, ServerFrame, SnapshotReason } from '@tutti/protocol'
import { FRAME_LIMITS, INITIAL_CREDIT_BYTES } from '@tutti/protocol'
import type { PaneStream, Snapshot } from './pane-stream.ts'

/** A server frame before the server gives it its channel. */
export type OutFrame = ServerFrame extends infer Frame
  ? Frame extends unknown
    ? Omit<Frame, 'channel'>
    : never
  : never

export type Send = (frame: OutFrame) => void

export interface Reader {
  /** Sends what may be sent. Called after every change of the stream and of the credit. */
  flush(): void
  grant(bytes: number): void
  /** False while it may not be sent anything. */
  hasCredit(): boolean
  /** The next thing it sees is a snapshot of this reason. */
  restart(reason: SnapshotReason, stream?: PaneStream): void
  close(): void
}

// Who gives back no more than it got never has more; the rest is a mistake or an attack.
const MAX_CREDIT_BYTES = INITIAL_CREDIT_BYTES

/** Follows the stream from the resume point if it is still there, otherwise from a snapshot. */
export function createReader(first: PaneStream, send: Send, resume: ResumePoint | undefined): Reader {
  let stream = first
  let credit = INITIAL_CREDIT_BYTES
  let position = resumable(first, resume)
  let reason: SnapshotReason = position >= 0 ? 'behind' : 'join'
  let hasSeen = position >= 0
  let isWaiting = false
  let isClosed = false

  const flush = (): void => {
    if (isClosed) return
    if (position < stream.ring.start()) catchUp()
    while (credit > 0 && position >= stream.ring.start() && position < stream.ring.end()) {
      const bytes = stream.ring.read(position, Math.min(credit, FRAME_LIMITS.dataBytes))
      const offset = position
      position += bytes.byteLength
      credit -= bytes.byteLength
      send({ type: 'data', offset, bytes })
    }
  }

  // Nothing is asked for without credit: a viewer that does not read costs nothing but its place.
  const catchUp = (): void => {
    if (credit <= 0 || isWaiting) return
    const ready = stream.latest()
    if (ready) give(ready)
    else if (!stream.isFlooded() || reason !== 'behind') fetch(stream)
  }

  const fetch = (from: PaneStream): void => {
    isWaiting = true
    const arrived = (snapshot: Snapshot): void => {
      if (from !== stream) return
      isWaiting = false
      if (!isClosed && position < stream.ring.start()) give(snapshot)
      flush()
    }
    // It never fails: where the attachment ends it stays open, and whoever waits is let go of with it.
    from.snapshot().then(arrived, () => undefined)
  }

  // A snapshot may be larger than the credit; the debt is paid before anything else is sent.
  const give = ({ offset, cols, rows, bytes }: Snapshot): void => {
    if (offset < stream.ring.start()) return
    const frame: OutFrame = { type: 'snapshot', offset, cols, rows, reason, bytes }
    credit -= bytes.byteLength
    position = offset
    reason = 'behind'
    hasSeen = true
    send(frame)
  }

  return {
    flush,
    grant: (bytes) => {
      credit = Math.min(MAX_CREDIT_BYTES, credit + bytes)
      flush()
    },
    hasCredit: () => credit > 0,
    restart: (why, next) => {
      stream = next ?? stream
      isWaiting = false
      position = -1
      if (hasSeen) reason = why
      flush()
    },
    close: () => {
      isClosed = true
    },
  }
}

const resumable = ({ epoch, ring }: PaneStream, resume: ResumePoint | undefined): number =>
  resume?.epoch === epoch && resume.offset >= ring.start() && resume.offset <= ring.end() ? resume.offset : -1
