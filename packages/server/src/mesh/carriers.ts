// The carriers that are open, by the names that their links know them by.
import type { LinkInput } from '@tutti/core/mesh'
import { decodeLinkFrame, encodeLinkFrame, type LinkFrame, type NodeId } from '@tutti/protocol'
import type { Carrier } from './transport.ts'

export interface CarriersDeps {
  /** What a link has to know. */
  told(peer: NodeId, input: LinkInput): void
  /** A peer has sent what is no frame. */
  broken(peer: NodeId): void
}

export interface Carriers {
  add(carrier: Carrier, relayed: boolean): void
  send(id: string, frame: LinkFrame): void
  close(id: string): void
  /** All at once, and no link hears of it. */
  drop(): void
}

export function createCarriers({ told, broken }: CarriersDeps): Carriers {
  const open = new Map<string, Carrier>()
  let serial = 0

  const close = (id: string): void => {
    const carrier = open.get(id)
    open.delete(id)
    carrier?.close()
  }

  const hear = (id: string, { peer }: Carrier, bytes: Uint8Array): void => {
    if (!open.has(id)) return
    const frame = frameOf(bytes)
    if (frame === 'broken') {
      broken(peer)
      close(id)
      told(peer, { type: 'closed', carrier: id })
    } else if (frame) told(peer, { type: 'frame', carrier: id, frame })
  }

  return {
    add(carrier, relayed) {
      const { peer, dialled, binding } = carrier
      const id = `c${++serial}`
      open.set(id, carrier)
      told(peer, { type: 'opened', carrier: id, dialled, relayed, binding })
      carrier.listen({
        message: (bytes) => hear(id, carrier, bytes),
        closed() {
          if (open.delete(id)) told(peer, { type: 'closed', carrier: id })
        },
      })
    },
    send: (id, frame) => open.get(id)?.send(encodeLinkFrame(frame)),
    close,
    drop() {
      for (const id of open.keys()) close(id)
    },
  }
}

/** Null for a type that this version does not know (H6). */
function frameOf(bytes: Uint8Array): LinkFrame | null | 'broken' {
  try {
    return decodeLinkFrame(bytes)
  } catch {
    return 'broken'
  }
}
