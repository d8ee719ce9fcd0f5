// The keys that a phone's keyboard lacks, above it, within reach of a thumb.
import type { MouseEvent } from 'react'
import { useStore } from 'zustand'
import { t } from '../words/words.ts'
import { keySequence, type BarKey } from './key-sequences.ts'
import type { TerminalSession } from './terminal-session.ts'
import css from './key-bar.module.css'

const KEYS: readonly { key: BarKey; label: string }[] = [
  { key: 'esc', label: 'Esc' },
  { key: 'tab', label: 'Tab' },
  { key: 'up', label: '↑' },
  { key: 'down', label: '↓' },
  { key: 'left', label: '←' },
  { key: 'right', label: '→' },
  { key: 'enter', label: '⏎' },
]

export function KeyBar({ session }: { session: TerminalSession }) {
  const ctrl = useStore(session.view, (view) => view.ctrl)
  const press = (key: BarKey) => {
    const { applicationCursorKeysMode } = session.term.modes
    session.view.setState({ ctrl: false })
    session.handle.write(keySequence(key, { ctrl, application: applicationCursorKeysMode }))
  }
  return (
    <div className={css.bar} role="toolbar" aria-label={t('term.keys')}>
      {KEYS.slice(0, 2).map(({ key, label }) => (
        <button key={key} type="button" onMouseDown={keepFocus} onClick={() => press(key)}>
          {label}
        </button>
      ))}
      <button
        type="button"
        aria-pressed={ctrl}
        onMouseDown={keepFocus}
        onClick={() => session.view.setState({ ctrl: !ctrl })}
      >
        {t('term.ctrl')}
      </button>
      {KEYS.slice(2).map(({ key, label }) => (
        <button key={key} type="button" onMouseDown={keepFocus} onClick={() => press(key)}>
          {label}
        </button>
      ))}
    </div>
  )
}

// Without it the terminal loses the focus and the phone folds its keyboard away.
const keepFocus = (event: MouseEvent) => event.preventDefault()
