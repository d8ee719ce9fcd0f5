// What tests and the bench of the mesh share: a mesh over a real store without a daemon, and a member of its room that says
// whatever a test wants.
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Message } from '@tutti/core'
import { newLink, stepLink, type Letter, type LinkInput, type PeerMessage } from '@tutti/core/mesh'
import { CHANNELS, peerCodec } from '@tutti/core/mesh'
import { canonicalJson, decodeLinkFrame, encodeLinkFrame, signingText, type LinkFrame } from '@tutti/protocol'
import { openStore } from '../db/open.ts'
import type { Store } from '../db/store.ts'
import { quietLog, realClock } from '../db/test-support.ts'
import { createNodeCrypto, identityOf, type Identity } from './identity.ts'
import type { BoardHandlers } from '../board/board.ts'
import type { Moving } from '../moving/moving.ts'
import type { MeshMail, Stored } from './letters.ts'
import { openMesh, type Mesh } from './mesh.ts'
import { createOpenings } from './openings.ts'
import type { Carrier, CarrierEars } from './transport.ts'

export const newIdentity = (): Identity => {
  const { d = '' } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' })
  return identityOf(Buffer.from(d, 'base64url'))
}

const random = (length: number) => new Uint8Array(randomBytes(length))

export interface LoneMesh {
  mesh: Mesh
  store: Store
  /** Ids of the letters that came into mailboxes, in order. */
  taken: string[]
  close(): Promise<void>
}

/** A mesh with one mailbox, `agt_` and 22 zeros, and nothing around it. */
export async function aMesh(): Promise<LoneMesh> {
  const folder = mkdtempSync(join(tmpdir(), 'tutti-mesh-'))
  const store = await openStore({
    path: join(folder, 'tutti.db'),
    clock: realClock,
    log: quietLog,
    auditKey: new Uint8Array(32).fill(7),
  })
  const taken: string[] = []
  const marks: string[] = []
  const mesh = await openMesh({
    store,
    clock: realClock,
    nowMs: () => performance.now(),
    openings: createOpenings({ clock: realClock, nowMs: () => performance.now() }),
    random,
    log: quietLog,
    version: '0.0.0',
    config: { peerHost: '127.0.0.1', peerPort: 0, peerNames: [] },
    seed: random(32),
    mark: { read: () => marks.at(-1) ?? null, write: (text) => marks.push(text) },
    machineName: () => 'lone',
    mail: mailboxOf(store, taken),
    moving: stillMoving,
    policy: {},
    shared: () => ({
      handlers: noBoard,
      also: () => ({ statements: [], events: [] }),
      run: () => Promise.resolve(() => Promise.resolve()),
    }),
    partsFolder: join(folder, 'parts'),
    files: { sentTo: () => Promise.resolve(null), attach: () => Promise.resolve() },
    agents: () => [],
    items: () => [],
    agentOf: () => null,
    isLive: () => false,
    handlers: () => ({}),
    channels: () => ({ connect: () => ({ receive: () => undefined, close: () => undefined }) }),
  })
  return {
    mesh,
    store,
    taken,
    async close() {
      await mesh.close()
      await store.close()
      rmSync(folder, { recursive: true })
    },
  }
}

const noEdit = () => Promise.reject(new Error('nothing is shared here'))
const noBoard: BoardHandlers = {
  createCard: noEdit,
  moveCard: noEdit,
  editCard: noEdit,
  getCardText: noEdit,
  mergeCardText: noEdit,
  deleteCard: noEdit,
  getCardHistory: noEdit,
  setColumn: noEdit,
  deleteColumn: noEdit,
}

/** No agent comes or goes. */
const stillMoving = (): Moving => {
  const never = () => Promise.reject(new Error('nothing moves here'))
  return {
    handlers: { moveAgent: never, listMoves: () => [], getMove: never, cancelMove: never },
    hasCopy: () => false,
    arriving: () => new Map(),
    also: () => ({ statements: [], events: [] }),
    linked: () => undefined,
    recover: () => Promise.resolve(),
    close: () => undefined,
  }
}

const ADA = generateKeyPairSync('ed25519')

export const MAILBOX = `agt_${'0'.repeat(22)}` as const

const UNSIGNED = { envelope: '', payload: '', proof: '' }

function mailboxOf(store: Store, taken: string[]): MeshMail<Stored & { id: string }> {
  return {
    naming: () => ({ tenant: 'team', provider: 'tutti.local' }),
    parse: () => {
      throw new Error('nothing is sent from here')
    },
    owner: (text) =>
      text === MAILBOX ? { id: MAILBOX, name: 'box', address: 'box@team.tutti.local', kind: 'agent' } : null,
    queued: () => [],
    find: () => null,
    deliveredSince: () => [],
    signed: () => UNSIGNED,
    proofOf: () => null,
    isTainted: () => false,
    pinned: () => null,
    // The message is never looked at here.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    stored: (message, { envelope }) => ({ ...UNSIGNED, message: message as Message, id: envelope.id }),
    returned: () => ({ statements: [], events: [] }),
    onward: () => null,
    cameFrom: () => false,
    async accept(stored, { statements }) {
      const by = { actor: 'system', address: '', act: 'take', audited: false }
      await store.commit({ by, subject: 'mail', statements })
      taken.push(...stored.map(({ id }) => id))
    },
    move: () => Promise.resolve(),
  }
}

export interface Puppet {
  identity: Identity
  /** Says something on its channel, as a member of the room does. */
  tell(message: PeerMessage): void
  /** Puts these bytes on a channel, whatever they are. */
  bytes(channel: number, body: Uint8Array): void
  /** Puts these bytes on the carrier itself; it may be closed because of them. */
  raw(body: Uint8Array): void
  isUp(): boolean
  /** Frames that the mesh has said on the link since the last call. */
  heard(): LinkFrame[]
}

/** A member of the mesh's room, linked to it by a carrier in memory. */
export function aPuppet({ mesh }: Pick<LoneMesh, 'mesh'>): Puppet {
  const identity = newIdentity()
  const { runtime, self } = mesh
  runtime.step({ type: 'introduce', whom: identity.id, role: 'full' })
  const said: LinkFrame[] = []
  const state = { carrier: '', ears: null as CarrierEars | null, up: false, serial: 0 }
  const link = newLink(
    {
      self: identity.id,
      peer: self,
      session: 'puppet',
      crypto: createNodeCrypto(),
      sign: identity.sign,
      newNonce: () => randomBytes(16).toString('base64url'),
      chance: Math.random,
    },
    0,
  )
  const step = (input: LinkInput): void => {
    const now = { atMs: Math.floor(performance.now()), wallMs: Date.now() }
    for (const output of stepLink(link, input, now)) {
      if (output.type === 'frame') state.ears?.message(encodeLinkFrame(output.frame))
      if (output.type === 'up') state.up = true
      if (output.type === 'down') state.up = false
      if (output.type === 'deliver') step({ type: 'dealt', channel: output.channel, credit: output.credit })
    }
  }
  const open = (): void => {
    const carrier = `p${++state.serial}`
    state.carrier = carrier
    const binding = randomBytes(8).toString('hex')
    let mine: CarrierEars | null = null
    const end: Carrier = {
      peer: identity.id,
      dialled: false,
      binding,
      send(bytes) {
        const frame = decodeLinkFrame(bytes)
        if (frame === null || state.carrier !== carrier) return
        said.push(frame)
        queueMicrotask(() => step({ type: 'frame', carrier, frame }))
      },
      close() {
        if (state.carrier !== carrier) return
        state.up = false
        step({ type: 'closed', carrier })
        mine?.closed()
      },
      listen(ears) {
        mine = ears
        state.ears = ears
      },
    }
    runtime.carry(end, false)
    step({ type: 'opened', carrier, dialled: true, relayed: false, binding })
  }
  const ready = (): void => {
    if (!state.up && link.carriers.size === 0) open()
  }
  ready()
  return {
    identity,
    tell: (message) => step({ type: 'send', channel: CHANNELS[message.t], body: peerCodec.encode(message) }),
    bytes: (channel, body) => step({ type: 'send', channel, body }),
    raw(body) {
      ready()
      state.ears?.message(body)
    },
    isUp() {
      ready()
      return state.up
    },
    heard: () => said.splice(0),
  }
}

/** A letter from a party to the mailbox of a mesh, as its machine would push it. */
export const aLetter = (from: string, to: string, n = 1): Letter => {
  const id = `msg_${1_700_000_000 + n}_abcdef`
  const envelope = {
    version: 'amp/0.1',
    id,
    from: 'ada@team.tutti.local',
    to: 'box@team.tutti.local',
    subject: 'Hello',
    priority: 'normal',
    timestamp: '2026-11-22T12:00:00.000Z',
    thread_id: id,
  }
  const payload = { type: 'request', message: `Hello ${n}`, context: null }
  const hash = createHash('sha256').update(canonicalJson(payload)).digest('base64')
  const text = signingText({ ...envelope, priority: 'normal', inReplyTo: null }, hash)
  const signed = { ...envelope, signature: sign(null, Buffer.from(text), ADA.privateKey).toString('base64') }
  const proof = {
    key: ADA.publicKey.export({ format: 'jwk' }).x ?? '',
    form: 'jcs',
    subject: 'exact',
    from: envelope.from,
  }
  const body = { name: 'ada', envelope: JSON.stringify(signed), payload: JSON.stringify(payload), proof }
  return { id, from, to, body, expiresAtMs: Date.now() + 60_000 }
}

/** What a member may say, changed at random: bytes flipped, cut, doubled, and JSON of the wrong shapes. */
export function* mutations(puppet: Puppet, chance: () => number): Generator<() => void, never, undefined> {
  const push = { lane: `1 ${puppet.identity.id}/a x/b`, base: 1, letters: [] }
  const good: PeerMessage[] = [
    { t: 'push', push },
    { t: 'took', took: { lane: push.lane, next: 2, blanks: [1] } },
    { t: 'have', have: {} },
    { t: 'sum', sum: '1.2.3' },
    { t: 'serials', serials: { [`node ${puppet.identity.id} ${puppet.identity.id}`]: 3 } },
    { t: 'sees', nodes: [puppet.identity.id] },
  ]
  const odd = [
    '{"t":"push"}',
    '[]',
    '['.repeat(10_000),
    '{"__proto__":{"x":1},"t":"sum"}',
    '\0',
    '{"t":"lease"}',
  ]
  for (let i = 0; ; i++) {
    const message = good[i % good.length]
    const whole = message ? peerCodec.encode(message) : new Uint8Array()
    const text = Buffer.from(odd[i % odd.length] ?? '')
    const frame = encodeLinkFrame({
      type: 'data',
      epoch: 1,
      seq: i,
      channel: i % 40,
      more: false,
      body: whole,
    })
    yield (
      [
        () => puppet.bytes(1 + (i % 20), changed(whole, chance)),
        () => puppet.bytes(1 + (i % 20), text),
        () => puppet.raw(changed(frame, chance)),
      ][i % 3] ?? (() => undefined)
    )
  }
}

function changed(bytes: Uint8Array, chance: () => number): Uint8Array {
  const out = Uint8Array.from(bytes.subarray(0, Math.ceil(bytes.byteLength * (0.5 + chance()))))
  for (let n = 0; n < 3 && out.byteLength > 0; n++)
    out[Math.floor(chance() * out.byteLength)] = Math.floor(chance() * 256)
  return out
}
