// The six digits that both machines show: nothing is trusted before a person at each has said that they are the same.
import type { NodePairing } from '@tutti/core'
import { Check, X } from 'lucide-react'
import { api } from '../data/api.ts'
import { FormError } from '../settings/form.tsx'
import { useSubmit } from '../settings/use-submit.ts'
import { Button } from '../ui/button.tsx'
import { t } from '../words/words.ts'
import css from './pairing.module.css'

interface Props {
  pairing: NodePairing
  onStep: (pairing: NodePairing) => void
}

export function CompareStep({ pairing, onStep }: Props) {
  const { busy, refusal, run } = useSubmit()
  const say = async (alike: boolean) => {
    const next = await run(() => api.comparePairing({ id: pairing.id, alike }))
    if (next) onStep(next)
  }
  return (
    <div className={css.step}>
      <h3>{t('pair.compare-title')}</h3>
      <p>{t('pair.compare-text')}</p>
      <Digits text={pairing.text ?? ''} />
      {pairing.mine ? (
        <output>{t('pair.their-turn')}</output>
      ) : (
        <div className={css.answers}>
          <Button icon={<X />} busy={busy} onClick={() => void say(false)}>
            {t('pair.differ')}
          </Button>
          <Button icon={<Check />} kind="primary" busy={busy} data-autofocus onClick={() => void say(true)}>
            {t('pair.alike')}
          </Button>
        </div>
      )}
      <FormError>{refusal?.text}</FormError>
    </div>
  )
}

/** Spaced for the eye, and read digit by digit. */
export const Digits = ({ text }: { text: string }) => (
  <output className={css.digits} aria-label={`${t('pair.digits')}: ${text.split('').join(' ')}`}>
    {text}
  </output>
)
