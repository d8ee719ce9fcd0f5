// The environment of an agent: names are known, values are written and never read back.
import { Plus, X } from 'lucide-react'
import { Button, IconButton } from '../ui/button.tsx'
import { Input } from '../ui/field.tsx'
import { Section } from '../ui/page.tsx'
import { t } from '../words/words.ts'
import type { EnvRow } from './details-draft.ts'
import css from './agent-details.module.css'

interface Props {
  rows: readonly EnvRow[]
  onRows: (rows: readonly EnvRow[]) => void
}

export function EnvFields({ rows, onRows }: Props) {
  const change = (index: number, to: Partial<EnvRow>) =>
    onRows(rows.map((row, at) => (at === index ? { ...row, ...to } : row)))
  return (
    <Section title={t('details.env')} says={t('details.env-says')}>
      <div className={css.env}>
        {rows.map((row, index) => (
          <div key={index} className={css.variable}>
            <Input
              mono
              value={row.name}
              readOnly={row.stored}
              aria-label={t('details.env-name')}
              placeholder={t('details.env-name')}
              onChange={(event) => change(index, { name: event.target.value })}
            />
            <Input
              mono
              value={row.value ?? ''}
              aria-label={`${t('details.env-value')} ${row.name}`}
              placeholder={row.stored ? t('details.env-keep') : t('details.env-value')}
              onChange={(event) => change(index, { value: event.target.value || (row.stored ? null : '') })}
            />
            <IconButton
              label={t('details.env-remove', { name: row.name })}
              onClick={() => onRows(rows.filter((_, at) => at !== index))}
            >
              <X />
            </IconButton>
          </div>
        ))}
        <div>
          <Button icon={<Plus />} onClick={() => onRows([...rows, { name: '', value: '', stored: false }])}>
            {t('details.env-add')}
          </Button>
        </div>
      </div>
    </Section>
  )
}
