// What is under the pointer, else what is chosen, told in one line that never moves; what is chosen is also said aloud.
import { foreignText } from '../ui/foreign-text.ts'
import { t } from '../words/words.ts'
import css from './map-screen.module.css'
import { FILE, SYMBOL, childrenOf, type CodeModel } from './model.ts'
import { at } from './numbers.ts'

interface NodeLineProps {
  model: CodeModel
  hover: number | null
  focus: number | null
}

export const NodeLine = ({ model, hover, focus }: NodeLineProps) => (
  <>
    <p className={css.under}>{lineOf(model, hover ?? focus ?? 0)}</p>
    <p className="visually-hidden" aria-live="polite">
      {focus !== null && announced(model, focus)}
    </p>
  </>
)

function lineOf(model: CodeModel, node: number): string {
  const commits = at(model.changes, node)
  const share = model.covered[node] ?? -1
  const isFile = model.levels[node] === FILE
  const parts = [
    placeOf(model, node),
    kindOf(model, node),
    t('map.lines', { n: at(model.lines, node) }),
    isFile && commits > 0 ? t('map.commits', { n: commits }) : '',
    share >= 0 ? t('map.covered', { share: Math.round(100 * share) }) : '',
  ]
  return foreignText(parts.filter((one) => one !== '').join(' · '))
}

function placeOf({ levels, paths, names, files, line }: CodeModel, node: number): string {
  const path = paths[node] ?? ''
  if (levels[node] !== SYMBOL) return path === '' ? (names[0] ?? '') : path
  return `${path} · ${paths[at(files, node)] ?? ''}:${at(line, node)}`
}

const kindOf = ({ kindWords, kinds }: CodeModel, node: number): string => kindWords[at(kinds, node)] ?? ''

const announced = (model: CodeModel, node: number): string =>
  t('map.announce', {
    name: foreignText(model.names[node] ?? ''),
    kind: kindOf(model, node),
    n: childrenOf(model, node).length,
  })
