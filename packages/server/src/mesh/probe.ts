// Whether this version can still link to other machines, found out without linking: each is dialled, and may dial, as far as both
// keys are proved, and then the carrier is closed. So nothing is taken from anybody, and nothing of the mesh is loaded or written.
import type { Clock, RandomBytes } from '@tutti/core'
import type { NodeId } from '@tutti/protocol'
import type { Store } from '../db/store.ts'
import type { Log } from '../handler.ts'
import { createNodeCrypto, identityOf } from './identity.ts'
import { networkCards } from './network-cards.ts'
import type { Openings } from './openings.ts'
import { chosenHost } from './peer-address.ts'
import type { Carrier } from './transport.ts'
import { createWebSocketTransport } from './web-socket-transport.ts'

export interface ProbeDeps {
  seed: Uint8Array
  store: Pick<Store, 'get'>
  config: { peerHost: string; peerPort: number; peerNames: readonly string[] }
  clock: Clock
  random: RandomBytes
  log: Log
  nowMs: () => number
  openings: Openings
}

/** Also one that only they can dial comes back within this. */
const PATIENCE_MS = 20_000

/** Resolves with how many were reached: as soon as it is one, as what one link needs all of them need. */
export async function probeLinks(
  deps: ProbeDeps,
  machines: readonly { node: NodeId; urls: readonly string[] }[],
): Promise<number> {
  const { clock, config, store, log } = deps
  const first = Promise.withResolvers<number>()
  const reached = new Set<NodeId>()
  const met = (carrier: Carrier): void => {
    carrier.listen({ message: () => undefined, closed: () => undefined })
    carrier.close()
    reached.add(carrier.peer)
    first.resolve(reached.size)
  }
  const wanted = new Set(machines.map(({ node }) => node))
  const transport = createWebSocketTransport({
    ...deps,
    identity: identityOf(deps.seed),
    crypto: createNodeCrypto(),
    newNonce: () => Buffer.from(deps.random(16)).toString('base64url'),
    wallMs: () => clock.now(),
    host: () => chosenHost(store) ?? config.peerHost,
    port: config.peerPort,
    names: config.peerNames,
    cards: networkCards,
    mayDial: (node, purpose) => purpose === 'link' && wanted.has(node),
    hear: met,
  })
  const cancel = clock.after(PATIENCE_MS, () => first.resolve(reached.size))
  try {
    // A port that is taken keeps nobody from being dialled, as when the mesh opens.
    await transport
      .listen()
      .catch((error: unknown) => log.warn('probe.door-closed', { problem: String(error) }))
    for (const { node, urls } of machines)
      transport
        .dial(node, urls, 'link')
        .then(met, (error: unknown) => log.info('probe.not-reached', { node, problem: String(error) }))
    return await first.promise
  } finally {
    cancel()
    await transport.close()
  }
}
