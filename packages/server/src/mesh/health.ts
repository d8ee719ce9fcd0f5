// How machines do: asked when somebody looks, so that a room that nobody looks at says nothing; the last answer is kept.
import { availableParallelism, freemem, loadavg, totalmem } from 'node:os'
import { NodeHealth, type Clock } from '@tutti/core'
import type { NodeId } from '@tutti/protocol'
import type { By, Store } from '../db/store.ts'
import type { Quietly } from '../quiet-work.ts'
import type { PeerStreams } from './peer-streams.ts'

export interface HealthDeps {
  clock: Clock
  store: Pick<Store, 'get' | 'commit' | 'writable'>
  streams: PeerStreams
  self: NodeId
  isUp(node: NodeId): boolean
  startedAt: number
  /** Agents of this machine, and those that run. */
  counts: () => { agents: number; awake: number }
  quietly: Quietly
}

/** One that takes longer is shown as it last was. */
const ANSWER_MS = 3000
const ANSWER_BYTES = 4096
const BY: By = { actor: 'system', address: '', act: 'mesh.health', audited: false }

export type Health = ReturnType<typeof createHealth>

export function createHealth(deps: HealthDeps) {
  const { clock, store, streams } = deps
  const known = new Map<NodeId, NodeHealth>()
  const own = (): NodeHealth => ownHealth(deps)

  streams.serve('health', (stream) => {
    stream.listen({ message: () => undefined, closed: () => undefined }) // the question is its head
    stream.send(Buffer.from(JSON.stringify(own())))
  })

  const ask = (node: NodeId): Promise<NodeHealth | null> =>
    new Promise((resolve) => {
      const stream = streams.open(node, 'health', null)
      const end = (health: NodeHealth | null) => {
        cancel()
        stream.close()
        resolve(health)
      }
      const cancel = clock.after(ANSWER_MS, () => end(null))
      stream.listen({
        message: (bytes) => end(healthIn(bytes, clock.now())),
        closed: () => end(null),
      })
    })

  const lastOf = (node: NodeId): NodeHealth | null => known.get(node) ?? saved(store, node)

  return {
    /** As it is now; of one that does not answer, the last that is known. */
    async of(node: NodeId): Promise<NodeHealth | null> {
      if (node === deps.self) return own()
      const health = deps.isUp(node) ? await ask(node) : null
      if (health) known.set(node, health)
      return health ?? lastOf(node)
    },
    /** Keeps the last answer of a machine that has gone away, also over a restart. */
    linked(node: NodeId, state: 'up' | 'reset' | 'down'): void {
      const last = known.get(node)
      if (state !== 'down' || !last) return
      const values = [JSON.stringify(last), node]
      const statements = [{ sql: 'UPDATE mesh_nodes SET health = ? WHERE node = ?', values }]
      deps.quietly(store.commit({ by: BY, subject: node, statements }))
    },
  }
}

function ownHealth({ clock, store, counts, startedAt }: HealthDeps): NodeHealth {
  const processors = availableParallelism()
  const { agents, awake } = counts()
  return {
    at: clock.now(),
    load: Math.round(((loadavg()[0] ?? 0) / processors) * 100) / 100,
    processors,
    memoryBytes: totalmem(),
    freeBytes: freemem(),
    startedAt,
    writable: store.writable(),
    agents,
    awake,
  }
}

/** Their clock may be another one: what counts is when we heard it. */
function healthIn(bytes: Uint8Array, at: number): NodeHealth | null {
  if (bytes.byteLength > ANSWER_BYTES) return null
  try {
    const health = NodeHealth.strip().safeParse(JSON.parse(Buffer.from(bytes).toString('utf8')))
    return health.success ? { ...health.data, at } : null
  } catch {
    return null // nothing that could be shown
  }
}

function saved(store: Pick<Store, 'get'>, node: NodeId): NodeHealth | null {
  const row = store.get<{ health: string | null }>('SELECT health FROM mesh_nodes WHERE node = ?', node)
  const text = row?.health ?? null
  return text === null ? null : (NodeHealth.safeParse(JSON.parse(text)).data ?? null)
}
