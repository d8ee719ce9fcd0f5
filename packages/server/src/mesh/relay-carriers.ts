// Carriers over common neighbours, for machines that have no direct one: sealed between their ends.
import type { Clock, RandomBytes } from '@tutti/core'
import type { NodeId, Relay } from '@tutti/protocol'
import type { RelayPost } from './relay-post.ts'
import { newExchange, sealOf, type Exchange, type Seal } from './relay-seal.ts'
import type { Carrier, CarrierEars } from './transport.ts'

export interface RelayDeps {
  clock: Clock
  random: RandomBytes
  post: RelayPost
  isMember(node: NodeId): boolean
  /** A carrier that another machine has opened. */
  hear(carrier: Carrier): void
}

export type RelayCarriers = ReturnType<typeof createRelayCarriers>

const KIND = { open: 1, accept: 2, data: 3, close: 4 } as const
const ID_BYTES = 16
const HEAD_BYTES = 1 + ID_BYTES
const ANSWER_MS = 5000
/** Ways at once: each is a machine of the room, or two that have dialled each other at the same time. */
const WAYS_MOST = 200

interface Way {
  readonly id: string
  readonly peer: NodeId
  readonly dialled: boolean
  readonly own: Exchange
  seal: Seal | null
  ears: CarrierEars | null
  early: Uint8Array[]
  opened: ((seal: Seal) => void) | null
}

export function createRelayCarriers({ clock, random, post, isMember, hear }: RelayDeps) {
  const ways = new Map<string, Way>()

  const begin = (peer: NodeId, id: string, dialled: boolean): Way => {
    const own = newExchange()
    const way: Way = { id, peer, dialled, own, seal: null, ears: null, early: [], opened: null }
    ways.set(keyOf(way), way)
    return way
  }

  const end = (way: Way): void => {
    if (ways.delete(keyOf(way))) way.ears?.closed()
  }

  const carrierOf = (way: Way, seal: Seal): Carrier => ({
    peer: way.peer,
    dialled: way.dialled,
    binding: seal.binding,
    send(bytes) {
      if (ways.has(keyOf(way))) post.send(way.peer, framed(way, KIND.data, seal.close(bytes)))
    },
    close() {
      post.send(way.peer, framed(way, KIND.close, new Uint8Array()))
      end(way)
    },
    listen(ears) {
      way.ears = ears
      for (const bytes of way.early.splice(0)) ears.message(bytes)
      if (!ways.has(keyOf(way))) ears.closed()
    },
  })

  const answer = (peer: NodeId, id: string, theirs: Uint8Array): void => {
    if (!isMember(peer) || ways.size >= WAYS_MOST || ways.has(keyOf({ peer, id }))) return
    const way = begin(peer, id, false)
    way.seal = sealed(way, theirs)
    if (way.seal === null) {
      end(way)
      return
    }
    post.send(peer, framed(way, KIND.accept, way.own.publicRaw))
    hear(carrierOf(way, way.seal))
  }

  return {
    via: post.via,
    /** Opens a carrier over a neighbour; rejects where none leads there, or nobody answers. */
    dial(peer: NodeId): Promise<Carrier> {
      const way = begin(peer, Buffer.from(random(ID_BYTES)).toString('hex'), true)
      return new Promise((resolve, reject) => {
        const fail = (why: string) => {
          cancel()
          end(way)
          reject(new Error(why))
        }
        const cancel = clock.after(ANSWER_MS, () => fail('no answer over a neighbour'))
        way.opened = (seal) => {
          cancel()
          resolve(carrierOf(way, seal))
        }
        if (!post.send(peer, framed(way, KIND.open, way.own.publicRaw))) fail('no neighbour leads there')
      })
    },
    /** A link has gone: ways that lead nowhere any more are over. */
    lost(): void {
      for (const way of ways.values()) if (!post.reaches(way.peer)) end(way)
    },
    /** What a neighbour has handed over: for this machine, or to be passed on. */
    relayed(neighbour: NodeId, frame: Relay): void {
      const { from, body } = frame
      if (!post.arrived(neighbour, frame) || body.byteLength < HEAD_BYTES) return
      const id = Buffer.from(body.subarray(1, HEAD_BYTES)).toString('hex')
      const [kind, rest] = [body[0], body.subarray(HEAD_BYTES)]
      const way = ways.get(keyOf({ peer: from, id }))
      if (kind === KIND.open) answer(from, id, rest)
      else if (way && kind === KIND.close) end(way)
      else if (way) take(way, kind === KIND.accept, rest)
    },
  }
}

/** What one end says to the other; nothing that somebody between them has made is heard. */
function take(way: Way, isAccept: boolean, rest: Uint8Array): void {
  if (isAccept) {
    if (way.seal !== null || !way.dialled) return
    way.seal = sealed(way, rest)
    if (way.seal) way.opened?.(way.seal)
    return
  }
  const plain = way.seal?.open(rest) ?? null
  if (plain === null) return
  if (way.ears) way.ears.message(plain)
  else way.early.push(plain)
}

const framed = ({ id }: Way, kind: number, body: Uint8Array): Uint8Array =>
  Buffer.concat([Uint8Array.of(kind), Buffer.from(id, 'hex'), body])

const keyOf = ({ peer, id }: Pick<Way, 'peer' | 'id'>): string => `${peer} ${id}`

/** Null where the other side has sent no key. */
function sealed(way: Way, theirs: Uint8Array): Seal | null {
  try {
    return sealOf(way.own, theirs, way)
  } catch {
    return null
  }
}
