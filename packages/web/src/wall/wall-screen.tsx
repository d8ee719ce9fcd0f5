// The wall: every agent's last screen, live and as text, sorted by who needs you; nothing moves under the pointer.
import { useDeferredValue, useRef, useState, type KeyboardEvent, type ReactNode } from 'react'
import { LayoutGrid } from 'lucide-react'
import { useLocation } from 'wouter'
import { byNeed, heldOrder } from '../agents/need.ts'
import { useAgents } from '../data/agents-store.ts'
import { useCommand } from '../keys/command-registry.ts'
import { Button } from '../ui/button.tsx'
import { EmptyState, Skeleton } from '../ui/page-states.tsx'
import { Page } from '../ui/page.tsx'
import { Segmented } from '../ui/segmented.tsx'
import { t } from '../words/words.ts'
import { Tile } from './tile.tsx'
import css from './wall-screen.module.css'

// What fits a large screen. The tiles below it follow when nobody waits.
const FIRST_TILES = 24

type Size = 'small' | 'medium' | 'large'

export function WallScreen() {
  const agents = useAgents((state) => state.agents)
  const loaded = useAgents((state) => state.loaded)
  const [size, setSize] = useState<Size>('medium')
  const [held, setHeld] = useState(false)
  const wanted = byNeed([...agents.values()].filter(({ session }) => session)).map(({ id }) => id)
  const order = useCalmOrder(wanted, held)
  const shown = order.ids.flatMap((id) => agents.get(id) ?? [])
  const tiles = useDeferredValue(shown, shown.slice(0, FIRST_TILES))
  return (
    <Page
      title={t('nav.wall')}
      note={shown.length > 0 && t('agents.count', { n: shown.length })}
      actions={
        <>
          {order.moved > 0 && <Button onClick={order.sortNow}>{t('wall.moved', { n: order.moved })}</Button>}
          <Segmented label={t('wall.size')} value={size} onValue={setSize} options={SIZES()} />
        </>
      }
    >
      {!loaded && <Skeleton />}
      {loaded && shown.length === 0 && (
        <EmptyState icon={<LayoutGrid />} title={t('wall.empty')}>
          {t('wall.empty-text')}
        </EmptyState>
      )}
      {shown.length > 0 && (
        <Grid size={size} count={tiles.length} onHold={setHeld}>
          {tiles.map((agent) => (
            <Tile key={agent.id} agent={agent} />
          ))}
        </Grid>
      )}
    </Page>
  )
}

const SIZES = (): { value: Size; label: string }[] => [
  { value: 'small', label: t('wall.small') },
  { value: 'medium', label: t('wall.medium') },
  { value: 'large', label: t('wall.large') },
]

/** Sorted while nobody points at it; while somebody does, tiles stay where they are. */
function useCalmOrder(wanted: string[], held: boolean) {
  const [kept, setKept] = useState(wanted)
  const calm = held ? heldOrder(kept, wanted) : { ids: wanted, moved: 0 }
  // What is shown now is what stays when somebody begins to point: kept in step while rendering, as React advises.
  if (calm.ids.join() !== kept.join()) setKept(calm.ids)
  return { ...calm, sortNow: () => setKept(wanted) }
}

interface GridProps {
  size: Size
  count: number
  onHold: (held: boolean) => void
  children: ReactNode
}

function Grid({ size, count, onHold, children }: GridProps) {
  const ref = useRef<HTMLUListElement>(null)
  const [, navigate] = useLocation()
  const links = () => [...(ref.current?.querySelectorAll<HTMLAnchorElement>('a') ?? [])]
  const at = () => links().findIndex((one) => one === document.activeElement)
  const focus = (index: number) => links()[Math.min(Math.max(index, 0), count - 1)]?.focus()
  const columns = () => {
    const grid = ref.current
    return grid ? getComputedStyle(grid).gridTemplateColumns.split(' ').length : 1
  }
  useCommand('list.down', () => focus(at() + 1))
  useCommand('list.up', () => focus(at() - 1))
  useCommand('list.open', () => {
    const href = links()[at()]?.getAttribute('href')
    if (href) navigate(href)
  })
  const press = (event: KeyboardEvent) => {
    const steps: Readonly<Record<string, number>> = {
      ArrowRight: 1,
      ArrowLeft: -1,
      ArrowDown: columns(),
      ArrowUp: -columns(),
    }
    const step = steps[event.key]
    if (step === undefined) return
    event.preventDefault()
    focus(at() + step)
  }
  return (
    // Arrows move between the links inside; the list itself takes no focus.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <ul
      ref={ref}
      className={css.grid}
      data-size={size}
      aria-label={t('wall.grid')}
      onKeyDown={press}
      onPointerEnter={() => onHold(true)}
      onPointerLeave={() => onHold(false)}
      onFocus={() => onHold(true)}
      onBlur={() => onHold(false)}
    >
      {children}
    </ul>
  )
}
