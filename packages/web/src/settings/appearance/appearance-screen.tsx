// How Tutti looks and sounds to me, on every device; shown at once.
import { Volume2 } from 'lucide-react'
import type { ReactNode } from 'react'
import { changePreferences, usePreferences } from '../../data/preferences-store.ts'
import { Button } from '../../ui/button.tsx'
import { Check } from '../../ui/field.tsx'
import { Segmented } from '../../ui/segmented.tsx'
import { playNeedSound } from '../../shell/sound.ts'
import { t } from '../../words/words.ts'
import { SettingsPage } from '../settings-page.tsx'
import css from './appearance.module.css'
import { TerminalText } from './terminal-text.tsx'

export function AppearanceScreen() {
  const { theme, contrast, density, sound } = usePreferences((state) => state.preferences)
  return (
    <SettingsPage title={t('settings.appearance')}>
      <p className={css.says}>{t('taste.says')}</p>
      <div className={css.rows}>
        <Row title={t('taste.theme')}>
          <Segmented
            label={t('taste.theme')}
            value={theme ?? 'system'}
            options={[
              { value: 'system', label: t('taste.theme-system') },
              { value: 'light', label: t('taste.theme-light') },
              { value: 'dark', label: t('taste.theme-dark') },
            ]}
            onValue={(value) => changePreferences({ theme: value })}
          />
        </Row>
        <Row title={t('taste.contrast')}>
          <Segmented
            label={t('taste.contrast')}
            value={contrast ?? 'system'}
            options={[
              { value: 'system', label: t('taste.theme-system') },
              { value: 'normal', label: t('taste.contrast-normal') },
              { value: 'high', label: t('taste.contrast-high') },
            ]}
            onValue={(value) => changePreferences({ contrast: value === 'system' ? undefined : value })}
          />
        </Row>
        <Row title={t('taste.density')}>
          <Segmented
            label={t('taste.density')}
            value={density ?? 'compact'}
            options={[
              { value: 'compact', label: t('taste.density-compact') },
              { value: 'cosy', label: t('taste.density-cosy') },
            ]}
            onValue={(value) => changePreferences({ density: value })}
          />
        </Row>
        <TerminalText />
        <Row title={t('taste.sound')}>
          <Check
            label={t('taste.sound-label')}
            checked={sound ?? false}
            onChecked={(on) => changePreferences({ sound: on })}
          />
          <Button kind="quiet" icon={<Volume2 />} onClick={playNeedSound}>
            {t('taste.sound-try')}
          </Button>
        </Row>
      </div>
    </SettingsPage>
  )
}

const Row = ({ title, children }: { title: string; children: ReactNode }) => (
  <div className={css.row}>
    <span className={css.title}>{title}</span>
    <div className={css.control}>{children}</div>
  </div>
)
