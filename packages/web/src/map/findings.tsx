// What the map knows of the code as a whole: what changes may break, hotspots, dead code, circles, documentation that is not true.
import { useState } from 'react'
import { useLoaded } from '../data/use-loaded.ts'
import { Button } from '../ui/button.tsx'
import { Select } from '../ui/field.tsx'
import { foreignText } from '../ui/foreign-text.ts'
import { ErrorState, Skeleton } from '../ui/page-states.tsx'
import { t } from '../words/words.ts'
import { QUESTIONS, type Finding, type QuestionId } from './finding-data.ts'
import css from './map-side.module.css'
import type { SideProps } from './map-side.tsx'
import { askedOf } from './model.ts'
import { To } from './page-parts.tsx'
import { TraceList } from './trace-list.tsx'

export function Findings(props: SideProps) {
  const { folder, model, focus, state } = props
  const [id, setId] = useState<QuestionId>('diff')
  const question = QUESTIONS.find((one) => one.id === id)
  const { lens, against } = state.view
  const symbol = question?.isOfSymbol ? askedOf(model, focus) : ''
  const asked = { folder, symbol, against: lens === 'diff' && against !== '' ? against : undefined }
  const name = foreignText(model.names[focus] ?? '')
  return (
    <div className={css.page}>
      <TraceList {...props} />
      <Select
        className={css.question}
        aria-label={t('map.ask')}
        value={id}
        onChange={({ target }) => {
          setId(QUESTIONS.find((one) => one.id === target.value)?.id ?? id)
          if (state.view.trace.is === 'found') state.change({ trace: { is: 'none' } })
        }}
      >
        {QUESTIONS.map((one) => (
          <option key={one.id} value={one.id}>
            {titleOf(one, name)}
          </option>
        ))}
      </Select>
      <Answer
        {...props}
        key={`${id} ${symbol}`}
        asking={`map ${id} ${symbol} ${asked.against ?? ''} ${folder} ${model.stamp}`}
        title={question ? titleOf(question, name) : ''}
        ask={async () => (await question?.ask(asked)) ?? []}
      />
    </div>
  )
}

const titleOf = ({ label, isOfSymbol }: (typeof QUESTIONS)[number], name: string): string =>
  isOfSymbol ? t('map.ask-references', { name }) : t(label)

interface AnswerProps extends SideProps {
  asking: string
  title: string
  ask: () => Promise<Finding[]>
}

/** More are opened one by one. */
const OPEN = 4

function Answer({ asking, title, ask, ...props }: AnswerProps) {
  const loaded = useLoaded(asking, ask)
  if (loaded.state === 'loading') return <Skeleton />
  if (loaded.state === 'failed') return <ErrorState message={loaded.message} onRetry={loaded.retry} />
  const findings = loaded.value
  const of = findings.flatMap(({ items }) =>
    items.map(({ file, line }) => (line > 0 ? `${file}:${line}` : file)),
  )
  if (findings.length === 0) return <p className={css.dim}>{t('map.find-none')}</p>
  return (
    <>
      <div className={css.acts}>
        <button
          type="button"
          onClick={() => props.state.change({ trace: { is: 'found', title, of }, focus: null })}
        >
          {t('map.find-show')}
        </button>
      </div>
      {findings.map((one, index) => (
        <Group key={index} {...props} finding={one} isOpen={findings.length <= OPEN} />
      ))}
    </>
  )
}

/** So many of a list at first, and with each press. */
const LISTED = 100

function Group({ finding, isOpen, ...props }: SideProps & { finding: Finding; isOpen: boolean }) {
  const [most, setMost] = useState(LISTED)
  const { title, note, items } = finding
  return (
    <details className={css.group} open={isOpen}>
      <summary>
        {foreignText(title)} <span className={css.dim}>{items.length}</span>
        {note && <span className={css.within}>{foreignText(note)}</span>}
      </summary>
      <ul>
        {items.slice(0, most).map((one, index) => (
          <li key={index}>
            <To {...props} {...one} />
          </li>
        ))}
      </ul>
      {items.length > most && (
        <Button kind="quiet" onClick={() => setMost(most + LISTED)}>
          {t('map.find-more', { n: items.length - most })}
        </Button>
      )}
    </details>
  )
}
