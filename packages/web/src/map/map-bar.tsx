// The bar above the map: which folder, what colours say, what is left out, and saving the picture.
import { Download, ListFilter } from 'lucide-react'
import { useId, useRef, type ReactNode } from 'react'
import { api } from '../data/api.ts'
import { attempt } from '../data/attempt.ts'
import { toast } from '../data/toast-store.ts'
import { saveFile } from '../settings/save-file.ts'
import { Button } from '../ui/button.tsx'
import { Check, Select } from '../ui/field.tsx'
import { Menu } from '../ui/menu.tsx'
import { t, type WordKey } from '../words/words.ts'
import { KIND_GROUPS, USE_GROUPS, changedFilters, type Filters } from './filters.ts'
import type { CanvasHandle } from './map-canvas.tsx'
import css from './map-screen.module.css'
import { lastPart } from './model.ts'
import type { Lens } from './scene.ts'
import { toggled } from './toggled.ts'
import type { ViewState } from './use-view.ts'

const LENSES: readonly { id: Lens; label: WordKey }[] = [
  { id: 'structure', label: 'map.lens-structure' },
  { id: 'churn', label: 'map.lens-churn' },
  { id: 'coverage', label: 'map.lens-coverage' },
  { id: 'diff', label: 'map.lens-diff' },
]

interface MapBarProps {
  folder: string
  choice: ReactNode
  state: ViewState
  picture: () => CanvasHandle | null
}

export function MapBar({ folder, choice, state, picture }: MapBarProps) {
  const { view, change } = state
  const savePng = async () => {
    const blob = await picture()?.png()
    if (blob) saveFile('code-map.png', blob)
  }
  const saveSvg = () =>
    saveFile('code-map.svg', new Blob([picture()?.svg() ?? ''], { type: 'image/svg+xml' }))
  return (
    <>
      {choice}
      <Select
        aria-label={t('map.lens')}
        data-tip={t('map.lens')}
        value={view.lens}
        onChange={({ target }) => {
          const lens = LENSES.find(({ id }) => id === target.value)
          if (lens) change({ lens: lens.id })
        }}
      >
        {LENSES.map(({ id, label }) => (
          <option key={id} value={id}>
            {t(label)}
          </option>
        ))}
      </Select>
      <FilterButton filters={view.filters} onFilters={(filters) => change({ filters })} />
      <Menu
        entries={() => [
          { label: t('map.svg'), run: saveSvg },
          { label: t('map.png'), run: () => void savePng() },
          { kind: 'line' },
          { label: t('map.site'), run: () => void saveSite(folder) },
          { label: t('map.llms'), run: () => void saveLlms(folder) },
        ]}
      >
        <Button icon={<Download />} aria-label={t('map.export')} data-tip={t('map.export')} />
      </Menu>
    </>
  )
}

/** It is written while one waits, of a large repository for some seconds. */
async function saveSite(folder: string): Promise<void> {
  toast(t('map.site-begun'))
  const content = await attempt(async () => (await api.mapSite({ folder })).blob())
  if (content) saveFile(`${lastPart(folder)}-site.zip`, content)
}

/** As much of the code as a model reads in one go. */
const LLMS_TOKENS = 8000

async function saveLlms(folder: string): Promise<void> {
  const answer = await attempt(() => api.mapLlms({ folder, tokens: LLMS_TOKENS }))
  if (answer && typeof answer.data === 'string')
    saveFile('llms.txt', new Blob([answer.data], { type: 'text/plain' }))
}

interface FilterProps {
  filters: Filters
  onFilters: (filters: Filters) => void
}

function FilterButton({ filters, onFilters }: FilterProps) {
  const id = useId()
  const button = useRef<HTMLButtonElement>(null)
  const panel = useRef<HTMLDivElement>(null)
  const n = changedFilters(filters)
  const place = () => {
    const [at, box] = [button.current?.getBoundingClientRect(), panel.current]
    if (!at || !box) return
    box.style.insetBlockStart = `${at.bottom + 4}px`
    box.style.insetInlineStart = `${Math.max(8, Math.min(at.left, innerWidth - 268))}px`
  }
  return (
    <>
      <Button
        ref={button}
        icon={<ListFilter />}
        aria-label={t('map.filters')}
        popoverTarget={id}
        onClick={place}
      >
        <span className={css.wide}>{n > 0 ? t('map.filters-on', { n }) : t('map.filters')}</span>
      </Button>
      <div ref={panel} id={id} popover="auto" className={css.filters} aria-label={t('map.filters')}>
        <Choices
          title={t('map.filters-uses')}
          groups={USE_GROUPS}
          out={filters.uses}
          onOut={(uses) => onFilters({ ...filters, uses })}
        />
        <Check
          label={t('map.use-likely')}
          checked={filters.likely}
          onChecked={(likely) => onFilters({ ...filters, likely })}
        />
        <Choices
          title={t('map.filters-kinds')}
          groups={KIND_GROUPS}
          out={filters.kinds}
          onOut={(kinds) => onFilters({ ...filters, kinds })}
        />
      </div>
    </>
  )
}

interface ChoicesProps<G extends string> {
  title: string
  groups: readonly { id: G; label: WordKey }[]
  out: ReadonlySet<G>
  onOut: (out: ReadonlySet<G>) => void
}

function Choices<G extends string>({ title, groups, out, onOut }: ChoicesProps<G>) {
  return (
    <fieldset className={css.choices}>
      <legend>{title}</legend>
      {groups.map(({ id, label }) => (
        <Check key={id} label={t(label)} checked={!out.has(id)} onChecked={() => onOut(toggled(out, id))} />
      ))}
    </fieldset>
  )
}
