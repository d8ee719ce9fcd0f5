// What machines go on telling each other: one stream each way, all of it when it opens or the grant changes, then what is new.
import type { NodeId } from '@tutti/protocol'
import { jsonOf } from '../loose-json.ts'
import type { Grants } from './grants.ts'
import type { PeerStream, PeerStreams } from './peer-streams.ts'

export interface FeedDeps<T> {
  streams: PeerStreams
  grants: Pick<Grants, 'onChange'>
  purpose: string
  schema: { safeParse(value: unknown): { success: true; data: T } | { success: false } }
  /** All that a machine may know now. */
  whole(peer: NodeId): T
  /** Takes what a machine has told. */
  take(node: NodeId, told: T): void
}

export interface Feed<T> {
  /** Tells it to those who listen and may know. */
  tell(told: T, mayKnow: (peer: NodeId) => boolean): void
  /** Listens to a machine, once. */
  watch(node: NodeId): void
  forget(node: NodeId): void
}

export function createFeed<T>({ streams, grants, purpose, schema, whole, take }: FeedDeps<T>): Feed<T> {
  const listeners = new Set<PeerStream>()
  const watched = new Map<NodeId, PeerStream>()
  const tellAll = (stream: PeerStream) => stream.send(bytesOf(whole(stream.peer)))

  streams.serve(purpose, (stream) => {
    listeners.add(stream)
    stream.listen({ message: () => undefined, closed: () => listeners.delete(stream) })
    tellAll(stream)
  })
  grants.onChange((node) => {
    for (const stream of listeners) if (stream.peer === node) tellAll(stream)
  })

  return {
    tell(told, mayKnow) {
      let bytes: Uint8Array | null = null // made once, and only if somebody may know
      for (const stream of listeners) if (mayKnow(stream.peer)) stream.send((bytes ??= bytesOf(told)))
    },
    watch(node) {
      if (watched.has(node)) return
      const stream = streams.open(node, purpose, null)
      watched.set(node, stream)
      stream.listen({
        message(bytes) {
          const told = schema.safeParse(jsonOf(bytes))
          if (told.success) take(node, told.data)
        },
        closed: () => watched.delete(node),
      })
    },
    forget(node) {
      watched.get(node)?.close()
      watched.delete(node)
    },
  }
}

const bytesOf = (told: unknown): Uint8Array => Buffer.from(JSON.stringify(told))
