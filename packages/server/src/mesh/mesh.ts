// The mesh of this machine, wired. Loaded when the machine is of a room or is about to join one, and not before.
import { isDeepStrictEqual } from 'node:util'
import type { Agent, LoggedEvent } from '@tutti/core'
import { peerCodec, type Letter, type MeshDeps } from '@tutti/core/mesh'
import type { NodeId } from '@tutti/protocol'
import { quietWork, type Quietly } from '../quiet-work.ts'
import type { Store } from '../db/store.ts'
import type { Log } from '../handler.ts'
import type { Moving } from '../moving/moving.ts'
import { createDialler } from './dialler.ts'
import { createGrants } from './grants.ts'
import { meshHandlers } from './handlers.ts'
import { createNodeCrypto, identityOf, type Identity } from './identity.ts'
import { createLetters, homeOfParty, type Stored } from './letters.ts'
import type { Life } from './life-mark.ts'
import { lifeOf } from './life.ts'
import type { MeshRoom } from './mesh-room.ts'
import { labelFrom, networkCards } from './network-cards.ts'
import { createNews } from './news.ts'
import { createNodes } from './nodes.ts'
import { createPairings } from './pairings.ts'
import { chosenHost, createDoor } from './peer-address.ts'
import { createPost, STEPPING } from './post.ts'
import { createRelayCarriers } from './relay-carriers.ts'
import { createRelayPost } from './relay-post.ts'
import { createRemote } from './remote.ts'
import { createRuntime, type Also, type Runtime, type RuntimeEars } from './runtime.ts'
import { bothOf, sideOf, writerOf } from './mesh-sides.ts'
import { loadMesh } from './state-rows.ts'
import type { PeerTransport } from './transport.ts'
import { createWebSocketTransport } from './web-socket-transport.ts'

export type Mesh = Awaited<ReturnType<typeof openMesh>>

export async function openMesh<S extends Stored>(room: MeshRoom<S>) {
  const { store, log } = room
  const identity = identityOf(room.seed)
  const parts = createParts(room, { identity, life: await lifeOf(room) })
  const { runtime, transport, pairings, nodes, post, letters, remote, moving } = parts
  const unsubscribe = store.onEvents(followerOf(room, parts))
  const unheal = store.onWritable((writable) => {
    if (writable) parts.quietly(() => post.takeUp())
  })
  const close = async () => {
    unsubscribe()
    unheal()
    moving.close()
    await stopSharing()
    pairings.close()
    runtime.close()
    await transport.close()
    await runtime.settled()
  }
  if (runtime.node().state.membership.members.size > 1) await openDoor(room, transport)
  for (const { id } of room.agents()) runtime.step({ type: 'adopt', agent: id, again: true })
  runtime.step({ type: 'renew' })
  await post.takeUp()
  await moving.recover()
  const stopSharing = await parts.shared.run()
  log.info('mesh.open', { node: identity.id, members: runtime.node().state.membership.members.size })
  return {
    self: identity.id,
    runtime,
    urls: transport.urls,
    invite: pairings.invite,
    partyAt: letters.partyAt,
    neighbours: letters.neighbours,
    leaving: post.leaving,
    labelOf: nodes.labelOf,
    /** Where an agent, or something of one, lives elsewhere. */
    homeOf: (id: string): NodeId | null => nodes.homeOfAgent(id) ?? remote.places.of(id),
    named: nodes.named,
    machines: nodes.count,
    ask: remote.calls.ask,
    connect: remote.terminals.connect,
    list: nodes.list,
    streamTo: (id: string, purpose: string, head: unknown) =>
      remote.streams.open(nodes.get(id), purpose, head),
    handlers: (leave: () => Promise<void>) => ({
      ...moving.handlers,
      ...parts.shared.handlers,
      ...meshHandlers({
        ...parts,
        self: identity.id,
        handlers: room.handlers,
        async leave() {
          const others = nodes.list().filter(({ id }) => id !== identity.id)
          runtime.step({ type: 'revoke', whom: identity.id })
          await runtime.settled()
          await close()
          const events = others.map(({ id }) => ({
            type: 'node.removed' as const,
            subject: id,
            data: { id },
          }))
          await store.commit({ by: STEPPING, subject: 'mesh', statements: forgotten(), events })
          await leave()
        },
      }),
    }),
    close,
  }
}

/** A port that is taken does not keep this machine from dialling the others. */
async function openDoor({ log, config }: Pick<MeshRoom, 'log' | 'config'>, transport: PeerTransport) {
  try {
    await transport.listen()
  } catch (error) {
    log.error('mesh.door-closed', { port: config.peerPort, problem: String(error) })
  }
}

type Parts = ReturnType<typeof createParts<Stored>>

function createParts<S extends Stored>(
  room: MeshRoom<S>,
  { identity, life }: { identity: Identity; life: Life },
) {
  const { store, clock, log } = room
  const crypto = createNodeCrypto()
  const newNonce = () => Buffer.from(room.random(16)).toString('base64url')
  const wallMs = () => clock.now()
  const quietly = quietWork(log, 'mesh.failed')
  const common = { self: identity.id, sign: identity.sign, crypto, newNonce, epoch: life.epoch }
  const transport = createWebSocketTransport({
    ...room,
    ...common,
    ...peerPlace(room),
    identity,
    wallMs,
    mayDial: (node, purpose) => (purpose === 'link' ? runtime.node().links.has(node) : pairings.isOpen()),
    hear: (carrier, purpose) =>
      purpose === 'link' ? runtime.carry(carrier, false) : pairings.arrived(carrier),
  })
  const state = () => runtime.node().state
  const letters = createLetters({ self: identity.id, mail: room.mail, state, nowMs: wallMs, log })
  const post = createPost({ ...room, letters, runtime: () => runtime, quietly })
  const grants = createGrants(store, clock)
  const runtime: Runtime = createRuntime({
    clock,
    log,
    now: () => ({ atMs: Math.floor(room.nowMs()), wallMs: clock.now() }),
    load: () => loadMesh(store, identity.id, room.policy),
    newSession: newNonce,
    mesh: { ...reducerDeps(room, transport, () => moving), ...common, takes: letters.takes },
    also: (changes) => bothOf(bothOf(moving.also(changes), shared.also(changes)), post.also(changes)),
    write: (also, said) => written({ post, letters, remote, quietly }, also, said),
    dial: diallerOf(() => ({ relay, runtime, nodes }), { transport, log }),
    ears: earsOf(() => ({ post, nodes, remote, relay, moving, news, store, quietly })),
  })
  const { node } = runtime
  const viaOf = (id: NodeId) => relay.via(id)
  const nodes = createNodes({ ...common, store, node, nowMs: wallMs, grantOf: grants.of, viaOf })
  const pairings = createPairings({
    ...room,
    ...common,
    transport,
    trusted(peer, { role, urls }) {
      runtime.step({ type: 'introduce', whom: peer, role })
      quietly(welcome(peer, urls))
    },
  })
  const welcome = async (peer: NodeId, urls: readonly string[]) => {
    await nodes.noted(peer, urls)
    await transport.listen()
    moved()
  }
  const relay = createRelayCarriers({
    ...room,
    post: createRelayPost({ ...room, self: identity.id, node: runtime.node, send: runtime.pass }),
    isMember: (node) => runtime.node().links.has(node),
    hear: (carrier) => runtime.carry(carrier, true),
  })
  const remote = createRemote(room, { runtime: () => runtime, nodes, grants, quietly, letters, life })
  room.carry?.(remote.streams)
  const moving = room.moving(sideOf({ life, identity, remote, runtime, nodes, grants, post, quietly }))
  const shared = room.shared({ log: () => state().log, write: writerOf(runtime) })
  const news = createNews({
    ...common,
    store,
    nodes,
    grants,
    forget: remote.forget,
    isMember: (node) => state().membership.members.has(node),
    quietly,
  })
  const moved = () => runtime.step({ type: 'renew' })
  const door = createDoor({ ...room, cards: networkCards, transport, moved })
  const reach = { transport, relay, door, pairings }
  return { ...reach, letters, post, grants, runtime, nodes, remote, moving, shared, news, quietly }
}

/** Writes a step with its letters, and what is to be fetched for them in the same transaction. */
async function written(
  { post, letters, remote, quietly }: Pick<Parts, 'post' | 'letters' | 'remote'> & Pick<Ears, 'quietly'>,
  also: Also,
  said: readonly Letter[],
): Promise<void> {
  const statements = [...also.statements, ...remote.files.wantedBy(letters.takenOf(said))]
  await post.write({ ...also, statements }, said)
  if (said.length > 0) quietly(remote.files.begin())
}

/** Where others reach this machine. */
const peerPlace = <S extends Stored>({ store, config }: MeshRoom<S>) => ({
  host: () => chosenHost(store) ?? config.peerHost,
  port: config.peerPort,
  names: config.peerNames,
  cards: networkCards,
})

const diallerOf = (
  parts: () => Pick<Parts, 'relay' | 'runtime' | 'nodes'>,
  { transport, log }: { transport: PeerTransport; log: Log },
) =>
  createDialler({
    transport,
    relay: () => parts().relay,
    runtime: () => parts().runtime,
    urlsOf: (node) => parts().nodes.urlsOf(node),
    log,
  })

type Ears = Pick<Parts, 'post' | 'nodes' | 'remote' | 'relay' | 'moving' | 'news'> & {
  store: Pick<Store, 'audit'>
  quietly: Quietly
}

/** Who hears what of the runtime; the parts are there when the first step is taken. */
function earsOf(parts: () => Ears): RuntimeEars {
  const noted = createMisconduct()
  return {
    notices: (notices) => parts().quietly(parts().post.settle(notices)),
    records: (records) => parts().news.heard(records),
    link(peer, state) {
      const { quietly, nodes, remote, relay, moving } = parts()
      quietly(nodes.noted(peer))
      remote.streams.linked(peer, state)
      remote.agents.linked(peer, state)
      moving.linked(peer, state)
      remote.events.linked(peer, state)
      remote.health.linked(peer, state)
      remote.lostMail.linked(peer, state)
      if (state !== 'down') quietly(remote.files.begin())
      if (state === 'down') relay.lost()
    },
    stream: (piece) => parts().remote.streams.hear(piece),
    moved: (peer) => parts().remote.streams.moved(peer),
    relayed: (peer, frame) => parts().relay.relayed(peer, frame),
    misconduct: (peer, what) => parts().quietly(noted(parts().store, peer, what)),
  }
}

/** What the reducer asks of this machine. */
const reducerDeps = (
  room: Pick<MeshRoom, 'random' | 'machineName' | 'version' | 'agents'>,
  transport: PeerTransport,
  moving: () => Moving,
): Pick<MeshDeps, 'codec' | 'chance' | 'homeOf' | 'card' | 'hasCopy' | 'agents'> => ({
  hasCopy: (agent, digest) => moving().hasCopy(agent, digest),
  // One that has just become ours lives here as soon as that step is on disk.
  agents: () => new Map([...moving().arriving(), ...namesOf(room.agents())]),
  codec: peerCodec,
  chance: () => Buffer.from(room.random(4)).readUInt32BE() / 2 ** 32,
  homeOf: (_state, party) => homeOfParty(party),
  card: () => ({
    name: labelFrom(room.machineName()),
    urls: transport.urls(),
    relay: true,
    version: room.version,
  }),
})

const namesOf = (agents: readonly Agent[]): ReadonlyMap<string, string> =>
  new Map(agents.map(({ id, name }) => [id, name]))

/** Mail that leaves, and what others have to know of this machine. */
function followerOf(
  room: Pick<MeshRoom, 'agents' | 'machineName'>,
  { post, runtime, remote }: Pick<Parts, 'post' | 'runtime' | 'remote'>,
) {
  const current = () => ({ agents: namesOf(room.agents()), name: room.machineName() })
  let told = current()
  return (events: readonly LoggedEvent[]): void => {
    post.follow(events)
    remote.agents.follow(events)
    remote.events.follow(events)
    // Out of an archive, that is; one that comes by a move is ours by the step that brings it.
    for (const { type, subject } of events)
      if (type === 'agent.undeleted' || type === 'agent.created')
        runtime.step({ type: 'adopt', agent: subject, again: true })
    if (!events.some(({ type }) => type.startsWith('agent.') || type === 'settings.changed')) return
    const now = current()
    if (isDeepStrictEqual(now, told)) return
    told = now
    runtime.step({ type: 'renew' })
  }
}

/** One who floods us with it must not fill the disk: the first ones tell enough. */
const MISCONDUCT_MOST = 100

/** What a peer must not have said is kept where nobody can lose it. */
function createMisconduct() {
  const counts = new Map<NodeId, number>()
  return async (store: Pick<Store, 'audit'>, peer: NodeId, what: string): Promise<void> => {
    const count = (counts.get(peer) ?? 0) + 1
    counts.set(peer, count)
    if (count > MISCONDUCT_MOST) return
    await store.audit(
      { actor: peer, address: '', act: 'mesh.misconduct', audited: true },
      { subject: peer, outcome: 'refused', detail: { what } },
    )
  }
}

const TABLES = [
  'roots',
  'records',
  'streams',
  'entries',
  'holdings',
  'out_lanes',
  'out',
  'in',
  'notices',
  'nodes',
  'grants',
  'files',
]

/** What a machine that has left does not know any more. */
const forgotten = () =>
  [...TABLES.map((table) => `mesh_${table}`), 'board_cards', 'board_columns'].map((table) => ({
    sql: `DELETE FROM ${table}`,
    values: [],
  }))
