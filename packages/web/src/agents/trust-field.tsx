// How much an agent may do without asking; levels that its program does not have are shown as such.
import '../words/late/usage.ts'
import { TRUST_LEVELS, type TrustLevel } from '@tutti/core'
import { api } from '../data/api.ts'
import { useLoaded } from '../data/use-loaded.ts'
import { Field, Select } from '../ui/field.tsx'
import { t } from '../words/words.ts'

interface Props {
  /** The name of the kit that looks after the program; null while that is not known. */
  kit: string | null
  value: TrustLevel | null
  onTrust: (trust: TrustLevel | null) => void
}

const OWN = 'own'

export function TrustField({ kit, value, onTrust }: Props) {
  const kits = useLoaded('kits', (signal) => api.listKits({}, { signal }))
  const known = kits.state === 'ready' ? kits.value.find(({ name }) => name === kit) : undefined
  const textOf = (level: TrustLevel) =>
    known && !known.trust[level]
      ? t('trust.missing', { level: t(`trust.word-${level}`), program: known.label })
      : t(`trust.${level}`)
  return (
    <Field label={t('trust.label')} hint={t('trust.hint')}>
      {(ids) => (
        <Select
          {...ids}
          value={value ?? OWN}
          onChange={({ target }) => onTrust(TRUST_LEVELS.find((level) => level === target.value) ?? null)}
        >
          <option value={OWN}>{t('trust.own')}</option>
          {TRUST_LEVELS.map((level) => (
            <option key={level} value={level} disabled={known !== undefined && !known.trust[level]}>
              {textOf(level)}
            </option>
          ))}
        </Select>
      )}
    </Field>
  )
}
