// When and how the user is called: this browser, hours without a call, and agents that do not call.
import { useState } from 'react'
import { changePreferences, usePreferences } from '../../data/preferences-store.ts'
import { useAgents } from '../../data/agents-store.ts'
import { faultText } from '../../data/fault-text.ts'
import { toastError } from '../../data/toast-store.ts'
import { useLoaded } from '../../data/use-loaded.ts'
import { toggleMuted, useMuted } from '../../attention/mute.ts'
import { Button } from '../../ui/button.tsx'
import { Check, TextField } from '../../ui/field.tsx'
import { t } from '../../words/words.ts'
import { Part, SettingsPage } from '../settings-page.tsx'
import css from './notifications.module.css'
import { pushState, startPush, stopPush, type PushState } from './push.ts'

export const NotificationsScreen = () => (
  <SettingsPage title={t('settings.notifications')}>
    <p className={css.says}>{t('notify.says')}</p>
    <Part title={t('notify.here')}>
      <ThisBrowser />
    </Part>
    <QuietHours />
    <MutedAgents />
  </SettingsPage>
)

function ThisBrowser() {
  const state = useLoaded<PushState>('push', pushState)
  const [busy, setBusy] = useState(false)
  if (state.state !== 'ready') return null
  const { value, reload } = state
  if (value === 'unsupported' || value === 'denied') return <p>{t(`notify.${value}`)}</p>
  const change = async () => {
    setBusy(true)
    try {
      await (value === 'on' ? stopPush() : startPush())
    } catch (error) {
      toastError(t('notify.failed', { problem: faultText(error) }))
    }
    setBusy(false)
    reload()
  }
  return (
    <div className={css.line}>
      <span>{t(`notify.${value}`)}</span>
      <Button busy={busy} onClick={() => void change()}>
        {value === 'on' ? t('notify.turn-off') : t('notify.turn-on')}
      </Button>
    </div>
  )
}

const NIGHT = { from: '22:00', to: '07:00' }

function QuietHours() {
  const quiet = usePreferences((state) => state.preferences.quiet) ?? null
  const zone = quiet?.zone ?? new Intl.DateTimeFormat().resolvedOptions().timeZone
  const set = (change: { from?: string; to?: string }) =>
    changePreferences({ quiet: { ...NIGHT, ...quiet, zone, ...change } })
  return (
    <Part title={t('notify.quiet')} says={t('notify.quiet-says', { zone })}>
      <Check
        label={t('notify.quiet-on')}
        checked={quiet !== null}
        onChecked={(on) => (on ? set({}) : changePreferences({ quiet: null }))}
      />
      {quiet && (
        <div className={css.line}>
          <TextField
            label={t('notify.from')}
            type="time"
            required
            value={quiet.from}
            onChange={({ target }) => target.value && set({ from: target.value })}
          />
          <TextField
            label={t('notify.to')}
            type="time"
            required
            value={quiet.to}
            onChange={({ target }) => target.value && set({ to: target.value })}
          />
        </div>
      )}
    </Part>
  )
}

function MutedAgents() {
  const muted = useMuted()
  const agents = useAgents((state) => state.agents)
  const known = muted.flatMap((id) => agents.get(id) ?? [])
  return (
    <Part title={t('notify.muted')}>
      {known.length === 0 && <p>{t('notify.muted-none')}</p>}
      <ul className={css.muted}>
        {known.map(({ id, name }) => (
          <li key={id} className={css.line}>
            <span>{name}</span>
            <Button onClick={() => toggleMuted(id)}>{t('notify.unmute')}</Button>
          </li>
        ))}
      </ul>
    </Part>
  )
}
