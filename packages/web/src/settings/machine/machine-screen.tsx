// The settings of this machine: edited freely, saved together with the version that was read, undone with one press.
import type { OutputOf } from '@tutti/core'
import { useState } from 'react'
import { api } from '../../data/api.ts'
import { faultCode } from '../../data/fault-text.ts'
import { useMay } from '../../data/session-store.ts'
import { toast } from '../../data/toast-store.ts'
import { Button } from '../../ui/button.tsx'
import { t } from '../../words/words.ts'
import { FormError } from '../form.tsx'
import { Loading } from '../loading.tsx'
import { SettingsPage } from '../settings-page.tsx'
import { useLive } from '../../data/use-live.ts'
import { useSubmit } from '../use-submit.ts'
import css from './machine.module.css'
import { MachineForm } from './machine-form.tsx'
import { before, changeOf, draftProblems, pruned, type Draft, type Fields } from './settings-draft.ts'

type MachineSettings = OutputOf<'getSettings'>

export function MachineSettingsScreen() {
  const settings = useLive<MachineSettings>({
    key: 'settings',
    read: () => api.getSettings({}),
    apply: (now, event) =>
      event.type === 'settings.changed' && event.data.version > now.version ? event.data : now,
  })
  return (
    <SettingsPage title={t('settings.machine')}>
      <Loading of={settings} lines={8}>
        {(value, { change, reload }) => (
          <Editor
            settings={value}
            onSettings={(saved) => change((now) => (saved.version > now.version ? saved : now))}
            reload={reload}
          />
        )}
      </Loading>
    </SettingsPage>
  )
}

interface EditorProps {
  settings: MachineSettings
  onSettings: (settings: MachineSettings) => void
  reload: () => void
}

function Editor({ settings, onSettings, reload }: EditorProps) {
  const mayWrite = useMay('settings:write')
  const [typed, setTyped] = useState<Draft>({})
  const [tried, setTried] = useState(false)
  const { busy, because, otherwise, run, clear } = useSubmit()
  const draft = pruned(typed, settings)
  const problems = draftProblems(draft)
  const count = Object.keys(draft).length

  const send = async (change: Partial<Fields>, version: number) => {
    const saved = await run(() => api.updateSettings(change, { version }).catch(stale(reload)))
    if (saved) onSettings(saved)
    return saved
  }
  const save = async () => {
    setTried(true)
    if (Object.keys(problems).length > 0) return
    const change = changeOf(draft)
    const old = before(change, settings)
    const saved = await send(change, settings.version)
    if (!saved) return
    discard()
    const undo = async () => void ((await send(old, saved.version)) && toast(t('host.restored')))
    toast(t('host.saved'), { undo: () => void undo() })
  }
  const discard = () => {
    setTyped({})
    setTried(false)
    clear()
  }
  return (
    <>
      {!mayWrite && <p className={css.quiet}>{t('host.read-only')}</p>}
      <MachineForm
        settings={settings}
        draft={draft}
        problems={tried ? problems : {}}
        readOnly={!mayWrite}
        onDraft={(edit) => setTyped({ ...typed, ...edit })}
        onSave={() => void save()}
      />
      <FormError>{(because('version.stale') && t('host.stale')) ?? otherwise('version.stale')}</FormError>
      {count > 0 && (
        <div className={css.foot}>
          <output>{t('host.unsaved', { n: count })}</output>
          <Button onClick={discard}>{t('host.discard')}</Button>
          <Button kind="primary" busy={busy} onClick={() => void save()}>
            {t('host.save')}
          </Button>
        </div>
      )}
    </>
  )
}

/** Somebody was faster: their values are read, the draft stays, and the user decides. */
const stale = (reload: () => void) => (error: unknown) => {
  if (faultCode(error) === 'version.stale') reload()
  throw error
}
