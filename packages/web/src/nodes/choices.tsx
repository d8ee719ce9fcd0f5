// One of a few, each with a sentence that says what it means.
import { useId } from 'react'
import css from './choices.module.css'

export interface Choice<V extends string> {
  value: V
  label: string
  says?: string
}

interface Props<V extends string> {
  label: string
  value: V
  choices: readonly Choice<V>[]
  onValue: (value: V) => void
}

export function Choices<V extends string>({ label, value, choices, onValue }: Props<V>) {
  const name = useId()
  return (
    <fieldset className={css.group}>
      <legend>{label}</legend>
      {choices.map((choice) => (
        <label key={choice.value} className={css.choice}>
          <input
            type="radio"
            name={name}
            value={choice.value}
            checked={choice.value === value}
            onChange={() => onValue(choice.value)}
          />
          <span>
            {choice.label}
            {choice.says && <small>{choice.says}</small>}
          </span>
        </label>
      ))}
    </fieldset>
  )
}
