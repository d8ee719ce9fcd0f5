// Which program the agent runs: the known ones with how to get what is missing, or any other.
import { useState } from 'react'
import type { OutputOf } from '@tutti/core'
import { api } from '../data/api.ts'
import { useLoaded } from '../data/use-loaded.ts'
import { Input } from '../ui/field.tsx'
import { ErrorState } from '../ui/page-states.tsx'
import { t } from '../words/words.ts'
import css from './new-agent-screen.module.css'

type KnownProgram = OutputOf<'listPrograms'>[number]

interface Props {
  value: string
  error: string | undefined
  onProgram: (program: string) => void
}

export function ProgramField({ value, error, onProgram }: Props) {
  const programs = useLoaded('programs', (signal) => api.listPrograms({}, { signal }))
  const [other, setOther] = useState(false)
  const known = programs.state === 'ready' ? programs.value : []
  return (
    <fieldset className={css.programs} aria-invalid={error ? true : undefined}>
      <legend>{t('new.program')}</legend>
      {programs.state === 'failed' && <ErrorState message={programs.message} onRetry={programs.retry} />}
      {known.map((program) => (
        <Choice
          key={program.program}
          program={program}
          checked={!other && value === program.program}
          onChoose={() => {
            setOther(false)
            onProgram(program.program)
          }}
        />
      ))}
      <label className={css.program}>
        <input
          type="radio"
          name="program"
          checked={other}
          onChange={() => {
            setOther(true)
            onProgram('')
          }}
        />
        <span>{t('new.program-other')}</span>
      </label>
      {other && (
        <Input
          mono
          data-autofocus
          value={value}
          aria-label={t('new.program-path')}
          placeholder={t('new.program-path')}
          onChange={(event) => onProgram(event.target.value)}
        />
      )}
      {error && (
        <p className={css.error} role="alert">
          {error}
        </p>
      )}
    </fieldset>
  )
}

interface ChoiceProps {
  program: KnownProgram
  checked: boolean
  onChoose: () => void
}

const Choice = ({ program, checked, onChoose }: ChoiceProps) => (
  <label
    className={css.program}
    data-missing={program.path === null || undefined}
    data-tip={program.hint || undefined}
  >
    <input type="radio" name="program" checked={checked} onChange={onChoose} />
    <span>{program.label}</span>
    <small>{placeOf(program)}</small>
  </label>
)

function placeOf({ path, program, hint }: KnownProgram): string {
  // Its path is that of Node, which tells nobody anything.
  if (program === 'rehearsal' && hint) return hint
  return path ?? [t('new.missing'), hint].filter(Boolean).join(' · ')
}
