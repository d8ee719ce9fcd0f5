// One of a few: a radio group that looks like a switch.
import { useId } from 'react'
import css from './segmented.module.css'

interface SegmentedProps<V extends string> {
  label: string
  value: V
  options: readonly { value: V; label: string }[]
  onValue: (value: V) => void
}

export function Segmented<V extends string>({ label, value, options, onValue }: SegmentedProps<V>) {
  const name = useId()
  return (
    <fieldset className={css.group}>
      <legend className="visually-hidden">{label}</legend>
      {options.map((option) => (
        <label key={option.value} className={css.option}>
          <input
            type="radio"
            name={name}
            value={option.value}
            checked={option.value === value}
            onChange={() => onValue(option.value)}
          />
          {option.label}
        </label>
      ))}
    </fieldset>
  )
}
