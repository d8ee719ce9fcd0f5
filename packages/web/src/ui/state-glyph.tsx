// What an agent does, as glyph, word and colour together; never colour alone.
import { STATE_SIGNS, type Status } from '@tutti/core'
import { classNames } from './class-names.ts'
import css from './state-glyph.module.css'

/** Explains itself on hover and long press with the evidence for the state. */
export function StateGlyph({ status, word = false }: { status: Status; word?: boolean }) {
  const sign = STATE_SIGNS[status.state]
  const why = status.why ? `${sign.word}: ${status.why}` : sign.word
  return (
    <span className={classNames(css.state, css[status.state])} data-tip={why}>
      <span aria-hidden className={css.glyph}>
        {sign.glyph}
      </span>
      <span className={word ? css.word : 'visually-hidden'}>{sign.word}</span>
    </span>
  )
}
