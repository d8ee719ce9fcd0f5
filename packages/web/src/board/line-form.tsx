// One line to write a name into: Enter takes it, Esc leaves it.
import { useState } from 'react'
import { Button } from '../ui/button.tsx'
import { Input } from '../ui/field.tsx'
import { focusWhenShown } from '../ui/focus-first.ts'
import { t } from '../words/words.ts'
import css from './line-form.module.css'

interface Props {
  label: string
  value: string
  most: number
  action: string
  /** It stays for the next one. */
  again?: boolean
  /** Answers whether it was taken. */
  onDone: (text: string) => Promise<unknown>
  onCancel: () => void
}

export function LineForm({ label, value, most, action, again, onDone, onCancel }: Props) {
  const [text, setText] = useState(value)
  const [busy, setBusy] = useState(false)
  const send = async () => {
    const wanted = text.trim()
    if (wanted === '' || wanted === value) return onCancel()
    setBusy(true)
    const isTaken = await onDone(wanted)
    setBusy(false)
    if (again && isTaken !== false) setText('')
    return undefined
  }
  return (
    <form
      className={css.form}
      onSubmit={(event) => {
        event.preventDefault()
        if (!busy) void send()
      }}
    >
      <Input
        ref={focusWhenShown}
        aria-label={label}
        placeholder={label}
        value={text}
        maxLength={most}
        onChange={({ target }) => setText(target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return
          event.stopPropagation()
          onCancel()
        }}
      />
      <div className={css.buttons}>
        <Button type="submit" kind="primary" busy={busy}>
          {action}
        </Button>
        <Button kind="quiet" onClick={onCancel}>
          {t('common.cancel')}
        </Button>
      </div>
    </form>
  )
}
