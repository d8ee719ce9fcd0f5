// The machines of the room: how each does, how it is linked, who may do what, and the ways in and out.
import '../words/late/nodes.ts'
import '../words/late/settings.ts'
import type { LoggedEvent, OutputOf } from '@tutti/core'
import { LogIn, Network, Plus } from 'lucide-react'
import { useState } from 'react'
import { api } from '../data/api.ts'
import { useMay } from '../data/session-store.ts'
import { useLive, withRow, withoutRow } from '../data/use-live.ts'
import { Button } from '../ui/button.tsx'
import { EmptyState, ErrorState, Skeleton } from '../ui/page-states.tsx'
import { Page } from '../ui/page.tsx'
import { t } from '../words/words.ts'
import { ClaimsPart } from './claims-part.tsx'
import { DevicesPart } from './devices-part.tsx'
import { DoorPart } from './door-part.tsx'
import { GrantDialog } from './grant-dialog.tsx'
import { InviteDialog } from './invite-dialog.tsx'
import { JoinDialog } from './join-dialog.tsx'
import { LeaveDialog, RenameDialog, RevokeDialog } from './node-dialogs.tsx'
import { NodeCard, type NodeAct } from './node-card.tsx'
import { UpgradePart } from './upgrade-part.tsx'
import { useHealth } from './use-health.ts'
import css from './nodes-screen.module.css'

export type NodeList = OutputOf<'listNodes'>
export type ShownNode = NodeList[number]

type Open = { what: 'invite' } | { what: 'join' } | { what: NodeAct; node: ShownNode } | null

export function NodesScreen() {
  const mayWrite = useMay('node:write')
  const [open, setOpen] = useState<Open>(null)
  const list = useLive<NodeList>({ key: 'nodes', read: () => api.listNodes({}), apply: heard })
  const nodes = list.state === 'ready' ? list.value : []
  const close = () => {
    setOpen(null)
    if (list.state === 'ready') list.reload()
  }
  const actions = mayWrite && (
    <>
      <Button icon={<LogIn />} onClick={() => setOpen({ what: 'join' })}>
        {t('nodes.join')}
      </Button>
      <Button icon={<Plus />} kind="primary" onClick={() => setOpen({ what: 'invite' })}>
        {t('nodes.invite')}
      </Button>
    </>
  )
  return (
    <Page
      title={t('nodes.title')}
      note={nodes.length > 1 && t('nodes.count', { n: nodes.length })}
      actions={<span className={css.wide}>{actions}</span>}
    >
      <div className={css.column}>
        <div className={css.slim}>{actions}</div>
        {list.state === 'loading' && <Skeleton />}
        {list.state === 'failed' && <ErrorState message={list.message} onRetry={list.retry} />}
        {list.state === 'ready' && nodes.length < 2 && (
          <EmptyState icon={<Network />} title={t('nodes.alone')}>
            {t('nodes.alone-text')}
          </EmptyState>
        )}
        {nodes.length > 1 && <Cards nodes={nodes} onAct={(what, node) => setOpen({ what, node })} />}
        {list.state === 'ready' && (
          <>
            <ClaimsPart />
            <DoorPart />
            <DevicesPart />
            <UpgradePart count={nodes.length} />
          </>
        )}
      </div>
      <Dialogs open={open} nodes={nodes} onClose={close} />
    </Page>
  )
}

function Dialogs({ open, nodes, onClose }: { open: Open; nodes: NodeList; onClose: () => void }) {
  if (open === null) return null
  if (open.what === 'invite') return <InviteDialog onClose={onClose} />
  if (open.what === 'join') return <JoinDialog onClose={onClose} />
  const { node } = open
  if (open.what === 'grant') return <GrantDialog node={node} onClose={onClose} />
  if (open.what === 'rename') return <RenameDialog node={node} onClose={onClose} />
  if (open.what === 'leave') return <LeaveDialog others={nodes.length - 1} onClose={onClose} />
  return <RevokeDialog node={node} onClose={onClose} />
}

function Cards({ nodes, onAct }: { nodes: NodeList; onAct: (act: NodeAct, node: ShownNode) => void }) {
  const health = useHealth(nodes.map(({ id, link }) => `${id} ${link}`).join())
  const names = new Map(nodes.map(({ id, name }) => [id, name]))
  return (
    <ul className={css.cards} aria-label={t('nodes.title')}>
      {nodes.map((node) => (
        <NodeCard
          key={node.id}
          node={node}
          health={health.get(node.id) ?? null}
          via={node.via === null ? null : (names.get(node.via) ?? null)}
          onAct={(act) => onAct(act, node)}
        />
      ))}
    </ul>
  )
}

function heard(nodes: NodeList, event: LoggedEvent): NodeList {
  if (event.type === 'node.removed') return withoutRow(nodes, event.data.id)
  return event.type === 'node.changed' ? withRow(nodes, event.data) : nodes
}
