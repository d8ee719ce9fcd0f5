// Reaches a machine when its link asks for it: directly, or else over a neighbour.
import type { NodeId } from '@tutti/protocol'
import type { Log } from '../handler.ts'
import type { RelayCarriers } from './relay-carriers.ts'
import type { Runtime } from './runtime.ts'
import type { PeerTransport } from './transport.ts'

export interface DiallerDeps {
  transport: PeerTransport
  relay: () => RelayCarriers
  runtime: () => Runtime
  urlsOf: (node: NodeId) => readonly string[]
  log: Log
}

/** One attempt at a time for each machine; when the next one is, its link decides. */
export function createDialler({
  transport,
  relay,
  runtime,
  urlsOf,
  log,
}: DiallerDeps): (peer: NodeId) => void {
  const dialling = new Set<NodeId>()

  const direct = async (peer: NodeId): Promise<boolean> => {
    try {
      runtime().carry(await transport.dial(peer, urlsOf(peer), 'link'), false)
      return true
    } catch (error) {
      log.info('mesh.not-reached', { node: peer, problem: String(error) })
      return false
    }
  }

  const attempt = async (peer: NodeId): Promise<void> => {
    try {
      if (!(await direct(peer))) runtime().carry(await relay().dial(peer), true)
    } catch (error) {
      log.info('mesh.not-relayed-to', { node: peer, problem: String(error) })
    } finally {
      dialling.delete(peer)
    }
  }

  return (peer) => {
    if (dialling.has(peer)) return
    dialling.add(peer)
    void attempt(peer)
  }
}
