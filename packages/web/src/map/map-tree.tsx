// The tree of folders, files and symbols: everything that the picture shows, for keys and for ears.
import { useVirtualizer } from '@tanstack/react-virtual'
import { ChevronRight } from 'lucide-react'
import { useEffect, useMemo, useRef, useState, type KeyboardEvent } from 'react'
import { foreignText } from '../ui/foreign-text.ts'
import { openContextMenu } from '../ui/menu.tsx'
import { t } from '../words/words.ts'
import line from '../ui/tree-line.module.css'
import css from './map-side.module.css'
import type { SideProps } from './map-side.tsx'
import { childrenOf, idOf, wayTo, type CodeModel } from './model.ts'
import { toggled } from './toggled.ts'

const INDENT = 14

interface Row {
  node: number
  depth: number
  isOpen: boolean | undefined
}

/** What is open, by name: nodes have other numbers after each edit. */
type Unfolded = ReadonlySet<string>

export function MapTree(props: SideProps) {
  const { model, focus, onChoose, onGo, menuOf } = props
  const scroller = useRef<HTMLDivElement>(null)
  const [open, setOpen] = useUnfolded(model, focus)
  const rows = useMemo(() => rowsOf(model, open), [model, open])
  const height = useRowHeight()
  // Its functions are new on every render, which is right here: nothing below is memoised over them.
  // oxlint-disable-next-line react/incompatible-library
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: 12,
    getItemKey: (index) => rows[index]?.node ?? index,
  })
  const cursor = rows.findIndex((row) => row.node === focus)
  const isListed = cursor >= 0
  useEffect(() => {
    if (isListed) virtual.scrollToIndex(cursor)
    // Only another choice scrolls, and the moment when it is unfolded; not another number of rows.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [focus, isListed])
  const press = (event: KeyboardEvent) => {
    const act = keyAct({ model, rows, cursor, event })
    if (!act) return
    event.preventDefault()
    event.stopPropagation()
    if (act.is === 'choose') onChoose(act.node)
    else if (act.is === 'go') onGo(act.node)
    else setOpen(toggled(open, idOf(model, act.node)))
  }
  return (
    <div
      ref={scroller}
      className={css.tree}
      role="tree"
      tabIndex={0}
      aria-label={t('map.tree')}
      aria-activedescendant={cursor < 0 ? undefined : rowId(focus)}
      onKeyDown={press}
      onContextMenu={(event) => openContextMenu(event, menuOf(nodeUnder(event.target) ?? focus))}
    >
      <div style={{ blockSize: virtual.getTotalSize(), position: 'relative' }} role="presentation">
        {virtual.getVirtualItems().map((item) => {
          const row = rows[item.index]
          if (!row) return null
          return (
            <RowView
              key={item.key}
              model={model}
              row={row}
              top={item.start}
              isChosen={row.node === focus}
              onPress={() => onGo(row.node)}
              onFold={() => setOpen(toggled(open, idOf(model, row.node)))}
            />
          )
        })}
      </div>
    </div>
  )
}

const rowId = (node: number) => `map-row-${node}`

function nodeUnder(target: EventTarget): number | undefined {
  const row = target instanceof Element ? target.closest('[data-node]') : null
  const node = row?.getAttribute('data-node')
  return node === null || node === undefined ? undefined : Number(node)
}

interface RowProps {
  model: CodeModel
  row: Row
  top: number
  isChosen: boolean
  onPress: () => void
  onFold: () => void
}

const RowView = ({ model, row, top, isChosen, onPress, onFold }: RowProps) => (
  // Keys move a cursor over the whole tree (aria-activedescendant), so that a row is not a stop for Tab.
  // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus
  <div
    id={rowId(row.node)}
    role="treeitem"
    aria-level={row.depth + 1}
    aria-selected={isChosen}
    aria-expanded={row.isOpen}
    data-node={row.node}
    className={`${line.line} ${css.row}`}
    style={{ transform: `translateY(${top}px)`, paddingInlineStart: 6 + row.depth * INDENT }}
    onClick={onPress}
  >
    {row.isOpen === undefined ? (
      <span className={css.leaf} />
    ) : (
      // The keys of the tree fold as well.
      // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-static-element-interactions
      <span
        className={css.fold}
        onClick={(event) => {
          event.stopPropagation()
          onFold()
        }}
      >
        <ChevronRight className={line.chevron} data-open={row.isOpen || undefined} />
      </span>
    )}
    <span className={css.name}>{foreignText(model.names[row.node] ?? '')}</span>
    <span className={css.kind}>{model.kindWords[model.kinds[row.node] ?? 0]}</span>
  </div>
)

function rowsOf(model: CodeModel, open: Unfolded): Row[] {
  const rows: Row[] = []
  const add = (node: number, depth: number) => {
    const isLeaf = (model.ends[node] ?? 0) <= node + 1
    const isOpen = !isLeaf && (node === 0 || open.has(idOf(model, node)))
    rows.push({ node, depth, isOpen: isLeaf ? undefined : isOpen })
    if (isOpen) for (const child of childrenOf(model, node)) add(child, depth + 1)
  }
  add(0, 0)
  return rows
}

/** What is chosen elsewhere is seen here: all that holds it is open. */
function useUnfolded(model: CodeModel, focus: number) {
  const [open, setOpen] = useState<Unfolded>(new Set())
  useEffect(() => {
    const holders = wayTo(model, focus)
      .slice(1, -1)
      .map((node) => idOf(model, node))
    setOpen((now) => (holders.every((one) => now.has(one)) ? now : new Set([...now, ...holders])))
    // An edit makes a new model, and opens nothing that was closed.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [focus])
  return [open, setOpen] as const
}

type Act = { is: 'choose' | 'go' | 'fold'; node: number }

interface KeyGiven {
  model: CodeModel
  rows: readonly Row[]
  cursor: number
  event: KeyboardEvent
}

/** The keys of a tree, as the ARIA practices have them. */
function keyAct(given: KeyGiven): Act | null {
  const { rows, cursor, event } = given
  if (event.ctrlKey || event.metaKey || event.altKey) return null
  const last = rows.length - 1
  switch (event.key) {
    case 'ArrowDown':
    case 'j':
      return step(rows, Math.min(last, cursor + 1))
    case 'ArrowUp':
    case 'k':
      return step(rows, Math.max(0, cursor - 1))
    case 'Home':
      return step(rows, 0)
    case 'End':
      return step(rows, last)
    default:
      return rowAct(given)
  }
}

function step(rows: readonly Row[], index: number): Act | null {
  const to = rows[index]
  return to ? { is: 'choose', node: to.node } : null
}

function rowAct({ model, rows, cursor, event }: KeyGiven): Act | null {
  const row = rows[cursor]
  if (!row) return null
  const { node, isOpen } = row
  if (event.key === 'Enter') return { is: 'go', node }
  if (event.key === 'ArrowRight') {
    if (isOpen === undefined) return null
    return isOpen ? step(rows, cursor + 1) : { is: 'fold', node }
  }
  if (event.key !== 'ArrowLeft' || node === 0) return null
  return isOpen ? { is: 'fold', node } : { is: 'choose', node: model.parents[node] ?? 0 }
}

/** Rows are as high as the density and the pointer ask; the stylesheet decides. */
function useRowHeight(): number {
  const [height] = useState(
    () => Number.parseFloat(getComputedStyle(document.documentElement).getPropertyValue('--row')) || 28,
  )
  return height
}
