// One thing of the map in a list: its name, what it is, where it stands; pressed it is shown, with the other button its menu opens.
import { foreignText } from '../ui/foreign-text.ts'
import { openContextMenu, type MenuEntry } from '../ui/menu.tsx'
import { placeIn } from './found-names.ts'
import css from './map-side.module.css'
import type { CodeModel } from './model.ts'

interface NodeRowProps {
  model: CodeModel
  node: number
  onPick: (node: number) => void
  menuOf: (node: number) => MenuEntry[]
}

export const NodeRow = ({ model, node, onPick, menuOf }: NodeRowProps) => (
  <li>
    <button
      type="button"
      onClick={() => onPick(node)}
      onContextMenu={(event) => openContextMenu(event, menuOf(node))}
    >
      <span className={css.name}>{foreignText(model.names[node] ?? '')}</span>
      <span className={css.kind}>{model.kindWords[model.kinds[node] ?? 0]}</span>
      <span className={css.place}>{foreignText(placeIn(model, node))}</span>
    </button>
  </li>
)
