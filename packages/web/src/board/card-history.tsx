// What became of every edit of a card: what stands, what was replaced, and what was lost because two crossed.
import type { BoardCard, BoardColumn, CardEdit } from '@tutti/core'
import { RotateCcw } from 'lucide-react'
import { useMemo, useState } from 'react'
import { api } from '../data/api.ts'
import { useRoom } from '../data/room-store.ts'
import { toast } from '../data/toast-store.ts'
import { useLoaded } from '../data/use-loaded.ts'
import { Button } from '../ui/button.tsx'
import { ErrorState, Skeleton } from '../ui/page-states.tsx'
import { Time } from '../ui/time.tsx'
import { t } from '../words/words.ts'
import css from './card-history.module.css'

interface Props {
  card: BoardCard
  columns: readonly BoardColumn[]
  mayWrite: boolean
  onEdit: (fields: { title?: string; assignee?: string; text?: string }) => Promise<boolean>
  onColumn: (column: string) => void
}

export function CardHistory(props: Props) {
  const { card } = props
  // Each edit of the card has a moment of its own.
  const read = useLoaded(`${card.id} ${card.changedAt} ${card.lostEdits}`, () =>
    api.getCardHistory({ id: card.id }),
  )
  // What was read before stays until the next is there: an edit every second must not make the page jump.
  const [edits, setEdits] = useState<readonly CardEdit[] | null>(null)
  if (read.state === 'ready' && read.value !== edits) setEdits(read.value)
  if (read.state === 'failed') return <ErrorState message={read.message} onRetry={read.retry} />
  return (
    <section className={css.part} aria-label={t('board.history')}>
      <h3>{t('board.history')}</h3>
      {edits === null ? <Skeleton lines={3} /> : <Edits edits={edits} {...props} />}
    </section>
  )
}

/** Where a card lies in its column is nothing that one reads. */
const isRead = ({ field }: CardEdit): boolean => field !== 'place'

function Edits({ edits, ...props }: Props & { edits: readonly CardEdit[] }) {
  // What was lost stands above: it is what one comes for.
  const shown = useMemo(() => {
    const read = edits.filter(isRead)
    const isLost = ({ fate }: CardEdit) => fate === 'lost'
    return [...read.filter(isLost), ...read.filter((edit) => !isLost(edit))]
  }, [edits])
  return (
    <ol className={css.edits} aria-label={t('board.history-of')}>
      {shown.map((edit, index) => (
        <EditRow key={`${edit.at} ${edit.field} ${index}`} edit={edit} {...props} />
      ))}
    </ol>
  )
}

const FIELDS = ['title', 'text', 'column', 'place', 'assignee'] as const
const isField = (field: string): field is (typeof FIELDS)[number] => FIELDS.some((one) => one === field)

function EditRow({ edit, card, columns, mayWrite, onEdit, onColumn }: Props & { edit: CardEdit }) {
  const { field, value, removed, fate } = edit
  const restore = async () => {
    if (field === 'column') onColumn(value)
    else if (!(await onEdit(restoring(edit, card)))) return
    toast(t('board.taken'))
  }
  return (
    <li className={css.edit} data-fate={fate}>
      <EditHead edit={edit} />
      <p className={css.value}>
        {removed !== null && value !== '' && <span aria-hidden>+ </span>}
        {shownValue(edit, columns)}
        {removed !== null && removed > 0 && (
          <span className={css.removed}>{t('board.removed', { n: removed })}</span>
        )}
      </p>
      {mayWrite && canStand(edit, columns) && !isSaid(edit, card) && (
        <Button icon={<RotateCcw />} className={css.take} onClick={() => void restore()}>
          {removed === null ? t('board.take') : t('board.take-in')}
        </Button>
      )}
    </li>
  )
}

function EditHead({ edit: { field, fate, by, node, at } }: { edit: CardEdit }) {
  const machine = useRoom(({ machines }) => machines.get(node)?.name)
  return (
    <p className={css.head}>
      <span className={css.fate} data-tip={fate === 'lost' ? t('board.fate-lost-says') : undefined}>
        {t(`board.fate-${fate}`)}
      </span>
      <span className={css.field}>{isField(field) ? t(`board.field-${field}`) : field}</span>
      <span className={css.by}>
        {machine === undefined ? by : t('board.by-on', { name: by, machine })} · <Time at={at} />
      </span>
    </p>
  )
}

/** An edit that lost can stand again, unless its column is gone or it only took something out. */
function canStand({ field, value, removed, fate }: CardEdit, columns: readonly BoardColumn[]): boolean {
  if (fate !== 'lost' || (removed !== null && value === '')) return false
  return field !== 'column' || columns.some(({ id }) => id === value)
}

/** Whether the card says so already. */
const isSaid = ({ field, value, removed }: CardEdit, { title, assignee, column, text }: BoardCard): boolean =>
  new Map([
    ['title', title],
    ['assignee', assignee],
    ['column', column],
    ['text', text],
  ]).get(field) === value && removed === null

function shownValue({ field, value, removed }: CardEdit, columns: readonly BoardColumn[]): string {
  if (field === 'column') return columns.find(({ id }) => id === value)?.title ?? value
  if (value !== '' || removed !== null) return value
  return field === 'assignee' ? t('board.nobody') : t('board.nothing')
}

/** Words that were lost go in behind what stands now; a whole value takes its place. */
function restoring({ field, value, removed }: CardEdit, { text }: BoardCard) {
  if (field === 'title') return { title: value }
  if (field === 'assignee') return { assignee: value }
  return {
    text: removed === null ? value : `${text}${text === '' || text.endsWith('\n') ? '' : '\n'}${value}`,
  }
}
