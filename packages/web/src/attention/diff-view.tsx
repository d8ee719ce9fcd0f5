// A change to a file: what goes and what comes, by sign and by colour.
import '../words/late/attention.ts'
import { useState } from 'react'
import { Button } from '../ui/button.tsx'
import { foreignText } from '../ui/foreign-text.ts'
import { t } from '../words/words.ts'
import css from './diff-view.module.css'

const SHOWN = 60 // lines; more than a screen of them is asked for

export function DiffView({ path, diff }: { path: string; diff: string }) {
  const [all, setAll] = useState(false)
  const lines = diff.split('\n').filter((line) => !/^(?:diff |index |--- |\+\+\+ )/.test(line))
  const shown = all ? lines : lines.slice(0, SHOWN)
  const count = (mark: string) => lines.filter((line) => line.startsWith(mark)).length
  return (
    <figure className={css.diff}>
      <figcaption className={css.head}>
        <code>{foreignText(path)}</code>
        <span className={css.added}>+{count('+')}</span>
        <span className={css.removed}>−{count('-')}</span>
      </figcaption>
      {/* A long line scrolls, so the keyboard must reach it. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <pre className={css.lines} tabIndex={0} aria-label={t('diff.label', { path: foreignText(path) })}>
        {shown.map((line, index) => (
          <span key={index} className={css[kindOf(line)]}>
            {foreignText(line)}
            {'\n'}
          </span>
        ))}
      </pre>
      {lines.length > shown.length && (
        <Button kind="quiet" onClick={() => setAll(true)}>
          {t('diff.lines-more', { n: lines.length - shown.length })}
        </Button>
      )}
    </figure>
  )
}

function kindOf(line: string): 'plus' | 'minus' | 'place' | 'same' {
  if (line.startsWith('+')) return 'plus'
  if (line.startsWith('-')) return 'minus'
  return line.startsWith('@@') ? 'place' : 'same'
}
