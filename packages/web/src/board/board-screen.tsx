// The board that all machines of the room share: columns of cards, live, moved by pointer, keys and thumb.
import '../words/late/board.ts'
import type { BoardCard } from '@tutti/core'
import { SquareKanban } from 'lucide-react'
import { useState, useSyncExternalStore, type ReactNode } from 'react'
import { useLocation, useSearch } from 'wouter'
import { api } from '../data/api.ts'
import { useMay } from '../data/session-store.ts'
import { useLive, type Live } from '../data/use-live.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { EmptyState, ErrorState, Skeleton } from '../ui/page-states.tsx'
import { Page } from '../ui/page.tsx'
import { t } from '../words/words.ts'
import { editCard, moveCard, removeCard } from './board-actions.ts'
import { BoardColumns } from './board-columns.tsx'
import { BoardFilter } from './board-filter.tsx'
import css from './board-screen.module.css'
import { cardsIn, columnsOf, heard, matches, type Board, type Filter } from './board-state.ts'
import { CardDialog } from './card-dialog.tsx'

const ALL: Filter = { words: '', who: null }

/** A phone has no room for the filter beside the title. */
const SLIM = matchMedia('(width < 640px)')

function onWidth(changed: () => void): () => void {
  SLIM.addEventListener('change', changed)
  return () => SLIM.removeEventListener('change', changed)
}

export function BoardScreen() {
  const mayWrite = useMay('board:write')
  const live = useLive<Board>({ key: 'board', read: () => api.getBoard({}), apply: heard })
  const [filter, setFilter] = useState(ALL)
  const isSlim = useSyncExternalStore(onWidth, () => SLIM.matches)
  const cards = live.state === 'ready' ? live.value.cards : []
  const found = cards.filter((card) => matches(card, filter))
  const isFiltered = found.length < cards.length
  const filters = cards.length > 0 && <BoardFilter cards={cards} filter={filter} onFilter={setFilter} />
  return (
    <Page
      fill
      title={t('board.title')}
      note={
        cards.length > 0 &&
        (isFiltered
          ? t('board.found', { n: found.length, all: cards.length })
          : t('board.count', { n: cards.length }))
      }
      actions={!isSlim && filters}
    >
      {live.state === 'loading' && <Skeleton />}
      {live.state === 'failed' && <ErrorState message={live.message} onRetry={live.retry} />}
      {live.state === 'ready' && (
        <Ready
          live={live}
          found={isFiltered ? new Set(found.map(({ id }) => id)) : null}
          filters={isSlim && filters}
          onAll={() => setFilter(ALL)}
          mayWrite={mayWrite}
        />
      )}
    </Page>
  )
}

interface ReadyProps {
  live: Extract<Live<Board>, { state: 'ready' }>
  /** The cards that a filter lets through; null for all. */
  found: ReadonlySet<string> | null
  filters: ReactNode
  onAll: () => void
  mayWrite: boolean
}

function Ready({ live, found, filters, onAll, mayWrite }: ReadyProps) {
  const { value: board, change } = live
  const [, navigate] = useLocation()
  const openId = new URLSearchParams(useSearch()).get('card')
  const isEmpty = board.cards.length === 0
  return (
    <div className={css.screen}>
      <p id="board-keys" className="visually-hidden">
        {t('board.keys')}
      </p>
      {!mayWrite && <p className={css.note}>{t('board.read-only')}</p>}
      <div className={css.slim}>
        {filters}
        <Jumps board={board} />
      </div>
      {isEmpty && <Nothing />}
      {found?.size === 0 && (
        <EmptyState
          icon={<SquareKanban />}
          title={t('board.none-found')}
          action={<Button onClick={onAll}>{t('board.clear')}</Button>}
        >
          {t('board.none-found-text')}
        </EmptyState>
      )}
      {found?.size !== 0 && (
        <BoardColumns
          board={board}
          change={change}
          found={found}
          mayWrite={mayWrite}
          onOpen={({ id }) => navigate(`/board?card=${id}`)}
        />
      )}
      {openId !== null && (
        <Opened key={openId} id={openId} live={live} mayWrite={mayWrite} onClose={() => navigate('/board')} />
      )}
    </div>
  )
}

/** The way to a column that is beside the screen. */
const Jumps = ({ board }: { board: Board }) => (
  <nav className={css.jumps} aria-label={t('board.columns')}>
    {columnsOf(board).map(({ id, title }) => (
      <Button
        key={id}
        onClick={() => document.querySelector(`[data-column="${id}"]`)?.scrollIntoView({ inline: 'center' })}
      >
        {t('board.column-at', { column: title, n: cardsIn(board, id).length })}
      </Button>
    ))}
  </nav>
)

const Nothing = () => (
  <div className={css.nothing}>
    <EmptyState icon={<SquareKanban />} title={t('board.empty')}>
      {t('board.empty-text')}
    </EmptyState>
  </div>
)

interface OpenedProps extends Pick<ReadyProps, 'live' | 'mayWrite'> {
  id: string
  onClose: () => void
}

function Opened({ id, live: { value: board, change }, mayWrite, onClose }: OpenedProps) {
  const card = board.cards.find((one) => one.id === id)
  if (!card)
    return (
      <Dialog
        title={t('board.gone')}
        onClose={onClose}
        actions={<Button onClick={onClose}>{t('board.back')}</Button>}
      >
        <p>{t('board.gone-text')}</p>
      </Dialog>
    )
  const toColumn = (column: string) =>
    void moveCard(change, card, { column, after: cardsIn(board, column).at(-1)?.id ?? null })
  return (
    <CardDialog
      card={card}
      columns={columnsOf(board)}
      names={namesIn(board.cards)}
      mayWrite={mayWrite}
      onEdit={(fields) => editCard(change, card, fields)}
      onColumn={toColumn}
      onRemove={() => {
        onClose()
        void removeCard(change, board, card)
      }}
      onClose={onClose}
    />
  )
}

const namesIn = (cards: readonly BoardCard[]): string[] => [
  ...new Set(cards.flatMap(({ assignee }) => (assignee === '' ? [] : [assignee]))),
]
