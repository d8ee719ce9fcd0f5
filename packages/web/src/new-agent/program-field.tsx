// Which program the agent runs: the known ones with how to get what is missing, or any other.
import { useState } from 'react'
import type { OutputOf } from '@tutti/core'
import { apiAt } from '../data/api.ts'
import { useLoaded } from '../data/use-loaded.ts'
import { Input } from '../ui/field.tsx'
import { focusWhenShown } from '../ui/focus-first.ts'
import { ErrorState } from '../ui/page-states.tsx'
import { t } from '../words/words.ts'
import css from './new-agent-screen.module.css'

type KnownProgram = OutputOf<'listPrograms'>[number]

interface Props {
  /** The machine that it is to run on; empty for this one. */
  machine: string
  value: string
  error: string | undefined
  onProgram: (program: string) => void
}

export function ProgramField({ machine, value, error, onProgram }: Props) {
  const programs = useLoaded(`programs ${machine}`, (signal) =>
    apiAt(machine || null).listPrograms({}, { signal }),
  )
  const [other, setOther] = useState<'no' | 'by-key' | 'by-pointer'>('no')
  const known = programs.state === 'ready' ? installedFirst(programs.value) : []
  const chosen = other === 'no' ? known.find(({ program }) => program === value) : undefined
  return (
    <fieldset className={css.programs} aria-invalid={error ? true : undefined}>
      <legend>{t('new.program')}</legend>
      {programs.state === 'failed' && <ErrorState message={programs.message} onRetry={programs.retry} />}
      {known.map((program) => (
        <Choice
          key={program.program}
          program={program}
          checked={other === 'no' && value === program.program}
          onChoose={() => {
            setOther('no')
            onProgram(program.program)
          }}
        />
      ))}
      <label className={css.program}>
        <input
          type="radio"
          name="program"
          checked={other !== 'no'}
          onChange={() => onProgram('')}
          // Arrow keys choose by a click without a pointer, and may only be passing.
          onClick={(event) => setOther(event.detail > 0 ? 'by-pointer' : 'by-key')}
        />
        <span>{t('new.program-other')}</span>
        <small>{t('new.program-any')}</small>
      </label>
      {other !== 'no' && (
        <Input
          mono
          ref={other === 'by-pointer' ? focusWhenShown : undefined}
          value={value}
          aria-label={t('new.program-path')}
          placeholder={t('new.program-path')}
          onChange={(event) => onProgram(event.target.value)}
        />
      )}
      {chosen && <p className={css.hint}>{noteOf(chosen)}</p>}
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

const installedFirst = (programs: readonly KnownProgram[]) =>
  [...programs].sort((a, b) => Number(a.path === null) - Number(b.path === null))

function placeOf({ path, program }: KnownProgram): string {
  // Its path is that of Node, which tells nobody anything.
  if (program === 'rehearsal') return t('new.comes-with')
  return path ?? t('new.missing')
}

/** How to get it, where it is missing, and what our own one is. */
function noteOf({ path, program, label, hint }: KnownProgram): string {
  if (path === null) return t('new.missing-hint', { program: label, hint })
  return program === 'rehearsal' ? hint : ''
}
