// The `?` sheet: every command with its keys, from the one table. They are changed in the settings, in one place.
import '../words/late/keys.ts'
import { Link } from 'wouter'
import { usePreferences } from '../data/preferences-store.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Kbd } from '../ui/kbd.tsx'
import { t } from '../words/words.ts'
import { isApple, keyLabel, pressedInTerminal } from './chord.ts'
import { commands, pressedKeys, type CommandGroup } from './commands.ts'
import css from './key-sheet.module.css'

const GROUPS: readonly CommandGroup[] = ['everywhere', 'agents', 'ask', 'mail', 'agent', 'recording']

export function KeySheet({ onClose }: { onClose: () => void }) {
  const rebound = usePreferences((state) => state.preferences.keys) ?? {}
  return (
    <Dialog
      title={t('sheet.title')}
      onClose={onClose}
      wide
      actions={<Button onClick={onClose}>{t('common.close')}</Button>}
    >
      <p className={css.note}>
        {isApple(navigator.platform)
          ? t('sheet.terminal-note-apple')
          : t('sheet.terminal-note', { palette: keyLabel(pressedInTerminal('mod+k')) })}{' '}
        <Link href="/settings/keys" onClick={onClose} className={css.change}>
          {t('sheet.change')}
        </Link>
      </p>
      {/* Focusable, so that the arrow keys scroll it. */}
      <section className={css.groups} tabIndex={0} aria-label={t('sheet.title')}>
        {GROUPS.map((group) => (
          <section key={group}>
            <h3 className={css.title}>{t(`sheet.${group}`)}</h3>
            <ul>
              {commands
                .filter((command) => command.group === group)
                .map(({ id, label }) => (
                  <li key={id} className={css.row}>
                    <span>{t(label)}</span>
                    {pressedKeys(id, rebound) !== '' && <Kbd keys={pressedKeys(id, rebound)} />}
                  </li>
                ))}
            </ul>
          </section>
        ))}
      </section>
    </Dialog>
  )
}
