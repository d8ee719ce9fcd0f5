// Every command with its keys, from the one table; each can be changed, taken away and put back.
import { RotateCcw, X } from 'lucide-react'
import { changePreferences, usePreferences } from '../../data/preferences-store.ts'
import { toast } from '../../data/toast-store.ts'
import { keyLabel } from '../../keys/chord.ts'
import {
  commands,
  keysOf,
  pressedKeys,
  type Command,
  type CommandGroup,
  type CommandId,
} from '../../keys/commands.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Kbd } from '../../ui/kbd.tsx'
import { t } from '../../words/words.ts'
import { Part, SettingsPage } from '../settings-page.tsx'
import { isFixed, rebind } from './chord-conflict.ts'
import { KeyCapture } from './key-capture.tsx'
import css from './keys.module.css'

const NONE: Readonly<Record<string, string>> = {}

export function KeysScreen() {
  const rebound = usePreferences((state) => state.preferences.keys) ?? NONE
  const groups = [...new Set(commands.map(({ group }) => group))]
  const reset = () => {
    changePreferences({ keys: {} })
    toast(t('keys.reset-done'), { undo: () => changePreferences({ keys: { ...rebound } }) })
  }
  const resetAll = Object.keys(rebound).length > 0 && (
    <Button icon={<RotateCcw />} onClick={reset}>
      {t('keys.reset-all')}
    </Button>
  )
  return (
    <SettingsPage title={t('settings.keys')} actions={resetAll}>
      <p className={css.says}>{t('keys.says')}</p>
      {groups.map((group) => (
        <GroupPart key={group} group={group} rebound={rebound} />
      ))}
    </SettingsPage>
  )
}

const GroupPart = ({
  group,
  rebound,
}: {
  group: CommandGroup
  rebound: Readonly<Record<string, string>>
}) => (
  <Part title={t(`sheet.${group}`)}>
    <ul className={css.list}>
      {commands
        .filter((command) => command.group === group)
        .map((command) => (
          <KeyRow key={command.id} command={command} rebound={rebound} />
        ))}
    </ul>
  </Part>
)

interface KeyRowProps {
  command: Command & { id: CommandId }
  rebound: Readonly<Record<string, string>>
}

function KeyRow({ command, rebound }: KeyRowProps) {
  const label = t(command.label)
  const mine = command.id in rebound
  if (isFixed(command.id))
    return (
      <li className={css.row}>
        <span className={css.label}>{label}</span>
        <Kbd keys={command.keys} />
      </li>
    )
  const set = (chord: string) => {
    changePreferences({ keys: rebind(rebound, command.id, chord) })
    toast(t('keys.changed', { label, keys: chord ? keyLabel(chord) : t('keys.unset') }), {
      undo: () => changePreferences({ keys: { ...rebound } }),
    })
  }
  return (
    <li className={css.row}>
      <span className={css.label}>
        {label}
        {mine && <span className={css.mark}>{t('keys.mine')}</span>}
      </span>
      <KeyCapture id={command.id} label={label} rebound={rebound} onKeys={set} />
      {mine ? (
        <IconButton
          label={t('keys.reset', { keys: keyLabel(pressedKeys(command.id, {})) })}
          onClick={() => set(command.keys)}
        >
          <RotateCcw />
        </IconButton>
      ) : (
        <IconButton
          label={t('keys.clear', { label })}
          disabled={keysOf(command.id, rebound) === ''}
          onClick={() => set('')}
        >
          <X />
        </IconButton>
      )}
    </li>
  )
}
