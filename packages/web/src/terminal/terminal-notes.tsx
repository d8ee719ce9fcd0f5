// Short notes above a terminal: not connected, a link under the pointer, a program that wants to copy.
import { Copy, WifiOff, X } from 'lucide-react'
import { copyText } from '../data/clipboard.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { keyLabel } from '../keys/chord.ts'
import { useDelayed } from '../ui/use-delayed.ts'
import { t } from '../words/words.ts'
import type { TerminalSession } from './terminal-session.ts'
import css from './notes.module.css'

const BLINK_MS = 600

export function NotLinked() {
  if (!useDelayed(BLINK_MS)) return null
  return (
    <p className={css.note} aria-live="polite">
      <WifiOff />
      {t('term.lost')}
    </p>
  )
}

interface CopyProps {
  session: TerminalSession
  name: string
  text: string
}

/** A program may ask (OSC 52), but only a press of the user's own fills the clipboard. */
export function CopyRequest({ session, name, text }: CopyProps) {
  const done = () => session.view.setState({ copyRequest: null })
  return (
    <p className={css.note}>
      <span className={css.text}>
        {t('term.copy-request', { name })}: <code>{text.slice(0, 80)}</code>
      </span>
      <Button
        icon={<Copy />}
        onClick={() => {
          void copyText(text)
          done()
        }}
      >
        {t('term.copy-do')}
      </Button>
      <IconButton label={t('toast.dismiss')} onClick={done}>
        <X />
      </IconButton>
    </p>
  )
}

export const LinkHint = ({ url }: { url: string }) => (
  <p className={css.hint}>{t('term.link-hint', { keys: keyLabel('mod'), url })}</p>
)
