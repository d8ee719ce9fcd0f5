// What can be done with the selected agents; each button says to how many.
import { Moon, RotateCw, Sunrise, Tags, Trash2, X } from 'lucide-react'
import { useAgents } from '../data/agents-store.ts'
import { useMay } from '../data/session-store.ts'
import { IconButton } from '../ui/button.tsx'
import { SelectionBar } from '../ui/selection-bar.tsx'
import { t } from '../words/words.ts'
import { hibernate, remove, restart, wake } from './actions.ts'
import { askFor } from './ask-store.ts'
import { clearSelection, useSelection } from './selection.ts'

export function BulkBar() {
  const ids = useSelection((state) => state.ids)
  const all = useAgents((state) => state.agents)
  const mayWrite = useMay('agent:write')
  const agents = [...ids].flatMap((id) => all.get(id) ?? [])
  const asleep = agents.filter(({ session }) => !session)
  const awake = agents.filter(({ session }) => session && !session.adopted)
  const act = (run: () => Promise<unknown>) => () => {
    clearSelection()
    void run()
  }
  return (
    <SelectionBar says={t('agents.selected', { n: agents.length })}>
      {mayWrite && (
        <>
          <IconButton
            label={t('agents.wake-n', { n: asleep.length })}
            disabled={asleep.length === 0}
            onClick={act(() => wake(asleep))}
          >
            <Sunrise />
          </IconButton>
          <IconButton
            label={t('agents.hibernate-n', { n: awake.length })}
            disabled={awake.length === 0}
            onClick={act(() => hibernate(awake))}
          >
            <Moon />
          </IconButton>
          <IconButton
            label={t('agents.restart-n', { n: awake.length })}
            disabled={awake.length === 0}
            onClick={act(() => restart(awake))}
          >
            <RotateCw />
          </IconButton>
          <IconButton label={t('agents.tag')} onClick={() => askFor({ what: 'tag', ids: [...ids] })}>
            <Tags />
          </IconButton>
          <IconButton label={t('agents.delete-n', { n: agents.length })} onClick={act(() => remove(agents))}>
            <Trash2 />
          </IconButton>
        </>
      )}
      <IconButton label={t('agents.clear')} keys="esc" onClick={clearSelection}>
        <X />
      </IconButton>
    </SelectionBar>
  )
}
