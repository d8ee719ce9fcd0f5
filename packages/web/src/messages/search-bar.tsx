// Finds messages by their words, and narrows a list by who, when, how urgent, in which state and from how far away.
import { ListFilter, Search, X } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { useLocation } from 'wouter'
import { useCommand } from '../keys/command-registry.ts'
import { IconButton } from '../ui/button.tsx'
import { Input, Select } from '../ui/field.tsx'
import { t, type WordKey } from '../words/words.ts'
import { addressOf, type FilterName, type Filters, type View } from './view.ts'
import css from './search-bar.module.css'

const PAUSE_MS = 220 // between two letters of somebody who types

export function SearchBar({ view }: { view: View }) {
  const [, navigate] = useLocation()
  const [open, setOpen] = useState(Object.keys(view.filters).length > 0)
  const field = useRef<HTMLInputElement>(null)
  const show = (change: Partial<View>) =>
    navigate(addressOf({ ...view, thread: null, ...change }), { replace: true })
  useCommand('filter', () => field.current?.select())
  const count = Object.keys(view.filters).length
  return (
    <search className={css.search}>
      <div className={css.line}>
        <Search className={css.icon} />
        <Words
          key={`${view.box} ${view.mailbox ?? ''}`}
          field={field}
          value={view.query}
          onValue={(query) => show({ query })}
        />
        <IconButton
          label={count > 0 ? t('mail.filters-n', { n: count }) : t('mail.filters')}
          pressed={open || count > 0}
          aria-expanded={open}
          onClick={() => setOpen(!open)}
        >
          <ListFilter />
        </IconButton>
      </div>
      {open && <FilterFields filters={view.filters} onFilters={(filters) => show({ filters })} />}
    </search>
  )
}

interface WordsProps {
  field: React.RefObject<HTMLInputElement | null>
  value: string
  onValue: (value: string) => void
}

function Words({ field, value, onValue }: WordsProps) {
  const [typed, setTyped] = useState(value)
  const latest = useRef(onValue)
  useEffect(() => {
    latest.current = onValue
  })
  useEffect(() => {
    if (typed === value) return undefined
    const timer = setTimeout(() => latest.current(typed), PAUSE_MS)
    return () => clearTimeout(timer)
    // The address follows the field, not the field the address: going back begins a new one.
    // oxlint-disable-next-line react/exhaustive-effect-dependencies, react/exhaustive-deps
  }, [typed])
  return (
    <>
      <Input
        ref={field}
        type="search"
        className={css.field}
        aria-label={t('mail.search')}
        placeholder={t('mail.search')}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return
          event.preventDefault()
          if (typed === '') event.currentTarget.blur()
          else setTyped('')
        }}
      />
      {typed !== '' && (
        <IconButton label={t('mail.search-clear')} onClick={() => setTyped('')}>
          <X />
        </IconButton>
      )}
    </>
  )
}

const CHOICES: readonly {
  name: 'priority' | 'state' | 'trust'
  label: WordKey
  values: readonly (readonly [string, WordKey])[]
}[] = [
  {
    name: 'priority',
    label: 'mail.priority',
    values: (['urgent', 'high', 'normal', 'low'] as const).map((one) => [one, `mail.priority-${one}`]),
  },
  {
    name: 'state',
    label: 'mail.state',
    values: (
      [
        'delivered',
        'read',
        'acted',
        'queued',
        'scheduled',
        'quarantined',
        'expired',
        'dead',
        'rejected',
        'cancelled',
      ] as const
    ).map((one) => [one, `mail.state-${one}`]),
  },
  {
    name: 'trust',
    label: 'mail.trust',
    values: (['org-verified', 'verified', 'external', 'untrusted'] as const).map((one) => [
      one,
      `mail.trust-${one}`,
    ]),
  },
]

const DAY_MS = 86_400_000

function FilterFields({ filters, onFilters }: { filters: Filters; onFilters: (filters: Filters) => void }) {
  const set = (name: FilterName, value: string) => {
    const { [name]: _before, ...others } = filters
    onFilters(value === '' ? others : { ...others, [name]: value })
  }
  return (
    <div className={css.filters}>
      {CHOICES.map(({ name, label, values }) => (
        <Select
          key={name}
          aria-label={t(label)}
          value={filters[name] ?? ''}
          onChange={({ target }) => set(name, target.value)}
        >
          <option value="">{t('mail.any', { what: t(label) })}</option>
          {values.map(([value, says]) => (
            <option key={value} value={value}>
              {t('mail.is', { what: t(label), value: t(says) })}
            </option>
          ))}
        </Select>
      ))}
      <Party
        label={t('mail.filter-from')}
        value={filters.from ?? ''}
        onValue={(value) => set('from', value)}
      />
      <Party label={t('mail.filter-to')} value={filters.to ?? ''} onValue={(value) => set('to', value)} />
      <Day
        label={t('mail.filter-since')}
        value={filters.since}
        onValue={(day) => set('since', day === null ? '' : String(day))}
      />
      <Day
        label={t('mail.filter-until')}
        value={filters.until}
        onValue={(day) => set('until', day === null ? '' : String(day + DAY_MS - 1))}
      />
    </div>
  )
}

/** Asked for when the name is whole: half a name is nobody's. */
const Party = ({
  label,
  value,
  onValue,
}: {
  label: string
  value: string
  onValue: (value: string) => void
}) => (
  <Input
    key={value}
    aria-label={label}
    placeholder={label}
    defaultValue={value}
    onBlur={({ target }) => target.value.trim() !== value && onValue(target.value.trim())}
    onKeyDown={({ key, currentTarget }) => key === 'Enter' && currentTarget.blur()}
  />
)

interface DayProps {
  label: string
  value: string | undefined
  /** The beginning of the day here, ms UTC. */
  onValue: (day: number | null) => void
}

const Day = ({ label, value, onValue }: DayProps) => (
  <label className={css.day}>
    <span>{label}</span>
    <Input
      type="date"
      value={value === undefined ? '' : dayOf(Number(value))}
      onChange={({ target }) =>
        onValue(target.value === '' ? null : new Date(`${target.value}T00:00`).getTime())
      }
    />
  </label>
)

/** The day of a moment here, as a field for dates has it. */
function dayOf(at: number): string {
  const date = new Date(at)
  if (Number.isNaN(date.getTime())) return ''
  const part = (value: number) => String(value).padStart(2, '0')
  return `${date.getFullYear()}-${part(date.getMonth() + 1)}-${part(date.getDate())}`
}
