// Moves an agent to another machine of the room: where to, then how far it is. Loaded when it is first asked for.
import '../words/late/moving.ts'
import type { AgentMove, MeshNode } from '@tutti/core'
import { useState } from 'react'
import { closeAsk } from '../agents/ask-store.ts'
import { useAgents } from '../data/agents-store.ts'
import { api } from '../data/api.ts'
import { attempt } from '../data/attempt.ts'
import { useLive, type Live } from '../data/use-live.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { ErrorState, Skeleton } from '../ui/page-states.tsx'
import { t } from '../words/words.ts'

interface Known {
  nodes: MeshNode[]
  /** The last move of this agent, if there was one. */
  move: AgentMove | null
}

const read = async (id: string): Promise<Known> => {
  const [nodes, moves] = await Promise.all([api.listNodes({}), api.listMoves({})])
  return {
    nodes: nodes.filter(({ link }) => link === 'linked' || link === 'relayed'),
    move: moves.find(({ agent }) => agent === id) ?? null,
  }
}

export function MoveDialog({ id }: { id: string }) {
  // It leaves the store when it is handed over; its name stays in the title.
  const there = useAgents((state) => state.agents.get(id))
  const [agent] = useState(there)
  const known = useLive<Known>({
    key: id,
    read: () => read(id),
    apply: (value, event) =>
      event.type === 'move.changed' && event.subject === id ? { ...value, move: event.data } : value,
  })
  if (!agent) return null
  const begun = begunIn(known)
  const title = t('move.title', { name: agent.name })
  if (begun && begun.endedAt === null) return <Moving title={title} move={begun} />
  if (begun?.phase === 'done')
    return (
      <Dialog
        title={title}
        onClose={closeAsk}
        actions={<Button onClick={closeAsk}>{t('common.close')}</Button>}
      >
        <output>{t('move.done', { name: agent.name, node: begun.nodeName })}</output>
      </Dialog>
    )
  if (known.state === 'ready')
    return (
      <Choose
        title={title}
        agent={agent}
        nodes={known.value.nodes}
        failed={begun?.phase === 'failed' ? begun : null}
      />
    )
  return (
    <Dialog title={title} onClose={closeAsk}>
      {known.state === 'failed' ? (
        <ErrorState message={known.message} onRetry={known.retry} />
      ) : (
        <Skeleton lines={3} />
      )}
    </Dialog>
  )
}

/** Its move away, under way or over. */
const begunIn = (known: Live<Known>): AgentMove | null =>
  known.state === 'ready' && known.value.move?.direction === 'out' ? known.value.move : null

interface ChooseProps {
  title: string
  agent: { id: AgentMove['agent']; name: string }
  nodes: readonly MeshNode[]
  failed: AgentMove | null
}

function Choose({ title, agent, nodes, failed }: ChooseProps) {
  const [to, setTo] = useState(nodes[0]?.id ?? '')
  const [copy, setCopy] = useState(true)
  const [busy, setBusy] = useState(false)
  const move = async () => {
    setBusy(true)
    await attempt(() => api.moveAgent({ agent: agent.id, to, workingCopy: copy ? 'bundle' : 'none' }))
    setBusy(false)
  }
  return (
    <Dialog
      title={title}
      onClose={closeAsk}
      actions={
        <>
          <Button kind="quiet" onClick={closeAsk}>
            {t('common.cancel')}
          </Button>
          <Button kind="primary" busy={busy} disabled={to === ''} onClick={() => void move()}>
            {t('move.do')}
          </Button>
        </>
      }
    >
      {failed && <p role="alert">{t('move.failed', { name: agent.name, why: failed.why })}</p>}
      <p>{t('move.text')}</p>
      {nodes.length === 0 ? (
        <p>{t('move.none')}</p>
      ) : (
        <label>
          {t('move.to')}{' '}
          <select value={to} onChange={(event) => setTo(event.target.value)}>
            {nodes.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </label>
      )}
      <label>
        <input type="checkbox" checked={copy} onChange={(event) => setCopy(event.target.checked)} />{' '}
        {t('move.copy')}
      </label>
    </Dialog>
  )
}

function Moving({ title, move }: { title: string; move: AgentMove }) {
  const isLate = move.phase === 'handing-over'
  const cancel = () => attempt(() => api.cancelMove({ agent: move.agent }))
  return (
    <Dialog
      title={title}
      onClose={closeAsk}
      actions={
        <>
          <Button kind="quiet" disabled={isLate} onClick={() => void cancel()}>
            {t('move.cancel')}
          </Button>
          <Button onClick={closeAsk}>{t('common.close')}</Button>
        </>
      }
    >
      <output>{phaseText(move)}</output>
      <progress
        aria-label={title}
        max={Math.max(1, move.sizeBytes)}
        value={isLate ? move.sizeBytes : move.sentBytes}
      />
    </Dialog>
  )
}

function phaseText({ phase, sentBytes, sizeBytes, nodeName }: AgentMove): string {
  if (phase === 'packing') return t('move.packing')
  if (phase === 'handing-over') return t('move.handing-over', { node: nodeName })
  return t('move.sending', { sent: megabytes(sentBytes), size: megabytes(sizeBytes) })
}

const megabytes = (bytes: number): string => `${(bytes / 1_000_000).toFixed(1)} MB`
