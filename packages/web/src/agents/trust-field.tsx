// How much an agent may do without asking; levels that its program does not have are shown as such.
import '../words/late/usage.ts'
import { TRUST_LEVELS, type OutputOf, type TrustLevel } from '@tutti/core'
import { api } from '../data/api.ts'
import { useLoaded } from '../data/use-loaded.ts'
import { Field, Select } from '../ui/field.tsx'
import { t } from '../words/words.ts'

interface Props {
  /** The name of the kit that looks after the program; null before its first start. */
  kit: string | null
  /** As typed or chosen; says which kit it will be. */
  program: string
  value: TrustLevel | null
  onTrust: (trust: TrustLevel | null) => void
}

const OWN = 'own'

export function TrustField({ kit, program, value, onTrust }: Props) {
  const kits = useLoaded('kits', (signal) => api.listKits({}, { signal }))
  const known = kits.state === 'ready' ? kitOf(kits.value, kit, program) : undefined
  // The kit of any command is called so; a reader knows the command.
  const label = known?.commands.length === 0 ? nameOf(program) : (known?.label ?? '')
  const textOf = (level: TrustLevel) =>
    known && !known.trust[level]
      ? t('trust.missing', { level: t(`trust.word-${level}`), program: label })
      : t(`trust.${level}`)
  const isMissing = value !== null && known !== undefined && !known.trust[value]
  const problem = isMissing
    ? t('trust.unsupported', { level: t(`trust.word-${value}`), program: label })
    : undefined
  return (
    <Field label={t('trust.label')} hint={t('trust.hint')} error={problem}>
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

type Kit = OutputOf<'listKits'>[number]

/** Before the first start by the name of the program; one that nobody knows has the kit of any command. */
function kitOf(kits: readonly Kit[], kit: string | null, program: string): Kit | undefined {
  if (kit !== null) return kits.find(({ name }) => name === kit)
  const command = nameOf(program)
  if (command === '') return undefined
  return (
    kits.find(({ commands }) => commands.includes(command)) ??
    kits.find(({ commands }) => commands.length === 0)
  )
}

const nameOf = (program: string): string => program.trim().split('/').at(-1) ?? ''
