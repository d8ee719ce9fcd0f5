// My passkeys: add one with a label, see when each was used, remove one.
import type { OutputOf } from '@tutti/core'
import { KeySquare, Plus } from 'lucide-react'
import { useState } from 'react'
import { api } from '../../data/api.ts'
import { useMe } from '../../data/session-store.ts'
import { toast } from '../../data/toast-store.ts'
import { Button } from '../../ui/button.tsx'
import { TextField } from '../../ui/field.tsx'
import { Time } from '../../ui/time.tsx'
import { t } from '../../words/words.ts'
import { FormDialog, FormError, LossDialog } from '../form.tsx'
import { Loading } from '../loading.tsx'
import { Part } from '../settings-page.tsx'
import { useLive } from '../../data/use-live.ts'
import { useSubmit } from '../use-submit.ts'
import css from './account.module.css'
import { makePasskey, PasskeyProblem } from './make-passkey.ts'
import { passkeyObstacle } from './passkey-place.ts'
import { refreshMe } from './refresh-me.ts'

type Passkey = OutputOf<'listPasskeys'>[number]

export function PasskeysPart() {
  const count = useMe()?.user.passkeys ?? 0
  // Another device that adds or removes one changes the count, and with it what is read.
  const list = useLive({ key: `passkeys ${count}`, read: () => api.listPasskeys({}) })
  const [open, setOpen] = useState<'add' | Passkey | null>(null)
  const close = () => setOpen(null)
  const changed = async (text: string) => {
    await refreshMe()
    if (list.state === 'ready') list.reload()
    toast(text)
  }
  const obstacle = obstacleText()
  const add = !obstacle && (
    <Button icon={<Plus />} onClick={() => setOpen('add')}>
      {t('passkey.add')}
    </Button>
  )
  return (
    <Part title={t('passkey.title')} says={t('passkey.says')} action={add}>
      {obstacle && <p>{obstacle}</p>}
      <Loading of={list} lines={1}>
        {(passkeys) => <PasskeyRows passkeys={passkeys} onRemove={setOpen} />}
      </Loading>
      {open === 'add' && <NewPasskey onClose={close} onAdded={changed} />}
      {open !== null && open !== 'add' && (
        <LossDialog
          title={t('passkey.remove-title', { label: open.label })}
          does={t('passkey.remove-do')}
          act={() => api.removePasskey({ id: open.id })}
          onDone={() => void changed(t('passkey.removed', { label: open.label }))}
          onClose={close}
        >
          {t('passkey.remove-text')}
        </LossDialog>
      )}
    </Part>
  )
}

function obstacleText(): string | null {
  const obstacle = passkeyObstacle(location)
  if (obstacle)
    return t('passkey.address', {
      host: location.hostname,
      other: obstacle.instead ?? t('passkey.other-name'),
    })
  return 'PublicKeyCredential' in window ? null : t('passkey.unsupported')
}

interface RowsProps {
  passkeys: readonly Passkey[]
  onRemove: (passkey: Passkey) => void
}

function PasskeyRows({ passkeys, onRemove }: RowsProps) {
  if (passkeys.length === 0) return <p className={css.quiet}>{t('passkey.none')}</p>
  return (
    <ul className={css.rows}>
      {passkeys.map((passkey) => (
        <li key={passkey.id} className={css.row}>
          <span>{passkey.label}</span>
          <span className={css.quiet}>
            {t('passkey.used')}{' '}
            {passkey.lastUsedAt === null ? t('common.never') : <Time at={passkey.lastUsedAt} />}
          </span>
          <Button kind="quiet" onClick={() => onRemove(passkey)}>
            {t('common.remove')}…<span className="visually-hidden"> {passkey.label}</span>
          </Button>
        </li>
      ))}
    </ul>
  )
}

interface NewPasskeyProps {
  onClose: () => void
  onAdded: (text: string) => Promise<void>
}

function NewPasskey({ onClose, onAdded }: NewPasskeyProps) {
  const [label, setLabel] = useState('')
  const [problem, setProblem] = useState<string | undefined>()
  const { busy, refusal, run } = useSubmit()
  const submit = async () => {
    const name = label.trim()
    if (!name) return setProblem(t('passkey.label-empty'))
    const made = await run(() => make(name))
    if (made === null) return undefined
    if (made !== '') return setProblem(made)
    onClose()
    return onAdded(t('passkey.added', { label: name }))
  }
  return (
    <FormDialog
      title={t('passkey.add-title')}
      does={t('passkey.add-do')}
      busy={busy}
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      <TextField
        label={t('passkey.label')}
        hint={t('passkey.label-hint')}
        error={problem}
        value={label}
        maxLength={60}
        onChange={(event) => {
          setLabel(event.target.value)
          setProblem(undefined)
        }}
      />
      {busy && (
        <output className={css.waiting}>
          <KeySquare aria-hidden /> {t('passkey.waiting')}
        </output>
      )}
      <FormError>{refusal?.text}</FormError>
    </FormDialog>
  )
}

/** What the browser refused, in a sentence; empty where it went well. */
async function make(label: string): Promise<string> {
  try {
    await makePasskey(label)
    return ''
  } catch (error) {
    if (error instanceof PasskeyProblem) return error.message
    throw error
  }
}
