// Search in what a terminal shows and remembers.
import { ChevronDown, ChevronUp, X } from 'lucide-react'
import { useEffect, useRef, useState, type KeyboardEvent } from 'react'
import { useStore } from 'zustand'
import { IconButton } from '../ui/button.tsx'
import { classNames } from '../ui/class-names.ts'
import { Input } from '../ui/field.tsx'
import { t } from '../words/words.ts'
import type { TerminalSession } from './terminal-session.ts'
import css from './notes.module.css'

// Drawn on the terminal's canvas, where tokens do not reach; amber is kept for "needs you".
const DECORATIONS = {
  matchBackground: '#2f6f7a',
  activeMatchBackground: '#45c8d8',
  matchOverviewRuler: '#2f6f7a',
  activeMatchColorOverviewRuler: '#45c8d8',
}

export function SearchBar({ session, onClose }: { session: TerminalSession; onClose: () => void }) {
  const [text, setText] = useState('')
  const matches = useStore(session.view, (view) => view.matches)
  const input = useRef<HTMLInputElement>(null)
  useEffect(() => {
    input.current?.focus()
    return () => session.search.clearDecorations()
  }, [session])
  const next = (incremental = false) =>
    session.search.findNext(text, { incremental, decorations: DECORATIONS })
  const previous = () => session.search.findPrevious(text, { decorations: DECORATIONS })
  const close = () => {
    onClose()
    session.term.focus()
  }
  const press = (event: KeyboardEvent) => {
    if (event.key === 'Escape') close()
    else if (event.key === 'Enter') (event.shiftKey ? previous : next)()
  }
  return (
    <search className={classNames(css.note, css.floating)}>
      <Input
        ref={input}
        value={text}
        placeholder={t('term.search')}
        aria-label={t('term.search')}
        onKeyDown={press}
        onChange={(event) => {
          setText(event.target.value)
          session.search.findNext(event.target.value, { incremental: true, decorations: DECORATIONS })
        }}
      />
      <span aria-live="polite" className={css.text}>
        {text && matches && (matches.count > 0 ? t('term.search-count', matches) : t('term.search-none'))}
      </span>
      <IconButton label={t('term.search-previous')} keys="shift+enter" onClick={previous}>
        <ChevronUp />
      </IconButton>
      <IconButton label={t('term.search-next')} keys="enter" onClick={() => next()}>
        <ChevronDown />
      </IconButton>
      <IconButton label={t('common.close')} keys="esc" onClick={close}>
        <X />
      </IconButton>
    </search>
  )
}
