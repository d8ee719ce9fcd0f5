// Who writes to whom, live: a picture of the last hour or day, and beside it a list that says the same and leads to the words.
import '../words/late/messages.ts'
import { Waypoints } from 'lucide-react'
import { useEffect, useMemo, useRef, useState } from 'react'
import { Link } from 'wouter'
import { api } from '../data/api.ts'
import { attempt } from '../data/attempt.ts'
import { useLoaded } from '../data/use-loaded.ts'
import { Button } from '../ui/button.tsx'
import { EmptyState, ErrorState, Skeleton } from '../ui/page-states.tsx'
import { Segmented } from '../ui/segmented.tsx'
import { Time } from '../ui/time.tsx'
import { t } from '../words/words.ts'
import { useNews } from './news.ts'
import { keyOf, pictureOf, type Pair, type PictureNode } from './picture-layout.ts'
import { PictureView } from './picture-view.tsx'
import { addressOf, conversationOf } from './view.ts'
import { nameOf } from './who.ts'
import css from './picture-screen.module.css'

type Span = 'hour' | 'day' | 'ever'
const SPANS: Readonly<Record<Span, number | null>> = { hour: 3_600_000, day: 86_400_000, ever: null }

const read = (span: Span) => {
  const ms = SPANS[span]
  return api.listMailFlow({ since: ms === null ? 0 : Date.now() - ms })
}

export function PictureScreen() {
  const [span, setSpan] = useState<Span>('day')
  const [chosen, setChosen] = useState<string | null>(null)
  const flow = useLoaded(`flow ${span}`, () => read(span))
  const shown = flow.state === 'ready' ? flow : null
  const pulses = usePulses(async () => {
    const pairs = await attempt(() => read(span))
    if (pairs) shown?.set(pairs)
  })
  return (
    <section className={css.page} aria-label={t('mail.picture')}>
      <header className={css.head}>
        <h1>{t('mail.picture')}</h1>
        <Segmented
          label={t('mail.flow-span')}
          value={span}
          options={(['hour', 'day', 'ever'] as const).map((value) => ({
            value,
            label: t(`mail.flow-${value}`),
          }))}
          onValue={setSpan}
        />
      </header>
      {flow.state === 'loading' && <Skeleton />}
      {flow.state === 'failed' && <ErrorState message={flow.message} onRetry={flow.retry} />}
      {shown?.value.length === 0 && (
        <EmptyState icon={<Waypoints />} title={t('mail.flow-empty')}>
          {t('mail.flow-empty-text')}
        </EmptyState>
      )}
      {shown && shown.value.length > 0 && (
        <Drawn pairs={shown.value} pulses={pulses} chosen={chosen} onChoose={setChosen} />
      )}
    </section>
  )
}

const PULSE_MS = 1500 // long enough to be seen from the corner of an eye
const PAUSE_MS = 1000 // one question for a burst of messages

/** The pairs between which a message has just gone; the figures are read anew a moment later. */
function usePulses(reread: () => Promise<void>): ReadonlySet<string> {
  const [pulses, setPulses] = useState<ReadonlySet<string>>(new Set())
  const waiting = useRef<ReturnType<typeof setTimeout>>(undefined)
  const latest = useRef(reread)
  useEffect(() => {
    latest.current = reread
  })
  useEffect(() => () => clearTimeout(waiting.current), [])
  useNews((news) => {
    if (news.kind !== 'message' || !news.isNew) return
    const key = keyOf({ from: news.message.from.address, to: news.message.to.address })
    setPulses((before) => new Set(before).add(key))
    setTimeout(() => setPulses((before) => new Set([...before].filter((one) => one !== key))), PULSE_MS)
    waiting.current ??= setTimeout(() => {
      waiting.current = undefined
      void latest.current()
    }, PAUSE_MS)
  })
  return pulses
}

interface DrawnProps {
  pairs: readonly Pair[]
  pulses: ReadonlySet<string>
  /** The address that is looked at. */
  chosen: string | null
  onChoose: (address: string | null) => void
}

function Drawn({ pairs, pulses, chosen, onChoose }: DrawnProps) {
  const picture = useMemo(() => pictureOf(pairs), [pairs])
  const of = picture.nodes.find(({ address }) => address === chosen)
  return (
    <div className={css.both}>
      <PictureView picture={picture} pulses={pulses} chosen={of?.address ?? null} onChoose={onChoose} />
      <div className={css.side}>
        {of ? (
          <OfOne node={of} pairs={pairs} onAll={() => onChoose(null)} />
        ) : (
          <Everybody nodes={picture.nodes} onChoose={onChoose} />
        )}
        {picture.left > 0 && <p className={css.dim}>{t('mail.flow-more', { n: picture.left })}</p>}
      </div>
    </div>
  )
}

const Count = ({ n }: { n: number }) => (
  <span className={css.count} data-tip={t('mail.messages', { n })}>
    {n.toLocaleString()}
  </span>
)

const named = ({ address, mailbox }: Pick<PictureNode, 'address' | 'mailbox'>) => nameOf({ address, mailbox })

const Everybody = ({
  nodes,
  onChoose,
}: {
  nodes: readonly PictureNode[]
  onChoose: (address: string) => void
}) => (
  <>
    <h2 className={css.title}>{t('mail.flow-list')}</h2>
    <ul className={css.list}>
      {nodes
        .toSorted((a, b) => b.count - a.count)
        .map((node) => (
          <li key={node.address}>
            <button type="button" className={css.row} onClick={() => onChoose(node.address)}>
              <bdi className={css.name}>{named(node)}</bdi>
              <Count n={node.count} />
            </button>
          </li>
        ))}
    </ul>
  </>
)

interface OfOneProps {
  node: PictureNode
  pairs: readonly Pair[]
  onAll: () => void
}

function OfOne({ node, pairs, onAll }: OfOneProps) {
  const own = pairs
    .filter(({ from, to }) => from === node.address || to === node.address)
    .toSorted((a, b) => b.count - a.count)
  return (
    <>
      <h2 className={css.title}>{t('mail.flow-one', { name: named(node) })}</h2>
      <Button onClick={onAll}>{t('mail.flow-all')}</Button>
      <ul className={css.list}>
        {own.map((pair) => (
          <li key={keyOf(pair)}>
            <PairRow pair={pair} isOut={pair.from === node.address} />
          </li>
        ))}
      </ul>
    </>
  )
}

/** Seen from one end: only the other is worth a name. */
function PairRow({ pair, isOut }: { pair: Pair; isOut: boolean }) {
  const { fromMailbox, toMailbox, count, lastAt } = pair
  const from = nameOf({ address: pair.from, mailbox: fromMailbox })
  const to = nameOf({ address: pair.to, mailbox: toMailbox })
  const row = (
    <>
      <bdi className={css.name}>
        {isOut ? t('mail.to-name', { name: to }) : t('mail.from-name', { name: from })}
      </bdi>
      <span className={css.dim}>
        <Time at={lastAt} />
      </span>
      <Count n={count} />
    </>
  )
  // What two addresses elsewhere said is found by its words only.
  const one = fromMailbox ?? toMailbox
  const other = fromMailbox === null ? null : toMailbox
  if (one === null || other === null) return <span className={css.row}>{row}</span>
  return (
    <Link href={addressOf(conversationOf(one, other))} className={css.row}>
      {row}
    </Link>
  )
}
