// One row of the tree: a group that folds, or an agent with its state.
import { ChevronRight, Monitor, MonitorOff, Star } from 'lucide-react'
import { memo, type MouseEvent } from 'react'
import { usePreferences } from '../data/preferences-store.ts'
import type { Neighbour } from '../data/room-store.ts'
import { awayText } from '../ui/away-text.ts'
import { StateGlyph } from '../ui/state-glyph.tsx'
import { openContextMenu } from '../ui/menu.tsx'
import { t } from '../words/words.ts'
import { agentEntries, groupEntries } from './agent-menu.tsx'
import type { RowPress } from './agent-tree.tsx'
import { needsYou } from './need.ts'
import { useSelection } from './selection.ts'
import type { TreeRow } from './tree.ts'
import line from '../ui/tree-line.module.css'
import css from './tree-row.module.css'

const INDENT = 14

interface Props {
  row: TreeRow
  id: string
  top: number
  cursor: boolean
  open: boolean
  onPress: (press: RowPress) => void
}

export const TreeRowView = memo(function TreeRowView({ row, id, top, cursor, open, onPress }: Props) {
  const selected = useSelection(({ ids }) =>
    row.kind === 'agent' ? ids.has(row.agent.id) : ids.size > 0 && row.ids.every((one) => ids.has(one)),
  )
  const group = row.kind === 'group'
  return (
    // Keys move a cursor over the whole tree (aria-activedescendant), so that a row is not a stop for Tab.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus
    <div
      id={id}
      role="treeitem"
      aria-level={row.depth + 1}
      aria-selected={selected}
      aria-expanded={group ? row.open : undefined}
      aria-current={open ? 'page' : undefined}
      data-cursor={cursor || undefined}
      className={`${line.line} ${css.row}`}
      style={{ transform: `translateY(${top}px)`, paddingInlineStart: 6 + row.depth * INDENT }}
      onClick={(event) => onPress(pressOf(row, event))}
      onContextMenu={(event) =>
        openContextMenu(event, group ? groupEntries(row.ids) : agentEntries(row.agent))
      }
    >
      {group ? <GroupRow row={row} /> : <AgentRow row={row} />}
    </div>
  )
}, sameRow)

const pressOf = (row: TreeRow, event: MouseEvent): RowPress => ({
  row,
  shift: event.shiftKey,
  mod: event.metaKey || event.ctrlKey,
})

/** A live event makes every row anew; only those that look different are drawn again. */
function sameRow(a: Props, b: Props): boolean {
  return (
    a.top === b.top &&
    a.cursor === b.cursor &&
    a.open === b.open &&
    a.onPress === b.onPress &&
    sameContent(a.row, b.row)
  )
}

function sameContent(a: TreeRow, b: TreeRow): boolean {
  if (a.kind === 'agent' && b.kind === 'agent')
    return a.agent === b.agent && a.label === b.label && a.depth === b.depth
  if (a.kind === 'group' && b.kind === 'group')
    return (
      a.key === b.key &&
      a.machine === b.machine &&
      a.label === b.label &&
      a.open === b.open &&
      a.needs === b.needs &&
      a.ids.join() === b.ids.join()
    )
  return false
}

const GroupRow = ({ row }: { row: Extract<TreeRow, { kind: 'group' }> }) => (
  <>
    <ChevronRight className={line.chevron} data-open={row.open || undefined} />
    {row.machine && <MachineMark machine={row.machine} />}
    {row.depth === 0 && !row.machine && <span className={css.dot} data-colour={row.colour} aria-hidden />}
    <span className={css.group}>{row.label}</span>
    {row.machine?.link === 'away' && <span className={css.label}>{awayText(row.machine)}</span>}
    {row.needs > 0 && !row.open && (
      <span className={css.needs} data-tip={t('agents.needs', { n: row.needs })}>
        {row.needs}
      </span>
    )}
    <span className="visually-hidden">, {t('agents.count', { n: row.count })}</span>
    <span className={css.count} aria-hidden>
      {row.count}
    </span>
  </>
)

const MachineMark = ({ machine }: { machine: Neighbour }) => (
  <span className={css.machine} data-away={machine.link === 'away' || undefined}>
    {machine.link === 'away' ? <MonitorOff aria-hidden /> : <Monitor aria-hidden />}
  </span>
)

function AgentRow({ row }: { row: Extract<TreeRow, { kind: 'agent' }> }) {
  const { agent } = row
  const favourite = usePreferences(({ preferences }) => preferences.favourites?.includes(agent.id) ?? false)
  return (
    <>
      <StateGlyph status={agent.status} />
      <span
        className={css.name}
        data-needs={needsYou(agent) || undefined}
        data-asleep={agent.session ? undefined : true}
      >
        {row.label}
      </span>
      {agent.label && <span className={css.label}>{agent.label}</span>}
      <span className={css.marks}>
        {agent.recording && <span className={css.recording} data-tip={t('term.recording')} />}
        {favourite && <Star className={css.star} aria-label={t('agents.favourites')} />}
        {row.depth === 0 && <span className={css.dot} data-colour={row.colour} aria-hidden />}
      </span>
    </>
  )
}
