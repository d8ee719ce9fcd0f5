// Says whose size the terminal has when it is not this window's, and offers to take it over.
import { useStore } from 'zustand'
import { Button } from '../ui/button.tsx'
import { t } from '../words/words.ts'
import type { TerminalSession } from './terminal-session.ts'
import css from './notes.module.css'

export function SizeBanner({ session }: { session: TerminalSession }) {
  const state = useStore(session.view, (view) => view.state)
  const access = useStore(session.view, (view) => view.access)
  if (!state || state.sizeOwner === 'you') return null
  const { cols, rows } = state
  return (
    <p className={css.note}>
      <span className={css.text}>
        {state.sizeOwner === 'viewer'
          ? t('term.follows', { cols, rows })
          : t('term.follows-terminal', { cols, rows })}
      </span>
      {access === 'write' && (
        <Button
          data-tip={t('term.take-why')}
          data-tip-keys="t"
          onClick={() => {
            session.handle.take()
            session.term.focus()
          }}
        >
          {t('term.take')}
        </Button>
      )}
    </p>
  )
}
