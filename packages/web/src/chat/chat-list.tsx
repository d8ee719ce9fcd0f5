// The rows of a conversation, only those in sight; it follows the end while one reads there, and stands still otherwise.
import { useVirtualizer } from '@tanstack/react-virtual'
import { ArrowDown, Bot } from 'lucide-react'
import { useEffect, useLayoutEffect, useRef, useState, type RefObject } from 'react'
import { Button } from '../ui/button.tsx'
import { foreignText } from '../ui/foreign-text.ts'
import { t } from '../words/words.ts'
import { rowsOf, type Conversation, type Row } from './conversation.ts'
import { EntryView } from './entry-view.tsx'
import { Fold, unfold, useFolds } from './fold.tsx'
import css from './chat-list.module.css'

const NEAR_END = 48 // px; who is that close reads along
const NEAR_START = 600 // px; the page before is there by the time one arrives
const GUESS = 64 // px of a row that was not measured yet

/** An entry to go to; a new one each time. */
export interface Target {
  id: string
}

interface Props {
  name: string
  conversation: Conversation
  target: Target | null
  onNearStart: () => void
}

export function ChatList({ name, conversation, target, onNearStart }: Props) {
  const open = useFolds((state) => state.open)
  const rows = rowsOf(conversation.entries, (thread) => open.has(`thread ${thread}`))
  const scroller = useRef<HTMLDivElement>(null)
  // Its functions are new on every render, which is right here: nothing below is memoised over them.
  // oxlint-disable-next-line react/incompatible-library
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => GUESS,
    overscan: 8,
    getItemKey: (index) => rows[index]?.key ?? index,
  })
  const total = virtual.getTotalSize()
  const end = useFollowing(scroller, { rows, total, begins: target === null })
  useTarget(target, {
    entries: conversation.entries,
    index: rows.findIndex(({ key }) => key === target?.id),
    show(index) {
      end.leave()
      virtual.scrollToIndex(index, { align: 'center' })
    },
  })
  const heard = () => {
    end.onScroll()
    if (scroller.current && scroller.current.scrollTop < NEAR_START) onNearStart()
  }
  return (
    <div className={css.frame}>
      <div
        ref={scroller}
        className={css.scroller}
        role="log"
        tabIndex={0}
        aria-label={t('chat.label', { name })}
        onScroll={heard}
      >
        <div className={css.rows} style={{ blockSize: total }}>
          {virtual.getVirtualItems().map((item) => {
            const row = rows[item.index]
            return (
              row && (
                <div
                  key={item.key}
                  ref={virtual.measureElement}
                  data-index={item.index}
                  data-target={row.key === target?.id || undefined}
                  className={css.row}
                  style={{ transform: `translateY(${item.start}px)` }}
                >
                  <RowView row={row} />
                </div>
              )
            )
          })}
        </div>
      </div>
      {end.unseen > 0 && (
        <Button className={css.new} icon={<ArrowDown />} onClick={end.goThere}>
          {t('chat.new', { n: end.unseen })}
        </Button>
      )}
    </div>
  )
}

function RowView({ row }: { row: Row }) {
  if (row.kind === 'entry') return <EntryView entry={row.entry} inThread={row.inThread} />
  return (
    <Fold
      id={row.key}
      summary={
        <>
          <Bot />
          <span dir="auto">{t('chat.thread', { name: foreignText(row.name), n: row.count })}</span>
        </>
      }
    >
      {null}
    </Fold>
  )
}

interface Place {
  entries: Conversation['entries']
  /** Of the target's row; -1 while it is folded or not read. */
  index: number
  show: (index: number) => void
}

/** Goes to the target once; what a sub-agent did is unfolded for it. */
function useTarget(target: Target | null, { entries, index, show }: Place): void {
  const shown = useRef<Target | null>(null)
  const thread = entries.find(({ id }) => id === target?.id)?.thread ?? null
  useEffect(() => {
    if (target === null || shown.current === target) return
    if (thread !== null) unfold(`thread ${thread}`)
    if (index === -1) return
    shown.current = target
    show(index)
  })
}

/** The first and the last row, and the height of all of them in px. */
interface Content {
  rows: readonly Row[]
  total: number
  /** Whether the end is where one begins. */
  begins: boolean
}

/** Follows the end while one is there, stands still while one is not, and counts what comes meanwhile. */
function useFollowing(scroller: RefObject<HTMLDivElement | null>, { rows, total, begins }: Content) {
  const [following, setFollowing] = useState(begins)
  const [lastSeen, setLastSeen] = useState<string | null>(null)
  useEffect(() => {
    const element = scroller.current
    const content = element?.firstElementChild
    if (!following || !element || !content) return undefined
    const toEnd = () => element.scrollTo({ top: element.scrollHeight })
    toEnd()
    // After layout and before paint, so that the end never flickers.
    const watch = new ResizeObserver(toEnd)
    watch.observe(content)
    watch.observe(element)
    return () => watch.disconnect()
  }, [following, scroller])
  const byHand = useByHand(scroller)
  const onScroll = () => {
    const element = scroller.current
    if (!element) return
    const near = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_END
    // Rows that are measured move the view as well; only a hand leaves the end.
    if (following && (near || !byHand())) return
    if (following) setLastSeen(rows.at(-1)?.key ?? null)
    setFollowing(near)
  }
  const first = rows[0]?.key
  const before = useRef({ first, total })
  useLayoutEffect(() => {
    const { first: was, total: height } = before.current
    before.current = { first, total }
    // Rows that came in front push nothing away: the view moves down by as much as they are high.
    if (was !== undefined && was !== first) scroller.current?.scrollBy({ top: total - height })
  }, [scroller, first, total])
  const seen = rows.findIndex(({ key }) => key === lastSeen)
  const unseen = following || seen === -1 ? 0 : rows.length - 1 - seen
  const leave = () => {
    setLastSeen(rows.at(-1)?.key ?? null)
    setFollowing(false)
  }
  return { unseen, onScroll, leave, goThere: () => setFollowing(true) }
}

const HAND_MS = 1000 // a flick goes on scrolling for about as long
const MOVES = ['wheel', 'touchmove', 'keydown', 'pointerdown', 'pointermove'] as const

/** Whether somebody has moved the view a moment ago. */
function useByHand(scroller: RefObject<HTMLElement | null>): () => boolean {
  const last = useRef(Number.NEGATIVE_INFINITY)
  useEffect(() => {
    const element = scroller.current
    const moved = (event: Event) => {
      // A pointer that only passes over moves nothing.
      if (event instanceof PointerEvent && event.buttons === 0) return
      last.current = performance.now()
    }
    for (const type of MOVES) element?.addEventListener(type, moved, { passive: true })
    return () => {
      for (const type of MOVES) element?.removeEventListener(type, moved)
    }
  }, [scroller])
  return () => performance.now() - last.current < HAND_MS
}
