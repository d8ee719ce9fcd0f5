// The button that shows a command's keys and, once pressed, listens for others.
import { useEffect, useRef, useState, type KeyboardEvent } from 'react'
import { chordOf, keyLabel } from '../../keys/chord.ts'
import type { CommandId, Rebinding } from '../../keys/commands.ts'
import { commands, keptChord, keysOf, pressedKeys } from '../../keys/commands.ts'
import { t } from '../../words/words.ts'
import { chordConflict, mayBeFollowed } from './chord-conflict.ts'
import css from './keys.module.css'

const SECOND_MS = 900 // long enough for a second key, short enough not to be a wait

interface KeyCaptureProps {
  id: CommandId
  label: string
  rebound: Rebinding
  onKeys: (chord: string) => void
}

export function KeyCapture({ id, label, rebound, onKeys }: KeyCaptureProps) {
  const [heard, setHeard] = useState<string | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])
  const keys = pressedKeys(id, rebound)

  const stop = () => {
    clearTimeout(timer.current)
    setHeard(null)
    setProblem(null)
  }
  const take = (pressed: string) => {
    clearTimeout(timer.current)
    const chord = keptChord(id, pressed)
    const refused = conflictText(chord, id, rebound)
    if (refused) {
      setHeard('')
      setProblem(refused)
      return
    }
    stop()
    if (chord !== keysOf(id, rebound)) onKeys(chord)
  }
  const press = (event: KeyboardEvent) => {
    if (heard === null || (event.key === 'Tab' && heard === '')) return
    event.preventDefault()
    event.stopPropagation()
    if (event.key === 'Escape') return stop()
    const chord = event.repeat ? null : chordOf(event.nativeEvent)
    if (!chord) return undefined
    setProblem(null)
    if (heard !== '' || !mayBeFollowed(chord)) return take(heard === '' ? chord : `${heard} ${chord}`)
    setHeard(chord)
    timer.current = setTimeout(() => take(chord), SECOND_MS)
    return undefined
  }
  return (
    <>
      <button
        type="button"
        className={css.keys}
        data-keys={heard === null ? undefined : 'own'}
        data-listening={heard !== null || undefined}
        aria-label={
          heard === null
            ? t('keys.change', { label, keys: keys ? keyLabel(keys) : t('keys.unset') })
            : undefined
        }
        onClick={() => setHeard('')}
        onKeyDown={press}
        onBlur={stop}
      >
        <Shown heard={heard} keys={keys} />
      </button>
      <span role="alert" className={css.problem}>
        {problem}
      </span>
    </>
  )
}

function Shown({ heard, keys }: { heard: string | null; keys: string }) {
  if (heard === '') return t('keys.press')
  if (heard !== null) return t('keys.press-more', { keys: keyLabel(heard) })
  return keys ? <kbd>{keyLabel(keys)}</kbd> : <span className={css.unset}>{t('keys.unset')}</span>
}

function conflictText(chord: string, id: CommandId, rebound: Rebinding): string | null {
  const conflict = chordConflict(chord, id, rebound)
  const keys = keyLabel(chord)
  if (!conflict) return null
  if (conflict.kind === 'taken') return t('keys.taken', { keys, label: labelOf(conflict.by) })
  if (conflict.kind === 'hidden') return t('keys.hidden', { keys, label: labelOf(conflict.by) })
  const other = keyLabel(keysOf(conflict.other, rebound))
  return t('keys.hides', { keys, label: labelOf(conflict.other), other })
}

function labelOf(id: CommandId): string {
  const command = commands.find((one) => one.id === id)
  return command ? t(command.label) : id
}
