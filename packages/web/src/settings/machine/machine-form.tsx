// The fields of the machine's settings.
import type { OutputOf } from '@tutti/core'
import { Check, Field, Input, Select, TextField } from '../../ui/field.tsx'
import { t } from '../../words/words.ts'
import { Form } from '../form.tsx'
import { Part } from '../settings-page.tsx'
import { AllowedFolders } from './allowed-folders.tsx'
import css from './machine.module.css'
import { asDraft, LIMITS, type Draft, type NumberField, type Problems } from './settings-draft.ts'

interface MachineFormProps {
  settings: OutputOf<'getSettings'>
  draft: Draft
  problems: Problems
  readOnly: boolean
  onDraft: (edit: Draft) => void
  onSave: () => void
}

export function MachineForm(props: MachineFormProps) {
  const { settings, draft, problems, readOnly, onDraft, onSave } = props
  const shown = { ...asDraft(settings), ...draft }
  const days = { shown, problems, readOnly, onDraft }
  return (
    <Form onSubmit={onSave} wide label={t('settings.machine')}>
      <TextField
        label={t('host.name')}
        hint={t('host.name-hint')}
        error={problems.machine}
        value={shown.machine}
        maxLength={64}
        disabled={readOnly}
        onChange={(event) => onDraft({ machine: event.target.value })}
      />
      <AllowedFolders
        folders={shown.allowedFolders}
        machine={settings.machine}
        readOnly={readOnly}
        onFolders={(allowedFolders) => onDraft({ allowedFolders })}
      />
      <Part title={t('host.keep')}>
        <div className={css.numbers}>
          <NumberInput {...days} field="undeleteDays" label={t('host.undelete')} unit={t('host.days')} />
          <NumberInput {...days} field="recordingDays" label={t('host.recordings')} unit={t('host.days')} />
          <NumberInput {...days} field="auditDays" label={t('host.audit')} unit={t('host.days')} />
        </div>
      </Part>
      <Part title={t('host.memory')} says={t('host.memory-says')}>
        <div className={css.numbers}>
          <NumberInput {...days} field="memoryLimitMb" label={t('host.memory-limit')} unit="MB" />
        </div>
      </Part>
      <Part title={t('host.telemetry')}>
        <Check
          label={t('host.telemetry-on')}
          hint={t('host.telemetry-says')}
          checked={shown.telemetry}
          disabled={readOnly}
          onChecked={(telemetry) => onDraft({ telemetry })}
        />
      </Part>
      <Part title={t('host.isolation')}>
        <Check
          label={t('host.isolation-on')}
          hint={t('host.isolation-says')}
          checked={shown.isolation === 'sandbox'}
          disabled={readOnly}
          onChecked={(isOn) => onDraft({ isolation: isOn ? 'sandbox' : 'none' })}
        />
      </Part>
      <Part title={t('host.backups')}>
        <div className={css.numbers}>
          <BackupHour
            hour={shown.backupHour}
            readOnly={readOnly}
            onHour={(backupHour) => onDraft({ backupHour })}
          />
          <NumberInput {...days} field="backupsKept" label={t('host.backup-kept')} />
        </div>
      </Part>
    </Form>
  )
}

interface NumberInputProps {
  field: NumberField
  label: string
  unit?: string
  shown: Required<Draft>
  problems: Problems
  readOnly: boolean
  onDraft: (edit: Draft) => void
}

function NumberInput({ field, label, unit, shown, problems, readOnly, onDraft }: NumberInputProps) {
  const [min, max] = LIMITS[field]
  return (
    <Field label={label} error={problems[field]}>
      {(ids) => (
        <span className={css.number}>
          <Input
            {...ids}
            type="number"
            inputMode="numeric"
            min={min}
            max={max}
            step={1}
            value={shown[field]}
            disabled={readOnly}
            onChange={(event) => onDraft({ [field]: event.target.value })}
          />
          {unit}
        </span>
      )}
    </Field>
  )
}

interface BackupHourProps {
  hour: number | null
  readOnly: boolean
  onHour: (hour: number | null) => void
}

const BackupHour = ({ hour, readOnly, onHour }: BackupHourProps) => (
  <Field label={t('host.backup-hour')}>
    {(ids) => (
      <Select
        {...ids}
        value={hour ?? ''}
        disabled={readOnly}
        onChange={({ target }) => onHour(target.value === '' ? null : Number(target.value))}
      >
        <option value="">{t('host.backup-never')}</option>
        {Array.from({ length: 24 }, (_, one) => (
          <option key={one} value={one}>
            {hourText(one)}
          </option>
        ))}
      </Select>
    )}
  </Field>
)

/** An hour of the machine's own clock as the reader writes it. */
export const hourText = (hour: number): string =>
  new Date(2000, 0, 1, hour).toLocaleTimeString(undefined, { hour: 'numeric', minute: '2-digit' })
