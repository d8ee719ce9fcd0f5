// The machines of the room as people see them: link, version, latency, clock, and when a machine was last there.
import { fault, type MeshNode as Shown, type NewEvent, type NodeGrant } from '@tutti/core'
import {
  agentsOf,
  directCarrier,
  homeOfAgent,
  machinesOf,
  type Link,
  type Machine,
  type MeshNode,
} from '@tutti/core/mesh'
import type { NodeId } from '@tutti/protocol'
import { isNodeId } from '@tutti/protocol'
import type { By, Statement, Store } from '../db/store.ts'

export interface NodesDeps {
  store: Pick<Store, 'get' | 'all' | 'commit'>
  self: NodeId
  node: () => MeshNode
  nowMs: () => number
  grantOf: (node: NodeId) => NodeGrant | null
  /** The neighbour that passes on what goes there. */
  viaOf: (node: NodeId) => NodeId | null
}

interface SeenRow {
  urls: string
  seen_at: number
}

export type Nodes = ReturnType<typeof createNodes>

export function createNodes(deps: NodesDeps) {
  const { store, self } = deps
  const since = new Map<NodeId, number>()
  const lastTold = new Map<NodeId, string>()

  const seen = (node: NodeId) => seenIn(store, node)

  const { shown, unheard } = createShowing(deps, since)

  const machines = (): Machine[] => {
    const { directory, membership } = deps.node().state
    return machinesOf(directory, membership, deps.nowMs())
  }

  const list = (): Shown[] => {
    const { state } = deps.node()
    const known = machines()
    const counts = agentCounts(deps)
    // One that was let in and has not spoken yet is of the room as well.
    const silent = [...state.membership.members.keys()]
      .filter((id) => !known.some((machine) => machine.id === id))
      .map((id) => unheard(id))
    const order = { self: 0, linked: 1, relayed: 1, away: 2 }
    return [...known.map((machine) => shown(machine, counts)), ...silent].sort(
      (a, b) => order[a.link] - order[b.link] || (a.name < b.name ? -1 : 1),
    )
  }

  const find = (id: string): Shown | undefined => {
    const machine = machines().find((one) => one.id === id)
    if (machine) return shown(machine, agentCounts(deps))
    return isNodeId(id) && deps.node().state.membership.members.has(id) ? unheard(id) : undefined
  }

  return {
    self,
    list,
    find,
    /** The machine of an id or a name that somebody here has given; null where there is none. */
    named: (text: string) => namedIn(list(), text),
    count: (): number => deps.node().state.membership.members.size,
    labelOf: (id: NodeId): string =>
      machines().find((one) => one.id === id)?.label ?? id.slice(-6).toLowerCase(),
    isUp: (id: NodeId): boolean => deps.node().ups.has(id),
    /** The machine of an agent that lives elsewhere; null where nobody knows one. */
    homeOfAgent(agent: string): NodeId | null {
      const { directory, membership } = deps.node().state
      const home = homeOfAgent(directory, membership, agent)
      return home === self ? null : home
    },
    /** The machine of an id that came from outside; throws node.unknown. */
    get(id: string): NodeId {
      if (!isNodeId(id) || !deps.node().state.membership.members.has(id)) throw fault('node.unknown', { id })
      return id
    },
    urlsOf: (id: NodeId): string[] => [...new Set([...toldUrls(deps.node(), id), ...seen(id).urls])],
    /** Tells everybody how a machine is, where that is other than what was told before. */
    async told(id: NodeId): Promise<void> {
      const one = find(id)
      const text = one && [one.name, one.version, ...one.urls].join(' ')
      if (!one || lastTold.get(id) === text) return
      lastTold.set(id, text ?? '')
      const events: NewEvent[] = [{ type: 'node.changed', subject: id, data: one }]
      await store.commit({ by: NOTING, subject: id, statements: [], events })
    },
    /** Notes that a machine was there now, and tells everybody how its link is. */
    async noted(id: NodeId, hints: readonly string[] = []): Promise<void> {
      since.set(id, deps.nowMs())
      const urls = [...new Set([...hints, ...seen(id).urls])].slice(0, MOST_HINTS)
      const one = find(id)
      const events: NewEvent[] = one ? [{ type: 'node.changed', subject: id, data: one }] : []
      await store.commit({
        by: NOTING,
        subject: id,
        statements: [seenStatement(id, urls, deps.nowMs())],
        events,
      })
    },
  }
}

/** A machine as people see it: one that has spoken, and one that was let in and has not. */
function createShowing(deps: NodesDeps, since: ReadonlyMap<NodeId, number>) {
  const { self } = deps
  const seen = (node: NodeId) => seenIn(deps.store, node)

  const way = (id: NodeId): Pick<Shown, 'link' | 'via'> => {
    if (id === self) return { link: 'self', via: null }
    if (!deps.node().ups.has(id)) return { link: 'away', via: null }
    const link = wayOf(deps.node().links.get(id))
    return { link, via: link === 'relayed' ? deps.viaOf(id) : null }
  }

  const shown = (machine: Machine, counts: ReadonlyMap<NodeId, number>): Shown => {
    const node = deps.node()
    const link = node.links.get(machine.id)
    const isUp = node.ups.has(machine.id)
    return {
      id: machine.id,
      name: machine.label,
      ...way(machine.id),
      since: since.get(machine.id) ?? (isUp ? null : seen(machine.id).seenAt),
      version: machine.record.body.version,
      latencyMs: isUp ? (link?.latencyMs ?? null) : null,
      skewMs: link?.skewMs ?? null,
      agents: counts.get(machine.id) ?? 0,
      waiting: waitingFor(node, machine.id),
      urls: [...machine.record.body.urls],
      grant: machine.id === self ? null : deps.grantOf(machine.id),
    }
  }

  const unheard = (id: NodeId): Shown => ({
    id,
    name: id.slice(-6).toLowerCase(),
    link: id === self ? 'self' : deps.node().ups.has(id) ? 'linked' : 'away',
    via: null,
    since: seen(id).seenAt,
    version: '',
    latencyMs: null,
    skewMs: null,
    agents: 0,
    waiting: waitingFor(deps.node(), id),
    urls: seen(id).urls,
    grant: id === self ? null : deps.grantOf(id),
  })

  return { shown, unheard }
}

/** Agents of each machine. */
function agentCounts({ node, nowMs }: NodesDeps): ReadonlyMap<NodeId, number> {
  const { directory, membership } = node().state
  const counts = new Map<NodeId, number>()
  for (const { home } of agentsOf(directory, membership, nowMs()))
    counts.set(home, (counts.get(home) ?? 0) + 1)
  return counts
}

const namedIn = (all: readonly Shown[], text: string): NodeId | null => {
  const found = all.find(({ id, name }) => id === text || name === text)?.id
  return found !== undefined && isNodeId(found) ? found : null
}

function toldUrls({ state }: MeshNode, id: NodeId): readonly string[] {
  const record = state.directory.get(`node ${id} ${id}`)
  return record?.kind === 'node' ? record.body.urls : []
}

function seenIn(store: Pick<Store, 'get'>, node: NodeId): { urls: string[]; seenAt: number | null } {
  const row = store.get<SeenRow>('SELECT urls, seen_at FROM mesh_nodes WHERE node = ?', node)
  // Written by JSON.stringify of such a list, below.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return row ? { urls: JSON.parse(row.urls) as string[], seenAt: row.seen_at } : { urls: [], seenAt: null }
}

const wayOf = (link: Link | undefined): 'linked' | 'relayed' =>
  link && directCarrier(link) === null ? 'relayed' : 'linked'

const MOST_HINTS = 8
const NOTING: By = { actor: 'system', address: '', act: 'mesh.note', audited: false }

const seenStatement = (id: NodeId, urls: readonly string[], at: number): Statement => ({
  sql: `INSERT INTO mesh_nodes (node, urls, seen_at, picture) VALUES (?, ?, ?, '[]')
    ON CONFLICT (node) DO UPDATE SET urls = excluded.urls, seen_at = excluded.seen_at`,
  values: [id, JSON.stringify(urls), at],
})

function waitingFor({ state }: MeshNode, id: NodeId): number {
  let count = 0
  for (const { waiting } of state.mail.out.get(id)?.values() ?? []) count += waiting.size
  return count
}
