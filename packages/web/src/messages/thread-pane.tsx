// A thread as a tree of who answered whom, each message folded to a line or opened, and the answer at its end.
import { ArrowLeft, Ellipsis } from 'lucide-react'
import { useEffect, useRef, useState, type ReactNode } from 'react'
import { Link } from 'wouter'
import type { MailboxId, Message } from '@tutti/core'
import { api } from '../data/api.ts'
import { useMay } from '../data/session-store.ts'
import { useLive, withoutRow, withRow } from '../data/use-live.ts'
import { useCommand } from '../keys/command-registry.ts'
import { IconButton } from '../ui/button.tsx'
import { foreignText } from '../ui/foreign-text.ts'
import { Menu } from '../ui/menu.tsx'
import { ErrorState, Skeleton } from '../ui/page-states.tsx'
import { t } from '../words/words.ts'
import { MessageView } from './message-view.tsx'
import { draftName, useIsBegun } from './drafts.ts'
import { useNews } from './news.ts'
import { ReplyForm } from './reply-form.tsx'
import { threadEntries } from './thread-menu.tsx'
import { linesOf, treeOf, type Branch } from './thread-tree.ts'
import { answerTo, isToMe, isUnread, takesAnswer } from './who.ts'
import css from './thread-pane.module.css'

interface Props {
  /** Any message of the thread; it is opened and scrolled to. */
  id: string
  me: MailboxId | null
  /** The address of the list without the thread. */
  back: string
}

export function ThreadPane({ id, me, back }: Props) {
  const thread = useThread(id)
  if (thread.state !== 'ready')
    return (
      <>
        <Back href={back} />
        {thread.state === 'loading' ? (
          <Skeleton />
        ) : (
          <ErrorState message={thread.message} onRetry={thread.retry} />
        )}
      </>
    )
  return <Thread key={thread.value[0]?.thread ?? id} id={id} messages={thread.value} me={me} back={back} />
}

function useThread(id: string) {
  const live = useLive<readonly Message[]>({
    key: `thread ${id}`,
    read: async () => (await api.getThread({ id })).items,
    apply: (rows, event) =>
      event.type === 'message.created' || event.type === 'message.changed'
        ? withMessage(rows, event.data)
        : event.type === 'message.removed'
          ? withoutRow(rows, event.data.id)
          : rows,
  })
  useNews((news) => {
    if (live.state === 'ready' && news.kind === 'message')
      live.change((rows) => withMessage(rows, news.message))
  })
  return live
}

function withMessage(rows: readonly Message[], message: Message): readonly Message[] {
  if (rows[0]?.thread !== message.thread) return rows
  const known = rows.find(({ id }) => id === message.id)
  return known && known.version > message.version ? rows : withRow(rows, message)
}

interface ThreadProps extends Props {
  messages: readonly Message[]
}

function Thread({ id, messages, me, back }: ThreadProps) {
  const tree = treeOf(messages)
  const fold = useFolds(messages, { id, me })
  const [answered, setAnswered] = useState<string | null>(null)
  const maySend = useMay('message:send')
  const pane = useRef<HTMLElement>(null)
  const chosen = useAnswered(messages, answered, me)
  const inside = useInside(pane)
  useScrollTo(pane, id)
  useThreadKeys({ lines: linesOf(tree), inside, toggle: fold.toggle, pane })
  const subject = messages[0]?.subject ?? ''
  const draw = (message: Message) => (
    <MessageView
      message={message}
      subject={subject}
      me={me}
      isOpen={fold.isOpen(message.id)}
      onToggle={() => fold.toggle(message.id)}
      onReply={maySend && takesAnswer(message, me) ? () => setAnswered(message.id) : null}
    />
  )
  return (
    <section ref={pane} className={css.thread} aria-label={t('mail.thread')}>
      <header className={css.head}>
        <Back href={back} />
        <h1 className={css.subject} dir="auto">
          {foreignText(subject) || t('mail.no-subject')}
        </h1>
        <span className={css.count}>{t('mail.messages', { n: messages.length })}</span>
        <Menu entries={() => threadEntries(messages, me)}>
          <IconButton label={t('mail.thread-more')}>
            <Ellipsis />
          </IconButton>
        </Menu>
      </header>
      <div className={css.body}>
        <Branches branches={tree} depth={0} draw={draw} />
        {maySend && chosen && takesAnswer(chosen, me) && (
          <ReplyForm key={chosen.id} to={chosen} name={answerTo(chosen, me)} isChosen={answered !== null} />
        )}
      </div>
    </section>
  )
}

/** To the list, where there is no room for both. */
const Back = ({ href }: { href: string }) => (
  <Link href={href} className={css.back} aria-label={t('common.back')}>
    <ArrowLeft />
  </Link>
)

const DEEPEST = 7 // levels that are still indented; deeper ones stand below each other

interface BranchesProps {
  branches: readonly Branch[]
  depth: number
  draw: (message: Message) => ReactNode
}

const Branches = ({ branches, depth, draw }: BranchesProps) => (
  <ol className={css.lines} data-nested={(depth > 0 && depth <= DEEPEST) || undefined}>
    {branches.map(({ message, answers }) => (
      <li key={message.id} className={css.line}>
        {draw(message)}
        {answers.length > 0 && <Branches branches={answers} depth={depth + 1} draw={draw} />}
      </li>
    ))}
  </ol>
)

/** What an answer goes to unless one is chosen: the newest message that came to me, else the newest. */
const lastFor = (messages: readonly Message[], me: MailboxId | null): Message | undefined => {
  const inTime = messages.toSorted((a, b) => a.createdAt - b.createdAt)
  return inTime.findLast((one) => isToMe(one, me)) ?? inTime.at(-1)
}

/** The message that is answered: the chosen one, the one whose answer is begun, or the newest. */
function useAnswered(messages: readonly Message[], chosen: string | null, me: MailboxId | null) {
  const [begun, setBegun] = useState<string | null>(null)
  const isBegun = useIsBegun(draftName({ answers: begun ?? '' }))
  const latest = lastFor(messages, me)
  // What comes while somebody writes must not take the words from under the hand.
  if (!isBegun && latest && begun !== latest.id) setBegun(latest.id)
  return messages.find((one) => one.id === (chosen ?? begun)) ?? latest
}

/** Open at first: what was unread, what the address names, and the newest; then what somebody opens. */
function useFolds(messages: readonly Message[], { id, me }: Pick<Props, 'id' | 'me'>) {
  const [open, setOpen] = useState<ReadonlySet<string>>(() => firstOpen(messages, id, me))
  const known = useRef(new Set(messages.map((one) => one.id)))
  useEffect(() => {
    const fresh = messages.filter((one) => !known.current.has(one.id))
    for (const one of fresh) known.current.add(one.id)
    // What nobody looks at stays folded, and so unread.
    if (fresh.length > 0 && document.visibilityState === 'visible')
      setOpen((before) => new Set([...before, ...fresh.map((one) => one.id)]))
  }, [messages])
  // Another message of the same thread was chosen in the list.
  const [named, setNamed] = useState(id)
  if (named !== id) {
    setNamed(id)
    setOpen(new Set([...open, id]))
  }
  const toggle = (one: string) =>
    setOpen((before) => {
      const next = new Set(before)
      if (!next.delete(one)) next.add(one)
      return next
    })
  return { isOpen: (one: string) => open.has(one), toggle }
}

function firstOpen(messages: readonly Message[], id: string, me: MailboxId | null): ReadonlySet<string> {
  const unread = messages.filter((one) => isToMe(one, me) && isUnread(one)).map((one) => one.id)
  const newest = messages.toSorted((a, b) => b.createdAt - a.createdAt)[0]
  return new Set([...unread, id, ...(newest ? [newest.id] : [])])
}

/** The message that the focus is in. */
function useInside(pane: React.RefObject<HTMLElement | null>): string | null {
  const [inside, setInside] = useState<string | null>(null)
  useEffect(() => {
    const end = new AbortController()
    const { signal } = end
    const at = (target: EventTarget | null) =>
      target instanceof Element
        ? (target.closest<HTMLElement>('[data-message]')?.dataset['message'] ?? null)
        : null
    pane.current?.addEventListener('focusin', ({ target }) => setInside(at(target)), { signal })
    pane.current?.addEventListener('focusout', () => setInside(null), { signal })
    return () => end.abort()
  }, [pane])
  return inside
}

/** Brings the message that the address names into sight, once. */
function useScrollTo(pane: React.RefObject<HTMLElement | null>, id: string): void {
  useEffect(() => {
    const at = pane.current?.querySelector<HTMLElement>(`[data-message="${CSS.escape(id)}"]`)
    at?.scrollIntoView({ block: 'nearest' })
  }, [pane, id])
}

interface KeysOf {
  lines: readonly string[]
  /** The message that the focus is in. */
  inside: string | null
  toggle: (id: string) => void
  pane: React.RefObject<HTMLElement | null>
}

/** While the focus is in the thread, j and k walk its messages and Enter or o folds them. */
function useThreadKeys({ lines, inside, toggle, pane }: KeysOf): void {
  const move = (step: number) => {
    const at = lines[lines.indexOf(inside ?? '') + step]
    if (at !== undefined)
      pane.current?.querySelector<HTMLElement>(`[data-message="${CSS.escape(at)}"]`)?.focus()
  }
  const active = inside !== null
  useCommand('list.down', () => move(1), active)
  useCommand('list.up', () => move(-1), active)
  useCommand('list.open', () => inside !== null && toggle(inside), active)
  useCommand('list.fold', () => inside !== null && toggle(inside), active)
}
