// What to show of the audit log.
import { useEffect, useState } from 'react'
import { Button } from '../../ui/button.tsx'
import { Input, Select } from '../../ui/field.tsx'
import { Segmented } from '../../ui/segmented.tsx'
import { t } from '../../words/words.ts'
import { ANY, actWords, isFiltered, KNOWN_ACTS, type AuditFilter } from './audit-filter.ts'
import css from './audit.module.css'
import type { Names } from './use-names.ts'

const TYPING_MS = 300 // one question for a word, not one for each letter

interface AuditFiltersProps {
  filter: AuditFilter
  names: Names
  onFilter: (filter: AuditFilter) => void
}

export const AuditFilters = ({ filter, names, onFilter }: AuditFiltersProps) => (
  <search className={css.filters} aria-label={t('audit.filters')}>
    <Select
      aria-label={t('audit.actor')}
      value={filter.actor}
      onChange={(event) => onFilter({ ...filter, actor: event.target.value })}
    >
      <option value="">{t('audit.anybody')}</option>
      {withChosen(names.actors, filter.actor).map(({ id, name }) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </Select>
    <Select
      aria-label={t('audit.act')}
      value={filter.act}
      onChange={(event) => onFilter({ ...filter, act: event.target.value })}
    >
      <option value="">{t('audit.anything')}</option>
      {actsWith(filter.act).map((act) => (
        <option key={act} value={act}>
          {actWords(act)}
        </option>
      ))}
    </Select>
    <SubjectInput subject={filter.subject} onSubject={(subject) => onFilter({ ...filter, subject })} />
    <Segmented
      label={t('audit.outcome')}
      value={filter.outcome ?? 'any'}
      options={[
        { value: 'any', label: t('audit.every') },
        { value: 'done', label: t('audit.done') },
        { value: 'refused', label: t('audit.refused') },
      ]}
      onValue={(value) => onFilter({ ...filter, outcome: value === 'any' ? null : value })}
    />
    {isFiltered(filter) && (
      <Button kind="quiet" onClick={() => onFilter(ANY)}>
        {t('audit.clear')}
      </Button>
    )}
  </search>
)

// Somebody who was removed can still be chosen from an entry.
const withChosen = (actors: Names['actors'], id: string) =>
  id === '' || actors.some((one) => one.id === id) ? actors : [...actors, { id, name: id }]

const actsWith = (act: string) => (act === '' || KNOWN_ACTS.includes(act) ? KNOWN_ACTS : [act, ...KNOWN_ACTS])

/** Keeps what is typed until the typing rests. */
function SubjectInput({ subject, onSubject }: { subject: string; onSubject: (subject: string) => void }) {
  const [text, setText] = useState(subject)
  // Chosen elsewhere, such as by "Only this" or by clearing all filters.
  useEffect(() => setText(subject), [subject])
  useEffect(() => {
    if (text === subject) return undefined
    const timer = setTimeout(() => onSubject(text), TYPING_MS)
    return () => clearTimeout(timer)
    // Only typing starts the wait.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [text])
  return (
    <Input
      mono
      type="search"
      className={css.subject ?? ''}
      aria-label={t('audit.subject')}
      placeholder={`${t('audit.subject')}: ${t('audit.subject-hint')}`}
      value={text}
      onChange={(event) => setText(event.target.value)}
    />
  )
}
