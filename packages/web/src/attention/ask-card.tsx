// One decision as a card: who asks, what exactly, and the answers; the same on the desk and under a thumb.
import '../words/late/attention.ts'
import { BellOff, Clock, Ellipsis } from 'lucide-react'
import type { AttentionItem } from '@tutti/core'
import { Link, useLocation } from 'wouter'
import { useMay } from '../data/session-store.ts'
import { useCommand } from '../keys/command-registry.ts'
import { Avatar } from '../ui/avatar.tsx'
import { IconButton } from '../ui/button.tsx'
import { foreignText } from '../ui/foreign-text.ts'
import { Menu, type MenuEntry } from '../ui/menu.tsx'
import { Time } from '../ui/time.tsx'
import { t } from '../words/words.ts'
import { AskAnswers } from './ask-answers.tsx'
import { dismissAll, snoozeAll } from './answering.ts'
import { AskerName, threadPlace, useAsker } from './asker.tsx'
import { isMuted, toggleMuted } from './mute.ts'
import { headlineOf, needsForm, type AskCard as Card } from './queue.ts'
import { Receipt } from './receipt.tsx'
import { ToolInput } from './tool-input.tsx'
import { WhyLink } from './why-link.tsx'
import css from './ask-card.module.css'

interface Props {
  card: Card
  /** Whether the keys answer this one. */
  current: boolean
}

export function AskCard({ card, current }: Props) {
  const { items } = card
  const [first] = items
  const pending = items.filter(({ receipt }) => receipt === 'pending')
  const mayAnswer = useMay('attention:write')
  const [, navigate] = useLocation()
  useCommand('list.open', () => navigate(placeOf(first)), current)
  useCommand('ask.snooze', () => void snoozeAll(pending), current && mayAnswer && pending.length > 0)
  useCommand('mute', () => toggleMuted(first.agentId), current)
  const isDone = first.ask.kind === 'failure' || first.ask.kind === 'finished'
  useCommand('ask.dismiss', () => void dismissAll(pending), current && mayAnswer && isDone)
  return (
    <div className={css.card} data-kind={first.ask.kind} data-settled={pending.length === 0 || undefined}>
      <Head card={card} pending={pending} mayAnswer={mayAnswer} />
      <Asked item={first} />
      {items.length > 1 && <Askers items={items} />}
      {pending.length === 0 ? <Receipt item={first} /> : <Foot pending={pending} current={current} />}
    </div>
  )
}

/** Where one sees all of it: the thread of what came by mail, else the agent. */
const placeOf = (item: AttentionItem): string =>
  item.onlyFor === undefined ? `/agents/${item.agentId}` : threadPlace(item)

function Foot({ pending, current }: { pending: readonly AttentionItem[]; current: boolean }) {
  const mayAnswer = useMay('attention:write')
  if (!mayAnswer) return <p className={css.dim}>{t('ask.read-only')}</p>
  return <AskAnswers items={pending} current={current} />
}

interface HeadProps {
  card: Card
  pending: readonly AttentionItem[]
  mayAnswer: boolean
}

function Head({ card: { items }, pending, mayAnswer }: HeadProps) {
  const [first] = items
  const { agent, name } = useAsker(first)
  return (
    <header className={css.head}>
      {agent && <Avatar of={agent} size={24} />}
      <span className={css.who}>
        {items.length === 1 ? (
          <AskerName item={first} />
        ) : (
          <strong className={css.name}>{t('ask.group', { n: items.length })}</strong>
        )}{' '}
        {items.length === 1 && (
          <span className={css.dim}>
            {first.onlyFor === undefined ? t(`ask.kind-${first.ask.kind}`) : t('ask.kind-mail')}
          </span>
        )}
        {first.ask.onBehalfOf && (
          <span className={css.dim}> {t('ask.for', { name: foreignText(first.ask.onBehalfOf) })}</span>
        )}
      </span>
      <span className={css.dim}>
        <Time at={first.createdAt} />
      </span>
      {(agent || !first.asker) && <WhyLink agentId={first.agentId} />}
      <Menu entries={() => moreEntries(first.agentId, name, mayAnswer ? pending : [])}>
        <IconButton label={t('ask.more')}>
          <Ellipsis />
        </IconButton>
      </Menu>
    </header>
  )
}

function moreEntries(agentId: string, name: string, pending: readonly AttentionItem[]): MenuEntry[] {
  const mute = isMuted(agentId) ? t('ask.unmute', { name }) : t('ask.mute', { name })
  return [
    ...(pending.length > 0
      ? [{ label: t('ask.snooze'), icon: <Clock />, keys: 's', run: () => void snoozeAll(pending) }]
      : []),
    { label: mute, icon: <BellOff />, keys: 'm', run: () => toggleMuted(agentId) },
  ]
}

/** What it is about. All of it is foreign: shown as text, whatever it looks like. */
function Asked({ item }: { item: AttentionItem }) {
  const { ask } = item
  const headline = headlineOf(item)
  const isLong = headline.length > 240 || headline.includes('\n')
  const hasMore = ask.kind === 'approval' && ask.input !== null && ask.input !== undefined
  return (
    <div className={css.asked}>
      {/* A form shows each of its questions where it is answered. */}
      <p className={css.line} hidden={item.receipt === 'pending' && needsForm(item)}>
        {ask.tool !== null && <span className={css.tool}>{foreignText(ask.tool)}</span>}
        {ask.kind === 'approval' ? (
          <code dir="ltr">{foreignText(headline.slice(0, 240))}</code>
        ) : (
          <bdi>{foreignText(headline.slice(0, 240))}</bdi>
        )}
        {isLong && '…'}
      </p>
      {ask.reason !== '' && (
        <p className={css.reason} dir="auto">
          {foreignText(ask.reason.slice(0, 600))}
        </p>
      )}
      {item.onlyFor !== undefined && <Link href={placeOf(item)}>{t('ask.mail')}</Link>}
      {hasMore && (
        <details className={css.more}>
          <summary>{t('ask.details')}</summary>
          <ToolInput input={ask.input} />
        </details>
      )}
    </div>
  )
}

function Askers({ items }: { items: readonly AttentionItem[] }) {
  return (
    <ul className={css.askers}>
      {items.map((item) => (
        <li key={item.id}>
          <AskerName item={item} settled />
        </li>
      ))}
    </ul>
  )
}
