// A modal dialog on the browser's own <dialog>: focus trap, Esc and inert page come with it, and no style is injected.
import { useLayoutEffect, useRef, type ReactNode } from 'react'
import { X } from 'lucide-react'
import { t } from '../words/words.ts'
import { IconButton } from './button.tsx'
import { classNames } from './class-names.ts'
import { focusFirst } from './focus-first.ts'
import css from './dialog.module.css'

interface DialogProps {
  title: string
  onClose: () => void
  children: ReactNode
  /** Buttons at the foot. */
  actions?: ReactNode
  wide?: boolean
  /** Without heading and padding, at the top of the page: the palette. */
  bare?: boolean
}

/** Shown as long as it is mounted. */
export function Dialog({ title, onClose, children, actions, wide, bare }: DialogProps) {
  const ref = useModal()
  return (
    // A click on the backdrop arrives at the dialog itself; Esc does the same for keys.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-noninteractive-element-interactions
    <dialog
      ref={ref}
      tabIndex={-1}
      aria-label={title}
      className={classNames(css.dialog, wide && css.wide, bare && css.bare)}
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
      onClick={(event) => {
        if (event.target === event.currentTarget) onClose()
      }}
    >
      <div className={css.body}>
        {!bare && (
          <header className={css.head}>
            <h2>{title}</h2>
            <IconButton label={t('common.close')} keys="esc" onClick={onClose}>
              <X />
            </IconButton>
          </header>
        )}
        <div className={bare ? undefined : css.content}>{children}</div>
        {actions && <footer className={css.foot}>{actions}</footer>}
      </div>
    </dialog>
  )
}

const FIELD = 'form :is(input, select, textarea):enabled'

function useModal() {
  const ref = useRef<HTMLDialogElement>(null)
  // A layout effect, whose end comes before the element leaves the page: only then does close() give the focus back.
  useLayoutEffect(() => {
    const dialog = ref.current
    dialog?.showModal()
    // Without a place to begin, its first field or the dialog itself: its close button is not what one came for.
    if (dialog && !focusFirst(dialog)) (dialog.querySelector<HTMLElement>(FIELD) ?? dialog).focus()
    return () => dialog?.close()
  }, [])
  return ref
}
