// What needs you: every request of every agent, the costliest wait first, answered here by 1 2 3, by words or by a thumb.
import '../words/late/attention.ts'
import { CircleCheck } from 'lucide-react'
import { useEffect, useRef, useState, type FocusEvent, type ReactNode } from 'react'
import { Link, useLocation } from 'wouter'
import type { Agent, AttentionItem } from '@tutti/core'
import { isOpen } from '@tutti/core'
import { heldOrder, needing } from '../agents/need.ts'
import { AskCard } from '../attention/ask-card.tsx'
import { useMuted } from '../attention/mute.ts'
import { cardsOf, isPending, isUrgent, type AskCard as Card } from '../attention/queue.ts'
import { useAgents } from '../data/agents-store.ts'
import { loadAttention, useAttention } from '../data/attention-store.ts'
import { keyLabel } from '../keys/chord.ts'
import { useCommand } from '../keys/command-registry.ts'
import { Avatar } from '../ui/avatar.tsx'
import { Button } from '../ui/button.tsx'
import { foreignText } from '../ui/foreign-text.ts'
import { EmptyState, ErrorState, Skeleton } from '../ui/page-states.tsx'
import { Page } from '../ui/page.tsx'
import { StateGlyph } from '../ui/state-glyph.tsx'
import { Time, useNow } from '../ui/time.tsx'
import { t } from '../words/words.ts'
import { Settled } from './settled.tsx'
import { useLingering } from './use-lingering.ts'
import css from './needs-screen.module.css'

export function NeedsScreen() {
  const { loaded, error } = useAttention()
  const parts = useParts()
  const [held, setHeld] = useState(false)
  const order = useCalmCards(parts.urgent, held)
  const waiting = order.cards.filter(({ items }) => items.some(({ receipt }) => receipt === 'pending')).length
  const empty = order.cards.length + parts.mute.length + parts.finished.length + parts.quiet.length === 0
  return (
    <Page
      title={t('nav.needs')}
      note={waiting + parts.mute.length > 0 && (waiting + parts.mute.length).toLocaleString()}
      actions={
        order.moved > 0 && <Button onClick={order.sortNow}>{t('needs.new', { n: order.moved })}</Button>
      }
    >
      {!loaded && error !== null && <ErrorState message={error} onRetry={() => void loadAttention()} />}
      {!loaded && error === null && <Skeleton />}
      {loaded && empty && (
        <EmptyState icon={<CircleCheck />} title={t('needs.empty')}>
          {t('needs.empty-text')}
        </EmptyState>
      )}
      <div className={css.column}>
        <Cards
          groups={[order.cards, parts.finished, parts.quiet]}
          mute={parts.mute}
          onHold={setHeld}
          keys={!empty}
        />
        {loaded && <Settled />}
      </div>
    </Page>
  )
}

interface Parts {
  urgent: Card[]
  finished: Card[]
  /** Muted, or put off. */
  quiet: Card[]
  /** Agents whose state needs somebody although they ask nothing that can be answered here. */
  mute: Agent[]
}

function useParts(): Parts {
  const agents = useAgents((state) => state.agents)
  const { items, loaded } = useAttention()
  const muted = useMuted()
  const now = useNow()
  const lingering = useLingering(items)
  const shown = [...items.values()].filter((item) => item.receipt === 'pending' || lingering.has(item.id))
  const isLoud = (item: AttentionItem) =>
    lingering.has(item.id) || (isPending(item, now) && !muted.includes(item.agentId))
  const asking = new Set([...items.values()].filter(isOpen).map(({ agentId }) => agentId))
  return {
    urgent: cardsOf(
      shown.filter((item) => isLoud(item) && isUrgent(item)),
      now,
    ),
    finished: cardsOf(
      shown.filter((item) => isLoud(item) && !isUrgent(item)),
      now,
    ),
    quiet: cardsOf(
      shown.filter((item) => !isLoud(item)),
      now,
    ),
    // Who asks nothing that can be answered here is known once all that is asked was read.
    mute: loaded ? needing(agents.values()).filter(({ id }) => !asking.has(id) && !muted.includes(id)) : [],
  }
}

/** Sorted while nobody points at it; while somebody does, cards stay where they are and new ones come last. */
function useCalmCards(wanted: Card[], held: boolean) {
  const keys = wanted.map(({ key }) => key)
  const [kept, setKept] = useState(keys)
  const calm = held ? heldOrder(kept, keys) : { ids: keys, moved: 0 }
  // Kept in step while rendering, as React advises.
  if (calm.ids.join() !== kept.join()) setKept(calm.ids)
  const byKey = new Map(wanted.map((card) => [card.key, card]))
  return {
    cards: calm.ids.flatMap((key) => byKey.get(key) ?? []),
    moved: calm.moved,
    sortNow: () => setKept(keys),
  }
}

interface CardsProps {
  groups: readonly [urgent: Card[], finished: Card[], quiet: Card[]]
  mute: readonly Agent[]
  keys: boolean
  onHold: (held: boolean) => void
}

function Cards({ groups, mute, keys, onHold }: CardsProps) {
  const [urgent, finished, quiet] = groups
  const keysOf = (cards: readonly Card[]) => cards.map(({ key }) => key)
  const [at, setAt] = useCursor([
    ...keysOf(urgent),
    ...mute.map(({ id }) => id),
    ...keysOf(finished),
    ...keysOf(quiet),
  ])
  const place = (cards: readonly Card[]) =>
    cards.map((card) => (
      <Place key={card.key} current={card.key === at} onEnter={() => setAt(card.key)}>
        <AskCard card={card} current={card.key === at} />
      </Place>
    ))
  const focus = useKeptFocus()
  return (
    <div
      {...focus}
      onPointerEnter={() => onHold(true)}
      onPointerLeave={() => onHold(false)}
      className={css.parts}
      data-queue
    >
      {urgent.length > 0 && (
        <ul className={css.list} aria-label={t('needs.list')}>
          {place(urgent)}
        </ul>
      )}
      {mute.length > 0 && (
        <ul className={css.list}>
          {mute.map((agent) => (
            <Place key={agent.id} current={agent.id === at} onEnter={() => setAt(agent.id)}>
              <StateCard agent={agent} current={agent.id === at} />
            </Place>
          ))}
        </ul>
      )}
      <Folded title={t('needs.finished', { n: finished.length })} open count={finished.length}>
        {place(finished)}
      </Folded>
      <Folded title={t('needs.quiet', { n: quiet.length })} count={quiet.length}>
        {place(quiet)}
      </Folded>
      {keys && (
        <p className={css.keys}>
          {t('needs.keys', { open: keyLabel('enter'), words: keyLabel('mod+enter') })}
        </p>
      )}
    </div>
  )
}

/** Which card the keys answer: the first, until somebody moves; the next one when it is gone. */
function useCursor(keys: readonly string[]) {
  const [at, setAt] = useState<{ key: string; index: number } | null>(null)
  const found = at === null ? 0 : keys.indexOf(at.key)
  const index = found === -1 ? Math.min(at?.index ?? 0, keys.length - 1) : found
  const move = (step: number) => {
    const next = Math.min(Math.max(index + step, 0), keys.length - 1)
    const key = keys[next]
    if (key === undefined) return
    setAt({ key, index: next })
    document.querySelectorAll<HTMLElement>('[data-queue] [data-card]')[next]?.focus()
  }
  useCommand('list.down', () => move(1), keys.length > 0)
  useCommand('list.up', () => move(-1), keys.length > 0)
  const enter = (key: string) => setAt({ key, index: keys.indexOf(key) })
  return [keys[index] ?? null, enter] as const
}

/** An answer takes the field or button away that had the focus; its card has it then. */
function useKeptFocus() {
  const box = useRef<HTMLDivElement>(null)
  const inside = useRef(false)
  useEffect(() => {
    if (!inside.current || document.activeElement !== document.body) return
    box.current?.querySelector<HTMLElement>('[data-at]')?.focus({ preventScroll: true })
  })
  return {
    ref: box,
    onFocus: () => {
      inside.current = true
    },
    onBlur: ({ target }: FocusEvent) => {
      // What was removed did not lose it to anything else.
      if (target.isConnected) inside.current = false
    },
  }
}

function Place({
  current,
  onEnter,
  children,
}: {
  current: boolean
  onEnter: () => void
  children: ReactNode
}) {
  const ref = useRef<HTMLLIElement>(null)
  useEffect(() => {
    if (current) ref.current?.scrollIntoView({ block: 'nearest' })
  }, [current])
  return (
    // j and k move the focus from card to card; what it is on is the one that the keys answer.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <li
      ref={ref}
      tabIndex={-1}
      data-card
      className={css.card}
      data-at={current || undefined}
      onFocus={onEnter}
    >
      {children}
    </li>
  )
}

interface FoldedProps {
  title: string
  count: number
  open?: boolean
  children: ReactNode
}

const Folded = ({ title, count, open, children }: FoldedProps) =>
  count === 0 ? null : (
    <details open={open} className={css.folded}>
      <summary>{title}</summary>
      <ul className={css.list}>{children}</ul>
    </details>
  )

/** Its program tells nothing that could be answered here, so its terminal is the place. */
function StateCard({ agent, current }: { agent: Agent; current: boolean }) {
  const [, navigate] = useLocation()
  useCommand('list.open', () => navigate(`/agents/${agent.id}`), current)
  return (
    <Link href={`/agents/${agent.id}`} className={css.link}>
      <Avatar of={agent} size={24} />
      <span className={css.words}>
        <span className={css.name}>{agent.name}</span>
        <span className={css.why}>{foreignText(agent.status.why)}</span>
      </span>
      <span className={css.end}>
        <StateGlyph status={agent.status} word />
        <span className={css.dim}>
          <Time at={agent.status.since} />
        </span>
      </span>
    </Link>
  )
}
