// What carries a link: bytes in whole frames, to a machine whose key was checked. Other carriers may follow the WebSocket.
import type { NodeId } from '@tutti/protocol'

/** `link`: frames of a link, members only. `pairing`: the words of a joining, before either side trusts. */
export type Purpose = 'link' | 'pairing'

export interface Carrier {
  /** Whose key the other end has proved to hold. */
  readonly peer: NodeId
  readonly dialled: boolean
  /** What both ends know and nobody between them (H5). */
  readonly binding: string
  send(bytes: Uint8Array): void
  /** Closes after what was sent; the ears hear of it. */
  close(): void
  /** Called once, at once: what came meanwhile is heard then. */
  listen(ears: CarrierEars): void
}

export interface CarrierEars {
  message(bytes: Uint8Array): void
  closed(): void
}

export interface PeerTransport {
  /** Opens a carrier at the first of these addresses that answers as that machine; rejects where none does. */
  dial(to: NodeId, urls: readonly string[], purpose: Purpose): Promise<Carrier>
  /** Lets others dial this machine; resolves with where they can. */
  listen(): Promise<readonly string[]>
  /** Listens at another address from now on, also where it did not listen; rejects where it cannot, and the former one stays. */
  move(host: string): Promise<void>
  /** The address, and the port while it listens. */
  door(): { host: string; port: number | null }
  /** Where others can dial this machine now; addresses change with network cards. Empty before `listen`. */
  urls(): readonly string[]
  close(): Promise<void>
}
