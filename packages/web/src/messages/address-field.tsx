// To whom: completes names, tags and branches of names, by keyboard and by thumb (the combobox pattern of ARIA).
import { useId, useState, type KeyboardEvent } from 'react'
import { Field, Input } from '../ui/field.tsx'
import { t } from '../words/words.ts'
import { suggested, useSuggestions } from './correspondents.ts'
import css from './address-field.module.css'

interface Props {
  value: string
  onValue: (value: string) => void
  error: string | undefined
  /** The form begins here. */
  autoStart: boolean
}

export function AddressField({ value, onValue, error, autoStart }: Props) {
  const all = useSuggestions()
  const [open, setOpen] = useState(false)
  const [at, setAt] = useState(0)
  const list = useId()
  const found = open ? suggested(all, value) : []
  const shown = found.length > 0 && !(found.length === 1 && found[0]?.value === value)
  const take = (text: string) => {
    onValue(text)
    setOpen(false)
  }
  const press = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault()
      if (!open) return setOpen(true)
      const step = event.key === 'ArrowDown' ? 1 : -1
      return setAt((at + step + found.length) % Math.max(1, found.length))
    }
    const chosen = found[at]
    if ((event.key === 'Enter' || event.key === 'Tab') && shown && chosen) {
      // Tab goes on to the next field as it always does.
      if (event.key === 'Enter') event.preventDefault()
      take(chosen.value)
    }
    if (event.key === 'Escape' && shown) {
      event.preventDefault()
      event.stopPropagation()
      setOpen(false)
    }
    return undefined
  }
  return (
    <div className={css.field}>
      <Field label={t('mail.to-field')} error={error} hint={t('mail.to-hint')}>
        {(ids) => (
          <Input
            {...ids}
            // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
            role="combobox"
            aria-expanded={shown}
            aria-controls={list}
            aria-autocomplete="list"
            aria-activedescendant={shown ? `${list}-${at}` : undefined}
            data-autofocus={autoStart || undefined}
            value={value}
            onChange={(event) => {
              onValue(event.target.value)
              setOpen(event.target.value.trim() !== '')
              setAt(0)
            }}
            onKeyDown={press}
            onBlur={() => setOpen(false)}
          />
        )}
      </Field>
      {/* A select could not complete what is typed: ARIA's combobox is made of these roles. */}
      {/* oxlint-disable-next-line jsx-a11y/prefer-tag-over-role, jsx-a11y/no-noninteractive-element-to-interactive-role */}
      <ul id={list} role="listbox" aria-label={t('mail.to-field')} className={css.list} hidden={!shown}>
        {found.map((one, index) => (
          // Keys stay in the field, which names the chosen option.
          // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
          <li
            key={one.value}
            id={`${list}-${index}`}
            // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role, jsx-a11y/no-noninteractive-element-to-interactive-role
            role="option"
            tabIndex={-1}
            aria-selected={index === at}
            className={css.option}
            // Before the field loses the focus and closes the list.
            onPointerDown={(event) => event.preventDefault()}
            onClick={() => take(one.value)}
          >
            <span>{one.value}</span>
            <span className={css.dim}>{one.says}</span>
          </li>
        ))}
      </ul>
    </div>
  )
}
