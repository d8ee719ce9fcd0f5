// Words as an answer: Enter sends, Shift and Enter makes a line, Esc goes back.
import { useState, type KeyboardEvent } from 'react'
import { useCommand } from '../keys/command-registry.ts'
import { Button } from '../ui/button.tsx'
import { TextArea } from '../ui/field.tsx'
import { focusInside } from '../ui/focus-first.ts'
import { t } from '../words/words.ts'
import css from './ask-answers.module.css'

interface Props {
  label: string
  hint?: string
  does: string
  busy: boolean
  current: boolean
  mayBeEmpty?: boolean
  onWords: (words: string) => void
  onClose: () => void
}

export function WordsForm({ label, hint, does, busy, current, mayBeEmpty, onWords, onClose }: Props) {
  const [words, setWords] = useState('')
  const isReady = mayBeEmpty === true || words.trim() !== ''
  const send = () => {
    if (isReady && !busy) onWords(words.trim())
  }
  useCommand('ask.words', send, current)
  const press = (event: KeyboardEvent) => {
    if (event.key === 'Escape') onClose()
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return
    event.preventDefault()
    send()
  }
  return (
    <form
      ref={focusInside}
      className={css.words}
      onSubmit={(event) => {
        event.preventDefault()
        send()
      }}
    >
      <TextArea
        label={label}
        value={words}
        rows={2}
        autoStart
        onPress={press}
        onText={setWords}
        {...(hint ? { hint } : {})}
      />
      <div className={css.answers}>
        <Button kind="primary" type="submit" className={css.answer} busy={busy} disabled={!isReady}>
          {does}
        </Button>
        <Button kind="quiet" className={css.answer} onClick={onClose}>
          {t('common.cancel')}
        </Button>
      </div>
    </form>
  )
}
