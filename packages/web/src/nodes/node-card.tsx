// One machine of the room: its link, its health and what its people may do here.
import type { NodeHealth } from '@tutti/core'
import {
  Ellipsis,
  KeyRound,
  LogOut,
  Monitor,
  MonitorOff,
  Pencil,
  ShieldCheck,
  Unplug,
  Waypoints,
} from 'lucide-react'
import type { ReactNode } from 'react'
import { useMay } from '../data/session-store.ts'
import { awayText } from '../ui/away-text.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { Menu, type MenuEntry } from '../ui/menu.tsx'
import { byteSize } from '../ui/relative-time.ts'
import { Time } from '../ui/time.tsx'
import { t } from '../words/words.ts'
import { grantText } from './grant-text.ts'
import { shortKey } from './short-key.ts'
import type { ShownNode } from './nodes-screen.tsx'
import css from './node-card.module.css'

export type NodeAct = 'grant' | 'rename' | 'leave' | 'revoke'

interface Props {
  node: ShownNode
  health: NodeHealth | null
  /** The name of the machine that passes on what goes there. */
  via: string | null
  onAct: (act: NodeAct) => void
}

export function NodeCard({ node, health, via, onAct }: Props) {
  const mayWrite = useMay('node:write')
  const isSelf = node.link === 'self'
  return (
    <li className={css.card} data-link={node.link}>
      <header className={css.head}>
        <LinkMark node={node} />
        <div className={css.title}>
          <h2>{node.name}</h2>
          <p className={css.link}>{linkText(node, via)}</p>
        </div>
        {mayWrite && (
          <Menu entries={() => entriesOf(isSelf, onAct)}>
            <IconButton label={t('nodes.actions', { name: node.name })}>
              <Ellipsis />
            </IconButton>
          </Menu>
        )}
      </header>
      {health?.writable === false && <p className={css.problem}>{t('nodes.disk-full')}</p>}
      <dl className={css.facts}>
        {factsOf(node, health).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {health && node.link === 'away' && (
        <p className={css.asof}>
          {t('nodes.last', { when: new Date(health.at).toLocaleString(undefined, AS_OF) })}
        </p>
      )}
      <p className={css.key} data-tip={`${t('nodes.key-says')} ${node.id}`}>
        <KeyRound aria-hidden />
        <span className="visually-hidden">{t('nodes.key')}</span>
        <code>{shortKey(node.id)}</code>
      </p>
      {!isSelf && (
        <footer className={css.foot}>
          <ShieldCheck aria-hidden />
          <span>{grantText(node.grant)}</span>
          {mayWrite && (
            <Button
              kind="quiet"
              aria-label={t('grant.title', { name: node.name })}
              onClick={() => onAct('grant')}
            >
              {t('door.change')}
            </Button>
          )}
        </footer>
      )}
    </li>
  )
}

const AS_OF = { dateStyle: 'short', timeStyle: 'short' } as const

const LinkMark = ({ node }: { node: ShownNode }) => (
  <span className={css.mark} data-link={node.link} aria-hidden>
    {node.link === 'away' ? <MonitorOff /> : node.link === 'relayed' ? <Waypoints /> : <Monitor />}
  </span>
)

function linkText(node: ShownNode, via: string | null): string {
  if (node.link === 'away') return awayText(node)
  if (node.link === 'relayed') return via === null ? t('nodes.relayed-plain') : t('nodes.relayed', { via })
  return t(`nodes.${node.link}`)
}

function entriesOf(isSelf: boolean, onAct: (act: NodeAct) => void): MenuEntry[] {
  if (isSelf)
    return [
      { label: t('nodes.rename'), icon: <Pencil />, run: () => onAct('rename') },
      { kind: 'line' },
      { label: t('nodes.leave'), icon: <LogOut />, danger: true, run: () => onAct('leave') },
    ]
  return [
    { label: t('nodes.grant'), icon: <ShieldCheck />, run: () => onAct('grant') },
    { kind: 'line' },
    { label: t('nodes.revoke'), icon: <Unplug />, danger: true, run: () => onAct('revoke') },
  ]
}

function factsOf(node: ShownNode, health: NodeHealth | null): [string, ReactNode][] {
  const isSelf = node.link === 'self'
  return [
    [t('nodes.version'), node.version || t('nodes.version-unknown')],
    [t('nodes.agents'), agentsText(node, health)],
    [t('nodes.load'), loadText(health)],
    [t('nodes.memory'), memoryText(health)],
    ...(isSelf ? [] : linkFacts(node)),
    ...(health
      ? [[t('nodes.up'), <Time key="up" at={health.startedAt} />] satisfies [string, ReactNode]]
      : []),
  ]
}

function linkFacts(node: ShownNode): [string, ReactNode][] {
  const latency = latencyText(node.latencyMs)
  const mail = node.waiting === 0 ? t('nodes.mail-none') : t('nodes.mail-waits', { n: node.waiting })
  return [
    [t('nodes.latency'), latency],
    [t('nodes.clock'), clockText(node.skewMs)],
    [t('nodes.mail'), mail],
  ]
}

function latencyText(ms: number | null): string {
  if (ms === null) return t('nodes.unknown')
  return ms < 1 ? t('nodes.latency-least') : t('nodes.latency-value', { ms: Math.round(ms) })
}

const agentsText = ({ agents }: ShownNode, health: NodeHealth | null): string =>
  health ? t('nodes.agents-value', { n: health.agents, awake: health.awake }) : String(agents)

const loadText = (health: NodeHealth | null): string =>
  health
    ? t('nodes.load-value', { percent: Math.round(health.load * 100), n: health.processors })
    : t('nodes.unknown')

const memoryText = (health: NodeHealth | null): string =>
  health
    ? t('nodes.memory-value', {
        used: byteSize(health.memoryBytes - health.freeBytes),
        all: byteSize(health.memoryBytes),
      })
    : t('nodes.unknown')

/** A difference that mail and logs do not show is none. */
const CLOCK_MS = 1000

function clockText(skewMs: number | null): string {
  if (skewMs === null) return t('nodes.unknown')
  if (Math.abs(skewMs) < CLOCK_MS) return t('nodes.clock-same')
  const s = Math.round(Math.abs(skewMs) / 1000)
  return skewMs > 0 ? t('nodes.clock-ahead', { s }) : t('nodes.clock-behind', { s })
}
