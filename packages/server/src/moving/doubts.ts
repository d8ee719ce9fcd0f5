// Agents of a machine that was restored from a backup: kept still until it is known whether they have moved on since, and let go
// where they have.
import { fault, must } from '@tutti/core'
import type { Holding } from '@tutti/core/mesh'
import type { Changes } from './book.ts'
import type { HandOverRoom } from './hand-over.ts'

/** Nothing starts or changes it from now on, and what runs of it ends. */
export function doubt({ residence, mesh }: HandOverRoom, id: string): void {
  const agent = residence.find(id)
  if (!agent) return
  residence.hold(agent.id, fault('agent.doubted', { name: agent.name }))
  if (agent.session) mesh.quietly(residence.hibernate(agent.id, 'It may have moved to another machine'))
}

/** It is here: it may be worked on as soon as that is on disk, unless it is on its way. */
export function trust({ residence, mesh, book }: HandOverRoom, id: string): void {
  const agent = residence.find(id)
  const move = book.find(id)?.move
  const isUnderWay = move?.direction === 'out' && move.endedAt === null
  if (!agent || isUnderWay) return
  const end = async () => {
    await mesh.settled()
    if (mesh.holding(id)?.phase === 'owner') residence.hold(agent.id, null)
  }
  mesh.quietly(end())
}

const BEFORE = 'SELECT ifnull(max(seq), 0) AS seq FROM messages WHERE created_at < ?'

/** It lives elsewhere: what came for it since the restore goes after it. Its key stays as sealed as it is in the backup. */
export function yielded(
  { residence, book, mesh, clock, store }: HandOverRoom,
  id: string,
  { to }: Extract<Holding, { phase: 'gone' }>,
): Changes {
  const agent = must(residence.find(id), 'the agent that has moved on')
  const mailSeq = store.get<{ seq: number }>(BEFORE, mesh.restoredAt ?? clock.now())?.seq ?? 0
  const now = clock.now()
  const gone = residence.letGo(agent, { node: to, mailSeq })
  const told = book.written({
    move: {
      agent: agent.id,
      name: agent.name,
      direction: 'out',
      node: to,
      nodeName: mesh.labelOf(to),
      phase: 'done',
      sentBytes: 0,
      sizeBytes: 0,
      why: 'It had moved there before this machine was restored from a backup',
      startedAt: now,
      endedAt: now,
    },
    detail: { workingCopy: 'none', digest: '', mailSeq: 0, folder: '', made: false },
  })
  return {
    statements: [...gone.statements, ...told.statements],
    events: [...gone.events, ...told.events],
  }
}
