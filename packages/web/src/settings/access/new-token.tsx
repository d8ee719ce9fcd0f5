// Making an API token: label, rights and expiry, then its secret, shown this once.
import type { Permission, Token } from '@tutti/core'
import { useState } from 'react'
import { api } from '../../data/api.ts'
import { useMe } from '../../data/session-store.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Check, Field, Select, TextField } from '../../ui/field.tsx'
import { t } from '../../words/words.ts'
import { FormDialog, FormError } from '../form.tsx'
import { CommandLines, CopyLine } from '../once.tsx'
import { useSubmit } from '../use-submit.ts'
import css from './access.module.css'
import { readingScopes, scopeGroups } from './scope-groups.ts'

const DAYS = [7, 30, 90, 365] as const
const USUAL_DAYS = 90

interface NewTokenProps {
  onMade: (token: Token) => void
  onClose: () => void
}

export function NewToken({ onMade, onClose }: NewTokenProps) {
  const [secret, setSecret] = useState<string | null>(null)
  if (secret !== null) return <MadeToken secret={secret} onClose={onClose} />
  return (
    <TokenForm
      onClose={onClose}
      onMade={(token, made) => {
        onMade(token)
        setSecret(made)
      }}
    />
  )
}

interface TokenFormProps {
  onMade: (token: Token, secret: string) => void
  onClose: () => void
}

function TokenForm({ onMade, onClose }: TokenFormProps) {
  const held = useMe()?.permissions ?? []
  const [label, setLabel] = useState('')
  const [scopes, setScopes] = useState<readonly Permission[]>(() => readingScopes(held))
  const [days, setDays] = useState<number>(USUAL_DAYS)
  const [tried, setTried] = useState(false)
  const { busy, refusal, run } = useSubmit()
  const name = label.trim()

  const submit = async () => {
    setTried(true)
    if (!name || scopes.length === 0) return
    const made = await run(() =>
      api.createToken({ label: name, scopes: [...scopes], ...(days > 0 ? { days } : {}) }),
    )
    if (made) onMade(made.token, made.secret)
  }
  return (
    <FormDialog
      title={t('tokens.add-title')}
      does={t('tokens.add-do')}
      busy={busy}
      wide
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      <div className={css.two}>
        <TextField
          label={t('tokens.label')}
          hint={t('tokens.label-hint')}
          error={tried && !name ? t('tokens.label-empty') : undefined}
          value={label}
          maxLength={60}
          onChange={(event) => setLabel(event.target.value)}
        />
        <Field label={t('tokens.expires')}>
          {(ids) => (
            <Select {...ids} value={days} onChange={(event) => setDays(Number(event.target.value))}>
              {DAYS.map((n) => (
                <option key={n} value={n}>
                  {t('tokens.days', { n })}
                </option>
              ))}
              <option value={0}>{t('tokens.never')}</option>
            </Select>
          )}
        </Field>
      </div>
      <ScopePicker held={held} scopes={scopes} onScopes={setScopes} />
      <FormError>{tried && scopes.length === 0 ? t('tokens.scopes-empty') : refusal?.text}</FormError>
    </FormDialog>
  )
}

interface ScopePickerProps {
  held: readonly Permission[]
  scopes: readonly Permission[]
  onScopes: (scopes: readonly Permission[]) => void
}

function ScopePicker({ held, scopes, onScopes }: ScopePickerProps) {
  const toggle = (scope: Permission) => (on: boolean) =>
    onScopes(on ? [...scopes, scope] : scopes.filter((one) => one !== scope))
  return (
    <fieldset className={css.scopePicker}>
      <legend>{t('tokens.scopes')}</legend>
      <div className={css.presets}>
        <Button onClick={() => onScopes(readingScopes(held))}>{t('tokens.scopes-read')}</Button>
        <Button onClick={() => onScopes([...held])}>{t('tokens.scopes-all')}</Button>
        <Button onClick={() => onScopes([])}>{t('tokens.scopes-clear')}</Button>
        <span className={css.quiet}>{t('tokens.scopes-count', { n: scopes.length })}</span>
      </div>
      <div className={css.groups}>
        {scopeGroups(held).map(({ noun, scopes: own }) => (
          <fieldset key={noun} className={css.group}>
            <legend>{t(`scopes.${noun}`)}</legend>
            {own.map((scope) => (
              <Check
                key={scope}
                label={t(`scope.${scope}`)}
                checked={scopes.includes(scope)}
                onChecked={toggle(scope)}
              />
            ))}
          </fieldset>
        ))}
      </div>
    </fieldset>
  )
}

const MadeToken = ({ secret, onClose }: { secret: string; onClose: () => void }) => (
  <Dialog
    title={t('tokens.made-title')}
    onClose={onClose}
    actions={<Button onClick={onClose}>{t('common.close')}</Button>}
  >
    <p>{t('tokens.made')}</p>
    <CopyLine label={t('tokens.secret')} text={secret} />
    <p>{t('tokens.use')}</p>
    <CommandLines label={t('tokens.use')} text={`Authorization: Bearer ${secret}`} />
  </Dialog>
)
