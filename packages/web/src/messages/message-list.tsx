// The messages of a view, only those in sight; j and k walk it, and what comes while somebody reads waits above.
import { useVirtualizer } from '@tanstack/react-virtual'
import { ArrowUp } from 'lucide-react'
import { useCallback, useEffect, useRef, useState } from 'react'
import { useLocation } from 'wouter'
import type { MailboxId, Message } from '@tutti/core'
import { useMay } from '../data/session-store.ts'
import { useCommand } from '../keys/command-registry.ts'
import { Button } from '../ui/button.tsx'
import { ErrorState, Skeleton } from '../ui/page-states.tsx'
import { t } from '../words/words.ts'
import { change } from './actions.ts'
import { BulkBar } from './bulk-bar.tsx'
import { EmptyList } from './empty-list.tsx'
import { MessageRow } from './message-row.tsx'
import { clearSelected, selectTo, toggleMessage, useSelected } from './selection.ts'
import { useMessageList, type MessageList as List } from './use-message-list.ts'
import { addressOf, listKey, type View } from './view.ts'
import { isToMe } from './who.ts'
import css from './message-list.module.css'

const ROW = 76 // px; three lines and their air
const NEAR_END = 12 // rows; the page after is there by the time one arrives

interface Props {
  view: View
  me: MailboxId | null
}

export function MessageList({ view, me }: Props) {
  const scroller = useRef<HTMLDivElement>(null)
  const pointed = useRef(false)
  const held = () => pointed.current || (scroller.current?.scrollTop ?? 0) > 0
  const list = useMessageList(view, me, held)
  const key = listKey(view)
  return (
    <div
      className={css.frame}
      onPointerEnter={({ pointerType }) => (pointed.current = pointerType === 'mouse')}
      onPointerLeave={() => (pointed.current = false)}
    >
      {list.fresh > 0 && (
        <Button className={css.fresh} icon={<ArrowUp />} onClick={() => showFresh(list, scroller.current)}>
          {t('mail.fresh', { n: list.fresh })}
        </Button>
      )}
      {list.state === 'loading' && <Skeleton lines={8} />}
      {list.state === 'failed' && <ErrorState message={list.problem} onRetry={list.retry} />}
      {list.state === 'ready' && list.items.length === 0 && <EmptyList view={view} />}
      <div ref={scroller} className={css.scroller} hidden={list.items.length === 0}>
        <Rows key={key} view={view} me={me} list={list} scroller={scroller} />
      </div>
      <BulkBar me={me} shown={list.items} />
    </div>
  )
}

function showFresh(list: List, scroller: HTMLElement | null): void {
  list.showFresh()
  scroller?.scrollTo({ top: 0 })
}

interface RowsProps extends Props {
  list: List
  scroller: React.RefObject<HTMLDivElement | null>
}

function Rows({ view, me, list, scroller }: RowsProps) {
  const { items } = list
  const mayMark = useMay('message:send')
  // Another list: another selection.
  useEffect(() => clearSelected, [])
  const selected = useSelected((state) => state.messages)
  // Its functions are new on every render, which is right here: nothing below is memoised over them.
  // oxlint-disable-next-line react/incompatible-library
  const virtual = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 6,
    getItemKey: (index) => items[index]?.id ?? index,
  })
  const show = (index: number) => virtual.scrollToIndex(index)
  useInSight(items, view.thread, show)
  const cursor = useCursor(items, view.thread, show)
  useRowKeys({ view, me, items, cursor })
  const shown = virtual.getVirtualItems()
  const last = shown.at(-1)?.index ?? 0
  useEffect(() => {
    if (list.isMore && last >= items.length - NEAR_END) list.readMore()
    // Reading is asked for once per end that comes near.
    // oxlint-disable-next-line react/exhaustive-effect-dependencies, react/exhaustive-deps
  }, [last, items.length, list.isMore])
  const range = useCallback((message: Message) => selectTo(message, items), [items])
  return (
    <ul className={css.rows} style={{ blockSize: virtual.getTotalSize() }} aria-label={t('mail.list')}>
      {shown.map((item) => {
        const message = items[item.index]
        return (
          message && (
            <li
              key={item.key}
              className={css.place}
              aria-setsize={list.isMore ? -1 : items.length}
              aria-posinset={item.index + 1}
              style={{ blockSize: ROW, transform: `translateY(${item.start}px)` }}
            >
              <MessageRow
                message={message}
                me={me}
                href={addressOf({ ...view, thread: message.id })}
                isAt={message.id === cursor.at?.id}
                isOpen={message.id === view.thread}
                isSelected={selected.has(message.id)}
                mayMark={mayMark}
                onEnter={cursor.enter}
                onRange={range}
              />
            </li>
          )
        )
      })}
    </ul>
  )
}

/** What an address opens is in sight, also when its list comes later; nothing that comes above it moves the list again. */
function useInSight(items: readonly Message[], open: string | null, show: (index: number) => void): void {
  const shown = useRef<string | null>(null)
  useEffect(() => {
    const index = items.findIndex(({ id }) => id === open)
    if (open === shown.current || index === -1) return
    shown.current = open
    show(index)
  })
}

interface Cursor {
  at: Message | undefined
  enter: (message: Message) => void
  move: (step: number) => void
}

/** Where the keys are: the open message, until somebody moves; the next one when it has left the list. */
function useCursor(items: readonly Message[], open: string | null, show: (index: number) => void): Cursor {
  const [at, setAt] = useState<{ id: string; index: number } | null>(null)
  const wanted = at?.id ?? open
  const found = items.findIndex(({ id }) => id === wanted)
  const index = found === -1 ? Math.min(at?.index ?? 0, items.length - 1) : found
  const enter = useCallback(
    (message: Message) => setAt({ id: message.id, index: items.indexOf(message) }),
    [items],
  )
  const move = (step: number) => {
    // The first key only shows where they are.
    const next = Math.min(Math.max(at === null && open === null ? 0 : index + step, 0), items.length - 1)
    const message = items[next]
    if (!message) return
    setAt({ id: message.id, index: next })
    show(next)
    focusRow(message.id)
  }
  return { at: items[index], enter, move }
}

/** The row is drawn after the list has moved. */
function focusRow(id: string): void {
  requestAnimationFrame(() =>
    document.querySelector<HTMLElement>(`[data-row="${CSS.escape(id)}"]`)?.focus({ preventScroll: true }),
  )
}

interface RowKeys extends Props {
  items: readonly Message[]
  cursor: Cursor
}

function useRowKeys({ view, me, items, cursor }: RowKeys): void {
  const [, navigate] = useLocation()
  const mayMark = useMay('message:send')
  const { at } = cursor
  const any = items.length > 0
  const targets = () => {
    const chosen = [...useSelected.getState().messages.values()]
    return (chosen.length > 0 ? chosen : at ? [at] : []).filter((one) => isToMe(one, me))
  }
  const act = (run: (messages: readonly Message[]) => Promise<unknown>) => () => {
    const messages = targets()
    if (messages.length === 0) return
    clearSelected()
    void run(messages)
  }
  useCommand('list.down', () => cursor.move(1), any)
  useCommand('list.up', () => cursor.move(-1), any)
  useCommand('list.open', () => at && navigate(addressOf({ ...view, thread: at.id })), any)
  useCommand('list.select', () => at && toggleMessage(at), any)
  const archive = act((messages) =>
    change(messages, messages.every(({ archived }) => archived) ? 'unarchive' : 'archive'),
  )
  const star = act((messages) =>
    change(messages, messages.every(({ starred }) => starred) ? 'unstar' : 'star'),
  )
  useCommand('mail.archive', archive, any && mayMark)
  useCommand('mail.star', star, any && mayMark)
}
