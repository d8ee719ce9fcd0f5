// Wires what upgrades need of this machine. What they do is loaded late: most starts follow none, and begin none.
import { existsSync } from 'node:fs'
import { fault, type OperationName } from '@tutti/core'
import { isNodeId } from '@tutti/protocol'
import type { Context, Handlers } from '../handler.ts'
import type { Room } from '../main.ts'
import { nodeKeyFile } from './mesh-room.ts'
import type { MeshDoor } from '../mesh/door.ts'
import type { PeerStreams } from '../mesh/peer-streams.ts'
import { quietWork } from '../quiet-work.ts'
import { placesIn, type Former, type Places } from '../upgrade/places.ts'
import type { Person } from '../upgrade/room-job.ts'
import { readOrCreateKey } from '../vault/keys.ts'

export type UpgradeHandlers = Pick<
  Handlers,
  | 'listReleases'
  | 'uploadRelease'
  | 'listReleaseKeys'
  | 'trustReleaseKey'
  | 'distrustReleaseKey'
  | 'upgradeMachine'
  | 'getUpgrade'
  | 'upgradeNodes'
  | 'getRoomUpgrade'
>

export interface UpgradingOptions {
  env: Readonly<Record<string, string | undefined>>
  former: Former
  pid: number
  /** The folder of this program. */
  program: string
}

export interface Upgrading {
  handlers: UpgradeHandlers
  /** What machines fetch from here, once the mesh is open. */
  carry(streams: PeerStreams): void
  begin(): Promise<void>
  /** Of the machines that were linked before an upgrade, as a version that is tried finds them. */
  links(): Promise<{ linkedBefore: number; reached: number }>
  close(): void
}

const ROW = 'SELECT 1 FROM room_upgrades WHERE state LIKE \'%"endedAt":null%\''

export function openUpgrading(
  room: Room,
  { env, former, pid, program }: UpgradingOptions,
  mesh: () => MeshDoor,
): Upgrading {
  const { store, log, config } = room
  const places = placesIn(config.dataFolder)
  const made = () => load(room, { env, former, pid, program }, { places, mesh })
  let once: ReturnType<typeof made> | null = null
  const behind = (): ReturnType<typeof made> => (once ??= made())
  let isClosed = false
  const quietly = quietWork(log, 'upgrade.untold')

  /** The version that comes after an upgrade tells of it, as soon as its supervisor has ended it. */
  const follow = async (): Promise<void> => {
    const { own, fleet } = await behind()
    for (;;) {
      const { upgrade } = own.state()
      if (isClosed) return
      if (upgrade === null || upgrade.endedAt !== null) break
      await own.past(upgrade.phase)
    }
    await own.told()
    fleet.resume()
  }

  return {
    handlers: handlersBehind(behind, mesh),
    carry(streams) {
      // Another machine may ask at once; that there is something to fetch was decided here, so it is loaded by then.
      quietly(async () => (await behind()).serve(streams))
    },
    async begin() {
      const journal = places.journal()
      const isFollowed = (journal !== null && !journal.told) || store.get(ROW) !== undefined
      if (!existsSync(places.root) || !isFollowed) return
      await room.gate.passed(() => quietly(follow))
    },
    async links() {
      const machines = (places.journal()?.linked ?? []).flatMap(({ node, urls }) =>
        isNodeId(node) ? [{ node, urls }] : [],
      )
      if (machines.length === 0) return { linkedBefore: 0, reached: 0 }
      const { probeLinks } = await import('../mesh/probe.ts')
      const seed = readOrCreateKey(nodeKeyFile(config), room.random, false)
      const { openings } = mesh()
      const reached = await probeLinks({ ...room, openings, seed, nowMs: () => performance.now() }, machines)
      return { linkedBefore: machines.length, reached }
    },
    close() {
      isClosed = true
      quietly(ended(once))
    },
  }
}

async function ended(once: ReturnType<Behind> | null): Promise<void> {
  const opened = await once
  opened?.own.close()
  opened?.fleet.close()
}

interface Around {
  places: Places
  mesh: () => MeshDoor
}

async function load(room: Room, { env, former, pid, program }: UpgradingOptions, { places, mesh }: Around) {
  const { store, clock, log, config, version } = room
  const [keys, shelves, upgrades, rooms, jobs, processes, carrying, identity] = await Promise.all([
    import('../upgrade/release-keys.ts'),
    import('../upgrade/release-shelf.ts'),
    import('../upgrade/upgrades.ts'),
    import('../upgrade/room-upgrade.ts'),
    import('../upgrade/room-job.ts'),
    import('../upgrade/version-process.ts'),
    import('../upgrade/carrying.ts'),
    import('../mesh/identity.ts'),
  ])
  const self = (): string => identity.identityOf(readOrCreateKey(nodeKeyFile(config), room.random, true)).id
  const trusted = keys.createReleaseKeys({ store, clock, self })
  const platform = `${process.platform}-${process.arch}`
  const crypto = identity.createNodeCrypto()
  const shelf = shelves.createReleaseShelf({
    places,
    clock,
    crypto,
    isTrusted: trusted.isTrusted,
    platform,
  })
  const { supervise } = processes.createVersionProcesses({
    env,
    root: program,
    logFolder: config.logFolder,
  })
  const own = upgrades.createUpgrades({
    store,
    clock,
    log,
    places,
    shelf,
    version,
    pid,
    former,
    supervise,
    linked: () =>
      mesh()
        .list()
        .flatMap(({ id, link, urls }) => (link === 'linked' ? [{ node: id, urls }] : [])),
    streamTo: (node, purpose, head) => mesh().streamTo(node, purpose, head),
  })
  const fleet = rooms.createRoomUpgrades({
    store,
    clock,
    log,
    upgrades: own,
    self,
    ask: (node, name, { input, person }) =>
      mesh().ask(node, name, { input, context: contextOf(person, name) }),
  })
  const serve = (streams: PeerStreams) =>
    carrying.serveReleases(streams, { places, mayFetch: fleet.mayFetch })
  return { self, trusted, shelf, own, fleet, serve, personOf: jobs.personOf }
}

type Behind = () => ReturnType<typeof load>

const handlersBehind = (behind: Behind, mesh: () => MeshDoor): UpgradeHandlers => ({
  listReleases: async () => (await behind()).shelf.list(),
  uploadRelease: async (_input, { body }) => (await behind()).shelf.bring(body),
  listReleaseKeys: async () => (await behind()).trusted.list(),
  async trustReleaseKey({ key, name }, { by }) {
    const { trusted } = await behind()
    await trusted.trust(key, name, by)
    return trusted.list()
  },
  async distrustReleaseKey({ key }, { by }) {
    const { trusted } = await behind()
    await trusted.distrust(key, by)
    return trusted.list()
  },
  upgradeMachine: async (wanted, { by }) => (await behind()).own.begin(wanted, by),
  getUpgrade: async ({ past }) => (await behind()).own.past(past),
  async upgradeNodes({ digest, nodes, atOnce }, context) {
    const { shelf, fleet, personOf, self } = await behind()
    const release = shelf.find(digest)
    if (release === null) throw fault('release.unknown', { digest })
    const known = mesh().list()
    const all = known.length > 0 ? known : [{ id: self(), name: 'this machine' }]
    const wanted = nodes ?? all.map(({ id }) => id)
    const chosen = wanted.map((id) => {
      const one = all.find((machine) => machine.id === id)
      if (!one || !isNodeId(id)) throw fault('node.unknown', { id })
      return one
    })
    return fleet.begin({ release, nodes: chosen, atOnce, person: personOf(context.actor) }, context.by)
  },
  getRoomUpgrade: async ({ past }) => (await behind()).fleet.past(past),
})

/** What is asked of another machine while nobody waits for the answer but us. */
function contextOf({ id, name, role }: Person, operation: OperationName): Context {
  const never = new AbortController()
  return {
    actor: { id, userId: null, agentId: null, name, role, scopes: null, loginId: null },
    by: { actor: id, address: '', act: operation, audited: true },
    address: '',
    agent: 'upgrade',
    origin: '',
    version: 0,
    requestId: '',
    gone: () => never.signal,
    body: new Uint8Array(),
    sent: () => undefined,
    header: () => undefined,
  }
}
