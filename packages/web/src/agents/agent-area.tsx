// The room of the agents: one to four panes side by side, each with its agent.
import { Suspense, useEffect } from 'react'
import { Columns2, SquareTerminal, X } from 'lucide-react'
import { useAgents } from '../data/agents-store.ts'
import { useCommand } from '../keys/command-registry.ts'
import { keyLabel } from '../keys/chord.ts'
import { lazyScreen } from '../lazy-screen.ts'
import { IconButton } from '../ui/button.tsx'
import { classNames } from '../ui/class-names.ts'
import { EmptyState, Skeleton } from '../ui/page-states.tsx'
import { t } from '../words/words.ts'
import { AgentPane } from './agent-pane.tsx'
import { activatePane, closePane, nextPane, showInPanes, split, usePanes } from './panes.ts'
import { visited } from './recent.ts'
import css from './agent-area.module.css'

const Welcome = lazyScreen(() => import('./welcome.tsx'), 'Welcome')

export function AgentArea({ id, tab }: { id: string; tab: string }) {
  const { panes, active } = usePanes()
  useEffect(() => {
    showInPanes(id)
    visited(id)
  }, [id])
  useCommand('split', split)
  useCommand('unsplit', () => closePane(active))
  useCommand('pane.next', nextPane, panes.length > 1)
  // The pane in use shows the address from the first render on, before the effect has told the store.
  const shown = panes.includes(id) ? panes : panes.map((one, index) => (index === active ? id : one))
  return (
    <div className={css.area} data-panes={shown.length}>
      {shown.map((pane, index) => (
        // Pressing anywhere in a pane makes it the one in use; keys have a command for that.
        // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-static-element-interactions
        <div
          key={pane ?? `empty-${index}`}
          className={classNames(css.pane, shown.length > 1 && css.framed)}
          data-active={index === active || undefined}
          onPointerDown={() => activatePane(index)}
        >
          {pane ? (
            <AgentPane
              id={pane}
              tab={index === active ? tab : 'terminal'}
              active={index === active}
              paneIndex={index}
              panes={shown.length}
            />
          ) : (
            <EmptyPane index={index} />
          )}
        </div>
      ))}
    </div>
  )
}

const EmptyPane = ({ index }: { index: number }) => (
  <div className={css.empty}>
    <IconButton label={t('pane.close')} className={css.close} onClick={() => closePane(index)}>
      <X />
    </IconButton>
    <EmptyState icon={<Columns2 />} title={t('pane.choose')} />
  </div>
)

/** Beside the tree while no agent is open. */
export function NoAgent() {
  const loaded = useAgents((state) => state.loaded)
  const none = useAgents((state) => state.agents.size === 0)
  if (!loaded) return <Skeleton />
  if (none)
    return (
      <Suspense fallback={<Skeleton />}>
        <Welcome />
      </Suspense>
    )
  return (
    <EmptyState icon={<SquareTerminal />} title={t('agents.choose')} heading>
      {t('agents.choose-text', {
        down: 'j',
        up: 'k',
        open: keyLabel('enter'),
        palette: keyLabel('mod+k'),
      })}
    </EmptyState>
  )
}
