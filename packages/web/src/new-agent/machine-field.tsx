// On which machine a new agent is to live: asked only where there is more than one.
import { useMe } from '../data/session-store.ts'
import { useRoom } from '../data/room-store.ts'
import { Field, Select } from '../ui/field.tsx'
import { t } from '../words/words.ts'

interface Props {
  value: string
  onMachine: (machine: string) => void
}

export function MachineField({ value, onMachine }: Props) {
  const machines = useRoom((state) => state.machines)
  const own = useMe()?.machine ?? ''
  if (machines.size === 0) return null
  return (
    <Field label={t('new.machine')} hint={value ? t('new.machine-hint') : undefined}>
      {(ids) => (
        <Select {...ids} value={value} onChange={(event) => onMachine(event.target.value)}>
          <option value="">{t('new.machine-own', { name: own })}</option>
          {[...machines.values()].map(({ id, name, link }) => (
            <option key={id} value={id} disabled={link === 'away'}>
              {link === 'away' ? t('new.machine-away', { name }) : name}
            </option>
          ))}
        </Select>
      )}
    </Field>
  )
}
