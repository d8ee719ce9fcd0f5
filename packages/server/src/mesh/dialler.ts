// Reaches a machine when its link asks for it: directly, or else over a neighbour.
import type { NodeId } from '@tutti/protocol'
import type { Log } from '../handler.ts'
import { quietWork } from '../quiet-work.ts'
import type { RelayCarriers } from './relay-carriers.ts'
import type { Runtime } from './runtime.ts'
import type { PeerTransport } from './transport.ts'

export interface DiallerDeps {
  transport: Pick<PeerTransport, 'dial'>
  relay: () => Pick<RelayCarriers, 'dial'>
  runtime: () => Pick<Runtime, 'carry'>
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
}: DiallerDeps): (peer: NodeId, isDirect: boolean) => void {
  const dialling = new Set<NodeId>()
  const quietly = quietWork(log, 'mesh.failed')

  const reach = async (peer: NodeId, isDirect: boolean): Promise<boolean> => {
    try {
      runtime().carry(await transport.dial(peer, urlsOf(peer), 'link'), false)
      return true
    } catch (error) {
      // It looks on as long as others pass on what it says; that is no news.
      if (!isDirect) log.info('mesh.not-reached', { node: peer, problem: String(error) })
      return false
    }
  }

  const attempt = async (peer: NodeId, isDirect: boolean): Promise<void> => {
    try {
      if (!(await reach(peer, isDirect)) && !isDirect) runtime().carry(await relay().dial(peer), true)
    } catch (error) {
      log.info('mesh.not-relayed-to', { node: peer, problem: String(error) })
    } finally {
      dialling.delete(peer)
    }
  }

  return (peer, isDirect) => {
    if (dialling.has(peer)) return
    dialling.add(peer)
    quietly(attempt(peer, isDirect))
  }
}
