// A secret that is shown this once: its text to select, a button that copies it, and a code to scan.
import { Copy } from 'lucide-react'
import { useId } from 'react'
import { copyText } from '../data/clipboard.ts'
import { Button } from '../ui/button.tsx'
import { Input } from '../ui/field.tsx'
import { t } from '../words/words.ts'
import css from './once.module.css'

export function CopyLine({ label, text }: { label: string; text: string }) {
  const id = useId()
  return (
    <div className={css.line}>
      <label htmlFor={id}>{label}</label>
      <Input id={id} mono readOnly value={text} onFocus={(event) => event.target.select()} />
      <Button icon={<Copy />} onClick={() => void copyText(text)}>
        {t('common.copy')}
      </Button>
    </div>
  )
}

/** A command to run on the machine, ready to copy. */
export const CommandLines = ({ label, text }: { label: string; text: string }) => (
  <div className={css.command}>
    {/* A long line scrolls, so the keyboard must reach it. */}
    {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
    <pre tabIndex={0} aria-label={label}>
      {text}
    </pre>
    <Button icon={<Copy />} onClick={() => void copyText(text)}>
      {t('common.copy')}
    </Button>
  </div>
)
