// A tag, as a label or, with `onPress`, as a filter that can be switched.
import { classNames } from './class-names.ts'
import css from './small.module.css'

interface TagChipProps {
  tag: string
  pressed?: boolean
  onPress?: () => void
}

export function TagChip({ tag, pressed, onPress }: TagChipProps) {
  if (!onPress) return <span className={css.chip}>{tag}</span>
  return (
    <button
      type="button"
      aria-pressed={pressed ?? false}
      className={classNames(css.chip, css.pressable)}
      onClick={onPress}
    >
      {tag}
    </button>
  )
}
