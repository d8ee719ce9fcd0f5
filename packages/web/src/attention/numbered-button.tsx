// An answer with its number: pressed by its key, by the pointer or by a thumb.
import { useCommand } from '../keys/command-registry.ts'
import { Button } from '../ui/button.tsx'
import css from './ask-answers.module.css'

interface Props {
  number: number
  label: string
  current: boolean
  busy: boolean
  primary?: boolean
  /** What it means, for the tooltip. */
  says?: string
  onPress: () => void
}

const COMMANDS = ['ask.1', 'ask.2', 'ask.3'] as const

export function NumberedButton({ number, label, current, busy, primary, says, onPress }: Props) {
  const command = COMMANDS[number - 1]
  useCommand(command ?? 'ask.1', onPress, current && !busy && command !== undefined)
  return (
    <Button
      kind={primary ? 'primary' : 'plain'}
      className={css.answer}
      disabled={busy}
      data-tip={says}
      onClick={onPress}
    >
      {command && (
        <kbd className={css.number} aria-hidden>
          {number}
        </kbd>
      )}
      <span dir="auto">{label}</span>
    </Button>
  )
}
