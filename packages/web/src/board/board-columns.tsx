// The columns side by side, and everything by which a card gets from one place to another.
import type { BoardCard, BoardColumn } from '@tutti/core'
import { Plus } from 'lucide-react'
import { useLayoutEffect, useMemo, useRef, useState, type RefObject } from 'react'
import { useCommand } from '../keys/command-registry.ts'
import { Button } from '../ui/button.tsx'
import { t } from '../words/words.ts'
import {
  addCard,
  addColumn,
  moveCard,
  putColumn,
  removeCard,
  removeColumn,
  type Change,
} from './board-actions.ts'
import css from './board-screen.module.css'
import {
  cardsIn,
  columnOf,
  columnsOf,
  stepFrom,
  withMoved,
  type Board,
  type Step,
  type Target,
} from './board-state.ts'
import type { CardActs } from './card-view.tsx'
import { ColumnView, type ColumnActs } from './column-view.tsx'
import { LineForm } from './line-form.tsx'

interface Props {
  board: Board
  change: Change
  /** The cards that a filter lets through; null for all. */
  found: ReadonlySet<string> | null
  mayWrite: boolean
  onOpen: (card: BoardCard) => void
}

export function BoardColumns({ board: now, change, found, mayWrite, onOpen }: Props) {
  const [dragged, setDragged] = useState<BoardCard | null>(null)
  const [said, setSaid] = useState('')
  // Nothing moves below a card that is being dragged.
  const board = useHeld(now, dragged !== null)
  const room = useRef<HTMLDivElement>(null)
  const { look, keep } = useCardFocus(room, board)
  const columns = useMemo(() => columnsOf(board), [board])
  const shown = useMemo(
    () =>
      new Map(
        columns.map(({ id }) => [id, cardsIn(board, id).filter((card) => found?.has(card.id) ?? true)]),
      ),
    [board, columns, found],
  )
  const go = (card: BoardCard, target: Target) => {
    const there = cardsIn(withMoved(now, card.id, target), target.column)
    const place = there.findIndex(({ id }) => id === card.id) + 1
    const column = columns.find(({ id }) => id === target.column)?.title ?? target.column
    setSaid(t('board.moved', { title: card.title, column, place, all: there.length }))
    void moveCard(change, card, target)
  }
  const cardActs = useCardActs({
    open: onOpen,
    drag: setDragged,
    look,
    remove: (card) => void removeCard(change, now, card),
    moveTo: (card, column) => go(card, { column, after: cardsIn(now, column).at(-1)?.id ?? null }),
    step(card, step) {
      const target = stepFrom(now, card, step)
      if (!target) return setSaid(t('board.at-edge', { title: card.title }))
      keep(card.id)
      return go(card, target)
    },
  })
  const acts: ColumnActs = {
    add: async (column, title) => {
      const after = cardsIn(now, column).at(-1)?.id ?? null
      return (await addCard(change, { title, column, after })) !== null
    },
    rename: (column, title) => putColumn(change, { column: column.id, title }),
    shift(column, by) {
      const at = columns.findIndex(({ id }) => id === column.id)
      const others = columns.filter(({ id }) => id !== column.id)
      const after = others[at + by - 1]?.id ?? null
      void putColumn(change, { column: column.id, title: column.title, after })
    },
    remove(column) {
      const at = columns.findIndex(({ id }) => id === column.id)
      void removeColumn(change, column, columns[at - 1]?.id ?? null)
    },
    drop(target) {
      const card = dragged
      setDragged(null)
      if (card) go(card, target)
    },
  }
  return (
    <>
      <output className="visually-hidden">{said}</output>
      <div className={css.columns} ref={room}>
        {columns.map((column) => (
          <ColumnView
            key={column.id}
            column={column}
            columns={columns}
            cards={shown.get(column.id) ?? []}
            count={cardsIn(board, column.id).length}
            mayWrite={mayWrite}
            dragged={dragged}
            cardActs={cardActs}
            acts={acts}
          />
        ))}
        {mayWrite && <NewColumn change={change} columns={columns} />}
      </div>
    </>
  )
}

function NewColumn({ change, columns }: { change: Change; columns: readonly BoardColumn[] }) {
  const [isOpen, setOpen] = useState(false)
  return (
    <div className={css.new}>
      {isOpen ? (
        <LineForm
          label={t('board.column-name')}
          value=""
          most={80}
          action={t('board.add-do')}
          onDone={async (title) => (await addColumn(change, title, columns.at(-1)?.id)) && setOpen(false)}
          onCancel={() => setOpen(false)}
        />
      ) : (
        <Button kind="quiet" icon={<Plus />} onClick={() => setOpen(true)}>
          {t('board.column-add')}
        </Button>
      )}
    </div>
  )
}

/** The board as it was when holding began. */
function useHeld(board: Board, isHeld: boolean): Board {
  const [held, setHeld] = useState<Board | null>(null)
  if (isHeld && held === null) setHeld(board)
  if (!isHeld && held !== null) setHeld(null)
  return held ?? board
}

/** The same functions in every render, so that cards which did not change are not drawn anew. The next key acts on what is seen. */
function useCardActs(acts: CardActs): CardActs {
  const latest = useRef(acts)
  useLayoutEffect(() => {
    latest.current = acts
  })
  return useMemo(
    () => ({
      open: (card) => latest.current.open(card),
      step: (card, step) => latest.current.step(card, step),
      moveTo: (card, column) => latest.current.moveTo(card, column),
      remove: (card) => latest.current.remove(card),
      look: (card, step) => latest.current.look(card, step),
      drag: (card) => latest.current.drag(card),
    }),
    [],
  )
}

/** The focus among the cards: arrows and `j` `k` lead it, and a card that moves keeps it. */
function useCardFocus(room: RefObject<HTMLDivElement | null>, board: Board) {
  const kept = useRef<string | null>(null)
  // In another column it is drawn anew, and the focus with it: back before the next key.
  useLayoutEffect(() => {
    const id = kept.current
    kept.current = null
    if (id !== null) room.current?.querySelector<HTMLElement>(`[data-card="${id}"] [data-face]`)?.focus()
    // A board that was changed is drawn anew.
    // oxlint-disable-next-line react/exhaustive-effect-dependencies
  }, [room, board])
  const look = (card: BoardCard, step: Step) => {
    const next = neighbourOf(room.current, card, { step, column: columnOf(board, card) })
    next?.focus()
    next?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  }
  const move = (by: -1 | 1) => {
    const faces = [...(room.current?.querySelectorAll<HTMLElement>('[data-face]') ?? [])]
    const at = faces.findIndex((face) => face === document.activeElement)
    faces[at < 0 ? 0 : Math.max(0, Math.min(faces.length - 1, at + by))]?.focus()
  }
  useCommand('list.down', () => move(1))
  useCommand('list.up', () => move(-1))
  return { look, keep: (id: string) => void (kept.current = id) }
}

function neighbourOf(
  room: HTMLElement | null,
  card: BoardCard,
  { step, column }: { step: Step; column: string },
): HTMLElement | undefined {
  const columns = [...(room?.querySelectorAll('[data-column]') ?? [])].map((one) => ({
    id: one.getAttribute('data-column'),
    cards: [...one.querySelectorAll<HTMLElement>('[data-card]')],
  }))
  const at = columns.findIndex(({ id }) => id === column)
  const row = columns[at]?.cards.findIndex((one) => one.dataset['card'] === card.id) ?? -1
  const faceOf = (one: HTMLElement | undefined) => one?.querySelector<HTMLElement>('[data-face]') ?? undefined
  if (step === 'up' || step === 'down') return faceOf(columns[at]?.cards[row + (step === 'up' ? -1 : 1)])
  const beside = step === 'left' ? columns.slice(0, at).reverse() : columns.slice(at + 1)
  // Columns without cards are passed over: there is nothing to stand on.
  const cards = beside.find((one) => one.cards.length > 0)?.cards
  return faceOf(cards?.[Math.min(row, cards.length - 1)])
}
