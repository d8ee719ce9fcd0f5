// What an agent's program is kept away from: no wall, said in one clear line, or a sandbox and the hosts that it may reach.
import '../words/late/usage.ts'
import { ISOLATIONS, type IsolationLevel } from '@tutti/core'
import { api } from '../data/api.ts'
import { useLoaded } from '../data/use-loaded.ts'
import { Field, Select, TextField } from '../ui/field.tsx'
import { t } from '../words/words.ts'

interface Props {
  /** Null for a new agent that takes what the machine's settings say. */
  value: IsolationLevel | null
  /** Hosts as they are typed. */
  egress: string
  error?: string | undefined
  egressError?: string | undefined
  onIsolation: (isolation: IsolationLevel) => void
  onEgress: (egress: string) => void
}

export function IsolationField({ value, egress, error, egressError, onIsolation, onEgress }: Props) {
  const settings = useLoaded('isolation', (signal) => api.getSettings({}, { signal }))
  const usual = settings.state === 'ready' ? settings.value.isolation : 'none'
  const level = value ?? usual
  return (
    <>
      <Field label={t('isolation.label')} hint={t(`isolation.${level}-says`)} error={error}>
        {(ids) => (
          <Select
            {...ids}
            value={level}
            onChange={({ target }) => onIsolation(ISOLATIONS.find((one) => one === target.value) ?? 'none')}
          >
            {ISOLATIONS.map((one) => (
              <option key={one} value={one}>
                {t(`isolation.${one}`)}
              </option>
            ))}
          </Select>
        )}
      </Field>
      {level === 'sandbox' && (
        <TextField
          label={t('isolation.egress')}
          hint={t('isolation.egress-hint')}
          error={egressError}
          value={egress}
          mono
          optional
          placeholder="registry.npmjs.org *.example.com 127.0.0.1:8080"
          onChange={(event) => onEgress(event.target.value)}
        />
      )}
    </>
  )
}
