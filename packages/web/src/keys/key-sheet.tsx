// The `?` sheet: every command with its keys, from the one table; pressing a chord's button binds another.
import { useState, type KeyboardEvent } from 'react'
import { changePreferences, usePreferences } from '../data/preferences-store.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { t } from '../words/words.ts'
import { chordOf, isApple, keyLabel } from './chord.ts'
import { commands, keysOf, takenBy, type Command, type CommandGroup, type CommandId } from './commands.ts'
import css from './key-sheet.module.css'

const GROUPS: readonly CommandGroup[] = ['everywhere', 'agents', 'agent', 'recording']

export function KeySheet({ onClose }: { onClose: () => void }) {
  const rebound = usePreferences((state) => state.preferences.keys)
  return (
    <Dialog
      title={t('sheet.title')}
      onClose={onClose}
      wide
      actions={
        <>
          {rebound && Object.keys(rebound).length > 0 && (
            <Button kind="quiet" onClick={() => changePreferences({ keys: {} })}>
              {t('sheet.reset')}
            </Button>
          )}
          <Button onClick={onClose}>{t('common.close')}</Button>
        </>
      }
    >
      <p className={css.note}>
        {t('sheet.terminal-note', { chord: isApple(navigator.platform) ? '⌘' : 'Ctrl+Shift' })}
      </p>
      <div className={css.groups}>
        {GROUPS.map((group) => (
          <section key={group}>
            <h3 className={css.title}>{t(`sheet.${group}`)}</h3>
            <ul>
              {commands
                .filter((command) => command.group === group)
                .map((command) => (
                  <KeyRow key={command.id} command={command} rebound={rebound ?? {}} />
                ))}
            </ul>
          </section>
        ))}
      </div>
    </Dialog>
  )
}

interface RowProps {
  command: Command & { id: CommandId }
  rebound: Readonly<Record<string, string>>
}

function KeyRow({ command, rebound }: RowProps) {
  const [listening, setListening] = useState(false)
  const [problem, setProblem] = useState<string | null>(null)
  const label = t(command.label)
  const press = (event: KeyboardEvent) => {
    if (!listening) return
    event.preventDefault()
    event.stopPropagation()
    if (event.key === 'Escape') return stop()
    const chord = chordOf(event.nativeEvent)
    if (!chord) return
    const other = takenBy(chord, command.id, rebound)
    const owner = other && commands.find(({ id }) => id === other)
    if (owner) return setProblem(t('sheet.taken', { keys: keyLabel(chord), label: t(owner.label) }))
    changePreferences({ keys: { ...rebound, [command.id]: chord } })
    stop()
  }
  const stop = () => {
    setListening(false)
    setProblem(null)
  }
  return (
    <li className={css.row}>
      <span>{label}</span>
      <button
        type="button"
        className={css.keys}
        data-keys="own"
        aria-label={t('sheet.rebind', { label, keys: keyLabel(keysOf(command.id, rebound)) })}
        onClick={() => setListening(true)}
        onKeyDown={press}
        onBlur={stop}
      >
        {listening ? t('sheet.press') : <kbd>{keyLabel(keysOf(command.id, rebound))}</kbd>}
      </button>
      {problem && (
        <p role="alert" className={css.problem}>
          {problem}
        </p>
      )}
    </li>
  )
}
