// One column: its name, its cards in their order, where a dragged one would go, and a line to write a new one.
import type { BoardCard, BoardColumn } from '@tutti/core'
import { ArrowLeft, ArrowRight, Ellipsis, Pencil, Plus, Trash2 } from 'lucide-react'
import { Fragment, useRef, useState, type DragEvent, type RefObject } from 'react'
import { Button, IconButton } from '../ui/button.tsx'
import { classNames } from '../ui/class-names.ts'
import { Menu, type MenuEntry } from '../ui/menu.tsx'
import { t } from '../words/words.ts'
import type { Target } from './board-state.ts'
import { CardView, type CardActs } from './card-view.tsx'
import { LineForm } from './line-form.tsx'
import css from './column-view.module.css'

export interface ColumnActs {
  add(column: string, title: string): Promise<boolean>
  rename(column: BoardColumn, title: string): Promise<boolean>
  shift(column: BoardColumn, by: -1 | 1): void
  remove(column: BoardColumn): void
  drop(target: Target): void
}

interface Props {
  column: BoardColumn
  columns: readonly BoardColumn[]
  /** Those that are shown. */
  cards: readonly BoardCard[]
  /** How many there are, also those that a filter hides. */
  count: number
  mayWrite: boolean
  dragged: BoardCard | null
  cardActs: CardActs
  acts: ColumnActs
}

export function ColumnView(props: Props) {
  const { column, cards, count, mayWrite, dragged, acts } = props
  const [isAdding, setAdding] = useState(false)
  const list = useRef<HTMLUListElement>(null)
  const { at, ears } = useDrop(list, { column: column.id, cards, dragged, onDrop: acts.drop })
  const { title, id } = column
  return (
    <section className={classNames(css.column, at !== null && css.over)} aria-label={title} data-column={id}>
      <ColumnHead {...props} onAdd={() => setAdding(true)} />
      <div className={css.room} {...ears}>
        <ul className={css.cards} aria-label={t('board.column-at', { column: title, n: count })} ref={list}>
          <Cards {...props} at={at} />
        </ul>
        {at === cards.length && <div className={css.line} />}
        {cards.length === 0 && !isAdding && <p className={css.none}>{t('board.column-empty')}</p>}
        {isAdding && (
          <LineForm
            label={t('board.add-title')}
            value=""
            most={200}
            action={t('board.add-do')}
            again
            onDone={(text) => acts.add(id, text)}
            onCancel={() => setAdding(false)}
          />
        )}
        {mayWrite && !isAdding && (
          <Button kind="quiet" className={css.add} icon={<Plus />} onClick={() => setAdding(true)}>
            {t('board.add')}
          </Button>
        )}
      </div>
    </section>
  )
}

const Cards = ({ cards, columns, mayWrite, cardActs, dragged, at }: Props & { at: number | null }) =>
  cards.map((card, index) => (
    <Fragment key={card.id}>
      {at === index && <li className={css.line} aria-hidden />}
      <CardView
        card={card}
        columns={columns}
        mayWrite={mayWrite}
        acts={cardActs}
        isDragged={dragged?.id === card.id}
      />
    </Fragment>
  ))

function ColumnHead({ column, columns, count, mayWrite, acts, onAdd }: Props & { onAdd: () => void }) {
  const [isNaming, setNaming] = useState(false)
  const { title } = column
  if (isNaming)
    return (
      <header className={css.head}>
        <LineForm
          label={t('board.column-name')}
          value={title}
          most={80}
          action={t('board.column-save')}
          onDone={async (text) => (await acts.rename(column, text)) && setNaming(false)}
          onCancel={() => setNaming(false)}
        />
      </header>
    )
  return (
    <header className={css.head}>
      <h2>{title}</h2>
      <span className={css.count}>
        <span aria-hidden>{count}</span>
        <span className="visually-hidden">{t('board.count', { n: count })}</span>
      </span>
      {mayWrite && (
        <span className={css.tools}>
          <IconButton label={t('board.add-in', { column: title })} onClick={onAdd}>
            <Plus />
          </IconButton>
          <Menu entries={() => entriesOf({ column, columns, count }, acts, () => setNaming(true))}>
            <IconButton label={t('board.column-actions', { column: title })}>
              <Ellipsis />
            </IconButton>
          </Menu>
        </span>
      )}
    </header>
  )
}

interface Dropping {
  column: string
  cards: readonly BoardCard[]
  dragged: BoardCard | null
  onDrop: (target: Target) => void
}

/** Where the dragged card would go: before the first one whose middle is below the pointer. */
function useDrop(list: RefObject<HTMLUListElement | null>, { column, cards, dragged, onDrop }: Dropping) {
  const [at, setAt] = useState<number | null>(null)
  const placeOf = (event: DragEvent): number => {
    const faces = [...(list.current?.querySelectorAll('[data-card]') ?? [])]
    const below = faces.findIndex((face) => {
      const { top, height } = face.getBoundingClientRect()
      return event.clientY < top + height / 2
    })
    return below < 0 ? cards.length : below
  }
  const ears = {
    onDragOver(event: DragEvent) {
      if (!dragged) return
      event.preventDefault()
      event.dataTransfer.dropEffect = 'move'
      setAt(placeOf(event))
    },
    onDragLeave(event: DragEvent) {
      const to = event.relatedTarget
      if (!(to instanceof Node && event.currentTarget.contains(to))) setAt(null)
    },
    onDrop(event: DragEvent) {
      if (!dragged) return
      event.preventDefault()
      const before = cards.slice(0, placeOf(event)).filter(({ id }) => id !== dragged.id)
      setAt(null)
      onDrop({ column, after: before.at(-1)?.id ?? null })
    },
  }
  return { at: dragged ? at : null, ears }
}

interface About {
  column: BoardColumn
  columns: readonly BoardColumn[]
  count: number
}

function entriesOf({ column, columns, count }: About, acts: ColumnActs, rename: () => void): MenuEntry[] {
  const at = columns.findIndex(({ id }) => id === column.id)
  const isKept = count > 0 || columns.length === 1
  return [
    { label: t('board.column-rename'), icon: <Pencil />, run: rename },
    {
      label: t('board.column-left'),
      icon: <ArrowLeft />,
      disabled: at === 0,
      run: () => acts.shift(column, -1),
    },
    {
      label: t('board.column-right'),
      icon: <ArrowRight />,
      disabled: at === columns.length - 1,
      run: () => acts.shift(column, 1),
    },
    { kind: 'line' },
    {
      label: isKept ? t('board.column-used') : t('board.column-delete'),
      icon: <Trash2 />,
      danger: true,
      disabled: isKept,
      run: () => acts.remove(column),
    },
  ]
}
