// A message that waits for a person: why, what the detector found, and a verdict on exactly what is shown here.
import { ShieldAlert } from 'lucide-react'
import { useState } from 'react'
import type { Message } from '@tutti/core'
import { api } from '../data/api.ts'
import { faultCode, faultText } from '../data/fault-text.ts'
import { useMay } from '../data/session-store.ts'
import { toast, toastError } from '../data/toast-store.ts'
import { Button } from '../ui/button.tsx'
import { foreignText } from '../ui/foreign-text.ts'
import { t } from '../words/words.ts'
import { showMessage } from './news.ts'
import { nameOf } from './who.ts'
import css from './judge-panel.module.css'

interface Props {
  message: Message
  /** Of what was read; the server lets through nothing else. */
  hash: string
  onStale: () => void
}

export function JudgePanel({ message, hash, onStale }: Props) {
  const mayJudge = useMay('message:judge')
  const [busy, setBusy] = useState(false)
  const judge = async (verdict: 'approve' | 'reject') => {
    setBusy(true)
    try {
      showMessage(await api.judgeMessage({ id: message.id, verdict, hash }))
      toast(t(`mail.judged-${verdict}`, { name: nameOf(message.to) }))
    } catch (error) {
      toastError(faultText(error))
      if (faultCode(error) === 'message.hash-stale') onStale()
    } finally {
      setBusy(false)
    }
  }
  return (
    <fieldset className={css.panel}>
      <legend className="visually-hidden">{t('mail.judge')}</legend>
      <p className={css.why}>
        <ShieldAlert />
        <span>{foreignText(message.why)}</span>
      </p>
      <dl className={css.found}>
        <dt>{t('mail.judge-score')}</dt>
        <dd>
          <meter min={0} max={100} low={30} high={50} optimum={0} value={message.score}>
            {message.score}
          </meter>{' '}
          {t('mail.judge-of', { n: message.score })}
        </dd>
        <dt>{t('mail.judge-labels')}</dt>
        <dd>{message.labels.length > 0 ? foreignText(message.labels.join(', ')) : t('common.none')}</dd>
        <dt>{t('mail.judge-hash')}</dt>
        <dd>
          <code data-tip={hash}>{hash.slice(0, 16)}…</code>
        </dd>
      </dl>
      {mayJudge ? (
        <div className={css.acts}>
          <Button busy={busy} onClick={() => void judge('approve')}>
            {t('mail.approve', { name: nameOf(message.to) })}
          </Button>
          <Button kind="danger" busy={busy} onClick={() => void judge('reject')}>
            {t('mail.reject')}
          </Button>
        </div>
      ) : (
        <p className={css.dim}>{t('mail.judge-read-only')}</p>
      )}
    </fieldset>
  )
}
