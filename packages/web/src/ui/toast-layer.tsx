// Where toasts appear; read aloud politely, dismissed by hand or by themselves.
import { Undo2, X } from 'lucide-react'
import { useToasts, type Toast } from '../data/toast-store.ts'
import { t } from '../words/words.ts'
import { Button, IconButton } from './button.tsx'
import { sentence } from './sentence.tsx'
import css from './toast-layer.module.css'

export function ToastLayer() {
  const toasts = useToasts((state) => state.toasts)
  return (
    <section className={css.layer} aria-label={t('toast.region')} aria-live="polite">
      {toasts.map((one) => (
        <ToastCard key={one.id} toast={one} />
      ))}
    </section>
  )
}

function ToastCard({ toast }: { toast: Toast }) {
  const dismiss = useToasts((state) => state.dismiss)
  const press = (run: () => void) => () => {
    dismiss(toast.id)
    run()
  }
  return (
    <div className={css.toast} data-kind={toast.kind}>
      <p>{sentence(toast.text)}</p>
      {toast.action && <Button onClick={press(toast.action.run)}>{toast.action.label}</Button>}
      {toast.undo && (
        <Button icon={<Undo2 />} onClick={press(toast.undo)} data-tip={t('common.undo')} data-tip-keys="z">
          {t('common.undo')}
        </Button>
      )}
      <IconButton label={t('toast.dismiss')} onClick={() => dismiss(toast.id)}>
        <X />
      </IconButton>
    </div>
  )
}
