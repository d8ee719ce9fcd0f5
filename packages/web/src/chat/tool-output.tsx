// What a tool said: its end first in mind, so a long one shows its beginning and is opened as a whole when asked for.
import { useState } from 'react'
import { Button } from '../ui/button.tsx'
import { foreignText } from '../ui/foreign-text.ts'
import { t } from '../words/words.ts'
import css from './entry-view.module.css'

const SHOWN = 4000 // characters; a screen or two
// Colours and cursor moves of a terminal (ECMA-48), which a page cannot obey.
// oxlint-disable-next-line eslint/no-control-regex
const SEQUENCES = /\u001B(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001B]*(?:\u0007|\u001B\\)|[@-Z\\-_])/g

export function ToolOutput({ text, failed }: { text: string; failed: boolean }) {
  const [all, setAll] = useState(false)
  const plain = text.replaceAll(SEQUENCES, '')
  return (
    <div className={css.output} data-failed={failed || undefined}>
      {/* A long line scrolls, so the keyboard must reach it. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <pre tabIndex={0} aria-label={t('chat.output')}>
        {foreignText(all ? plain : plain.slice(0, SHOWN))}
      </pre>
      {!all && plain.length > SHOWN && (
        <Button kind="quiet" onClick={() => setAll(true)}>
          {t('chat.output-more')}
        </Button>
      )}
    </div>
  )
}
