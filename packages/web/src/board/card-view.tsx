// One card in its column: what it says, who has it, and the ways to move it by pointer, keys and thumb.
import type { BoardCard, BoardColumn } from '@tutti/core'
import { AlignLeft, ArrowDown, ArrowRight, ArrowUp, Ellipsis, GitFork, Maximize2, Trash2 } from 'lucide-react'
import { memo, type DragEvent, type KeyboardEvent } from 'react'
import { classNames } from '../ui/class-names.ts'
import { IconButton } from '../ui/button.tsx'
import { Menu, openContextMenu, type MenuEntry } from '../ui/menu.tsx'
import { t } from '../words/words.ts'
import { Assignee } from './assignee.tsx'
import type { Step } from './board-state.ts'
import css from './card-view.module.css'

export interface CardActs {
  open(card: BoardCard): void
  step(card: BoardCard, step: Step): void
  moveTo(card: BoardCard, column: string): void
  remove(card: BoardCard): void
  /** The focus goes to a neighbour. */
  look(card: BoardCard, step: Step): void
  drag(card: BoardCard | null): void
}

interface Props {
  card: BoardCard
  columns: readonly BoardColumn[]
  mayWrite: boolean
  acts: CardActs
  isDragged: boolean
}

export const CardView = memo(function CardView({ card, columns, mayWrite, acts, isDragged }: Props) {
  const { id, title, text, assignee, lostEdits } = card
  const entries = () => entriesOf(card, columns, acts)
  return (
    // The keys are those of its button; a pointer may take it anywhere.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <li
      className={classNames(css.card, isDragged && css.dragged)}
      data-card={id}
      draggable={mayWrite}
      onDragStart={(event) => begin(event, card, acts)}
      onDragEnd={() => acts.drag(null)}
      onContextMenu={(event) => mayWrite && openContextMenu(event, entries())}
    >
      <button
        type="button"
        data-face
        className={css.face}
        aria-describedby={mayWrite ? 'board-keys' : undefined}
        onClick={() => acts.open(card)}
        onKeyDown={(event) => press(event, { card, mayWrite, acts })}
      >
        <span className={css.title}>{title}</span>
        {(assignee !== '' || text !== '' || lostEdits > 0) && (
          <span className={css.facts}>
            {assignee !== '' && <Assignee name={assignee} />}
            {text !== '' && (
              <span className={css.fact} data-tip={text.slice(0, 200)}>
                <AlignLeft aria-hidden />
                <span className="visually-hidden">{t('board.has-text')}</span>
              </span>
            )}
            {lostEdits > 0 && (
              <span className={css.lost} data-tip={t('board.lost-says')}>
                <GitFork aria-hidden />
                {t('board.lost', { n: lostEdits })}
              </span>
            )}
          </span>
        )}
      </button>
      {mayWrite && (
        <Menu entries={entries}>
          <IconButton className={css.more} label={t('board.card-actions', { title })}>
            <Ellipsis />
          </IconButton>
        </Menu>
      )}
    </li>
  )
})

function begin(event: DragEvent, card: BoardCard, acts: CardActs): void {
  event.dataTransfer.effectAllowed = 'move'
  event.dataTransfer.setData('text/plain', card.title)
  acts.drag(card)
}

const STEPS: Readonly<Record<string, Step>> = {
  ArrowUp: 'up',
  ArrowDown: 'down',
  ArrowLeft: 'left',
  ArrowRight: 'right',
}

function press(
  event: KeyboardEvent,
  { card, mayWrite, acts }: Pick<Props, 'card' | 'mayWrite' | 'acts'>,
): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return
  const step = STEPS[event.key]
  const isRemove = mayWrite && event.key === 'Delete'
  if (!step && !isRemove) return
  event.preventDefault()
  event.stopPropagation()
  if (isRemove) acts.remove(card)
  else if (step && event.shiftKey && mayWrite) acts.step(card, step)
  else if (step) acts.look(card, step)
}

function entriesOf(card: BoardCard, columns: readonly BoardColumn[], acts: CardActs): MenuEntry[] {
  const others = columns.filter(({ id }) => id !== card.column)
  return [
    { label: t('board.open'), icon: <Maximize2 />, keys: 'enter', run: () => acts.open(card) },
    { kind: 'line' },
    ...others.map(({ id, title }) => ({
      label: t('board.move-to', { column: title }),
      icon: <ArrowRight />,
      run: () => acts.moveTo(card, id),
    })),
    { label: t('board.move-up'), icon: <ArrowUp />, keys: 'shift+up', run: () => acts.step(card, 'up') },
    {
      label: t('board.move-down'),
      icon: <ArrowDown />,
      keys: 'shift+down',
      run: () => acts.step(card, 'down'),
    },
    { kind: 'line' },
    { label: t('board.delete'), icon: <Trash2 />, danger: true, run: () => acts.remove(card) },
  ]
}
