// Whether a version on trial could link: found out with real keys and real TLS, and without a link.
import { randomBytes } from 'node:crypto'
import { afterEach, expect, test } from 'vitest'
import { quietLog, realClock } from '../db/test-support.ts'
import { createNodeCrypto, identityOf } from './identity.ts'
import { createOpenings } from './openings.ts'
import { probeLinks } from './probe.ts'
import type { Carrier, PeerTransport } from './transport.ts'
import { createWebSocketTransport } from './web-socket-transport.ts'

const random = (length: number) => new Uint8Array(randomBytes(length))
const seed = new Uint8Array(32).fill(1)
const self = identityOf(seed)
const other = identityOf(new Uint8Array(32).fill(2))

/** Of a process that has run for a while. */
const openings = () => createOpenings({ clock: realClock, nowMs: () => 2000 + performance.now() })

const opened: PeerTransport[] = []
afterEach(() => Promise.all(opened.splice(0).map((one) => one.close())))

/** The other machine: lets these in, and hears of carriers. */
async function aMachine(letsIn: readonly string[]) {
  const heard: Carrier[] = []
  const transport = createWebSocketTransport({
    clock: realClock,
    openings: openings(),
    identity: other,
    crypto: createNodeCrypto(),
    newNonce: () => Buffer.from(random(16)).toString('base64url'),
    wallMs: () => Date.now(),
    nowMs: () => performance.now(),
    log: quietLog,
    host: () => '127.0.0.1',
    port: 0,
    names: [],
    cards: () => [],
    mayDial: (node) => letsIn.includes(node),
    hear: (carrier) => void heard.push(carrier),
  })
  opened.push(transport)
  return { urls: await transport.listen(), heard }
}

/** Patient for a moment only. */
const probe = (urls: readonly string[]) =>
  probeLinks(
    {
      seed,
      store: { get: () => undefined },
      config: { peerHost: '127.0.0.1', peerPort: 0, peerNames: [] },
      clock: { ...realClock, after: (_ms, run) => realClock.after(300, run) },
      random,
      log: quietLog,
      nowMs: () => performance.now(),
      openings: openings(),
    },
    [{ node: other.id, urls }],
  )

test('a machine that lets this one in is reached, and hears of no more than a carrier that ends', async () => {
  const { urls, heard } = await aMachine([self.id])

  expect(await probe(urls)).toBe(1)

  expect(heard.map(({ peer }) => peer)).toEqual([self.id])
})

test('one that does not let it in, and one that is gone, are not reached', async () => {
  const { urls } = await aMachine([])

  expect(await probe(urls)).toBe(0)
  expect(await probe(['wss://127.0.0.1:1'])).toBe(0)
})
