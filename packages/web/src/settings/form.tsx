// Forms of the settings: what Enter sends, what was refused, and what cannot be undone.
import { useId, type FormEvent, type ReactNode } from 'react'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { classNames } from '../ui/class-names.ts'
import { sentence } from '../ui/sentence.tsx'
import { t } from '../words/words.ts'
import css from './form.module.css'
import { useSubmit } from './use-submit.ts'

interface FormProps {
  onSubmit: () => void
  children: ReactNode
  id?: string
  label?: string
  /** As wide as its page; otherwise as wide as text is easy to fill in. */
  wide?: boolean
}

export const Form = ({ onSubmit, children, id, label, wide }: FormProps) => (
  <form
    id={id}
    aria-label={label}
    className={classNames(css.form, wide && css.wide)}
    noValidate
    onSubmit={(event: FormEvent) => {
      event.preventDefault()
      onSubmit()
    }}
  >
    {children}
  </form>
)

/** A refusal that belongs to no single field. */
export const FormError = ({ children }: { children: string | undefined }) =>
  children ? (
    <p role="alert" className={css.error}>
      {sentence(children)}
    </p>
  ) : null

interface FormDialogProps {
  title: string
  onClose: () => void
  onSubmit: () => void
  /** What the button does. */
  does: string
  busy: boolean
  children: ReactNode
  wide?: boolean
}

/** A dialog whose foot holds Cancel and the one thing that it does. */
export function FormDialog({ title, onClose, onSubmit, does, busy, children, wide }: FormDialogProps) {
  const id = useId()
  const actions = (
    <>
      <Button onClick={onClose}>{t('common.cancel')}</Button>
      <Button kind="primary" type="submit" form={id} busy={busy}>
        {does}
      </Button>
    </>
  )
  return (
    <Dialog title={title} onClose={onClose} actions={actions} {...(wide ? { wide } : {})}>
      <Form id={id} onSubmit={onSubmit}>
        {children}
      </Form>
    </Dialog>
  )
}

interface LossDialogProps {
  title: string
  /** Names what will be lost. */
  children: ReactNode
  does: string
  act: () => Promise<unknown>
  /** After it was done. */
  onDone?: () => void
  onClose: () => void
  wait?: boolean
}

/** Asks before what cannot be undone. */
export function LossDialog({ title, children, does, act, onDone, onClose, wait }: LossDialogProps) {
  const { busy, refusal, run } = useSubmit()
  const press = async () => {
    if ((await run(async () => [await act()])) === null) return
    onDone?.()
    onClose()
  }
  const actions = (
    <>
      <Button onClick={onClose}>{t('common.cancel')}</Button>
      <Button kind="danger" busy={busy || (wait ?? false)} onClick={() => void press()}>
        {does}
      </Button>
    </>
  )
  return (
    <Dialog title={title} onClose={onClose} actions={actions}>
      <p>{children}</p>
      <FormError>{refusal?.text}</FormError>
    </Dialog>
  )
}
