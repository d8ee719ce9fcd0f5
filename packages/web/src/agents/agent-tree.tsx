// The tree of all agents: one row each, by the levels of their names, virtual so that a thousand are as quick as ten.
import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useRef, useState } from 'react'
import { useLocation, useRoute } from 'wouter'
import { useAgents, loadAgents } from '../data/agents-store.ts'
import { useMay } from '../data/session-store.ts'
import { useCommand } from '../keys/command-registry.ts'
import { Button } from '../ui/button.tsx'
import { EmptyState, ErrorState, Skeleton } from '../ui/page-states.tsx'
import { t } from '../words/words.ts'
import { BulkBar } from './bulk-bar.tsx'
import { isFiltering, NO_FILTER } from './filter.ts'
import { changeFilter, useFilter } from './filter-store.ts'
import { clearSelection, selectRange, toggleSelected, useSelection } from './selection.ts'
import { TreeFilter } from './tree-filter.tsx'
import { TreeRowView } from './tree-row.tsx'
import type { TreeRow } from './tree.ts'
import { toggleFold, useTree } from './use-tree.ts'
import css from './agent-tree.module.css'

export function AgentTree() {
  const tree = useTree()
  const loaded = useAgents((state) => state.loaded)
  const error = useAgents((state) => state.error)
  const selected = useSelection((state) => state.ids.size)
  return (
    <section className={css.tree} aria-label={t('agents.title')}>
      <TreeFilter total={tree.total} />
      {!loaded && error && <ErrorState message={error} onRetry={() => void loadAgents()} />}
      {!loaded && !error && <Skeleton lines={10} />}
      {loaded && tree.rows.length === 0 && <Nothing total={tree.total} />}
      {loaded && tree.rows.length > 0 && <Rows rows={tree.rows} />}
      {selected > 0 && <BulkBar />}
    </section>
  )
}

function Nothing({ total }: { total: number }) {
  const [, navigate] = useLocation()
  const mayWrite = useMay('agent:write')
  const filtering = useFilter(({ filter }) => isFiltering(filter))
  if (filtering && total > 0)
    return (
      <EmptyState
        title={t('agents.nothing')}
        action={<Button onClick={() => changeFilter(NO_FILTER)}>{t('agents.filter-clear')}</Button>}
      />
    )
  return (
    <EmptyState
      title={t('agents.empty')}
      action={
        <div className={css.begin}>
          {mayWrite && (
            <Button kind="primary" onClick={() => navigate('/new')}>
              {t('agents.new')}
            </Button>
          )}
          <Button onClick={() => navigate('/found')}>{t('nav.found')}</Button>
        </div>
      }
    >
      {t('agents.empty-text')}
    </EmptyState>
  )
}

function Rows({ rows }: { rows: TreeRow[] }) {
  const scroller = useRef<HTMLDivElement>(null)
  const rowHeight = useRowHeight()
  // Its functions are new on every render, which is right here: nothing below is memoised over them.
  // oxlint-disable-next-line react/incompatible-library
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 12,
    getItemKey: (index) => rows[index]?.key ?? index,
  })
  useEffect(() => virtual.measure(), [rowHeight, virtual])
  const [cursor, setCursor] = useCursor(rows, (index) => virtual.scrollToIndex(index))
  const openId = useRoute('/agents/:id/*?')[1]?.id
  const press = usePress(rows, setCursor)
  return (
    <div
      ref={scroller}
      className={css.rows}
      role="tree"
      tabIndex={0}
      aria-label={t('agents.tree')}
      aria-multiselectable
      aria-activedescendant={rows[cursor] ? rowId(rows[cursor]) : undefined}
      data-tree
    >
      <div style={{ blockSize: virtual.getTotalSize(), position: 'relative' }} role="presentation">
        {virtual.getVirtualItems().map((item) => {
          const row = rows[item.index]
          if (!row) return null
          return (
            <TreeRowView
              key={item.key}
              row={row}
              id={rowId(row)}
              top={item.start}
              cursor={item.index === cursor}
              open={row.kind === 'agent' && row.agent.id === openId}
              onPress={press}
            />
          )
        })}
      </div>
    </div>
  )
}

const rowId = (row: TreeRow) => `row-${row.key.replaceAll(' ', '-')}`

/** Rows are as high as the density and the pointer ask; the stylesheet decides. */
function useRowHeight(): number {
  const [height, setHeight] = useState(measuredRow)
  useEffect(() => {
    const again = () => setHeight(measuredRow())
    const watch = new MutationObserver(again)
    watch.observe(document.documentElement, { attributeFilter: ['data-density'] })
    return () => watch.disconnect()
  }, [])
  return height
}

const measuredRow = () =>
  Number.parseFloat(getComputedStyle(document.documentElement).getPropertyValue('--row')) || 28

/** Which row the keys stand on, and the keys that move it. */
function useCursor(rows: readonly TreeRow[], reveal: (index: number) => void) {
  const [, navigate] = useLocation()
  const [cursor, setCursor] = useState(-1)
  const move = (step: number) => {
    const next = Math.min(Math.max(cursor + step, 0), rows.length - 1)
    setCursor(next)
    reveal(next)
  }
  useCommand('list.down', () => move(1))
  useCommand('list.up', () => move(-1))
  const row = rows[cursor]
  const fold = () => {
    if (row?.kind === 'group') toggleFold(row.key)
  }
  useCommand('list.open', () => (row?.kind === 'agent' ? navigate(`/agents/${row.agent.id}`) : fold()), !!row)
  useCommand('list.fold', fold, !!row)
  useCommand('list.select', () => row && toggleSelected(...idsOf(row)), !!row)
  const selecting = useSelection((state) => state.ids.size > 0)
  useCommand('back', clearSelection, selecting)
  return [cursor, setCursor] as const
}

export interface RowPress {
  row: TreeRow
  shift: boolean
  mod: boolean
}

/** A plain press opens, one with ⌘ or Ctrl selects, one with Shift selects a range. */
function usePress(rows: readonly TreeRow[], setCursor: (index: number) => void) {
  const [, navigate] = useLocation()
  return ({ row, shift, mod }: RowPress) => {
    setCursor(rows.findIndex((one) => one.key === row.key))
    const [first] = idsOf(row)
    if (mod) toggleSelected(...idsOf(row))
    else if (shift && first) selectRange(first, rows.flatMap(idsOf))
    else if (row.kind === 'group') toggleFold(row.key)
    else {
      clearSelection()
      navigate(`/agents/${row.agent.id}`)
    }
  }
}

const idsOf = (row: TreeRow): string[] => (row.kind === 'group' ? row.ids : [row.agent.id])
