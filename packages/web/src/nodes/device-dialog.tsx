// Letting a phone or another browser in: an address to scan, digits on both screens, and a person who compares them.
import type { DevicePairing } from '@tutti/core'
import { Check, CircleCheck, X } from 'lucide-react'
import { useEffect, useState } from 'react'
import { api } from '../data/api.ts'
import { faultText } from '../data/fault-text.ts'
import { FormError } from '../settings/form.tsx'
import { CopyLine } from '../settings/once.tsx'
import { Qr } from '../settings/qr.tsx'
import { useSubmit } from '../settings/use-submit.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { t } from '../words/words.ts'
import { Digits } from './compare-step.tsx'
import css from './pairing.module.css'

export function DeviceDialog({ onClose }: { onClose: () => void }) {
  const { now, problem, set } = useDevicePairing()
  return (
    <Dialog title={t('devices.pair-title')} onClose={onClose}>
      <FormError>{problem ?? undefined}</FormError>
      {now?.phase === 'open' && <Scan pairing={now} />}
      {now?.phase === 'comparing' && <Compare pairing={now} onStep={set} />}
      {now?.phase === 'trusted' && (
        <div className={css.step}>
          <output className={css.trusted}>
            <CircleCheck aria-hidden /> {t('devices.paired', { name: now.name ?? '' })}
          </output>
          <div className={css.answers}>
            <Button kind="primary" onClick={onClose}>
              {t('pair.done')}
            </Button>
          </div>
        </div>
      )}
      {now?.phase === 'over' && <FormError>{t('pair.over', { why: t('pair.over-plain') })}</FormError>}
    </Dialog>
  )
}

/** A code is made when the dialog opens; then it is asked for the next phase until it is over. */
function useDevicePairing() {
  const [now, set] = useState<DevicePairing | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const id = now?.id
  const phase = now?.phase
  useEffect(() => {
    if (phase === 'trusted' || phase === 'over') return undefined
    const end = new AbortController()
    const ask = async () => {
      if (id === undefined || phase === undefined) return api.inviteDevice({}, { signal: end.signal })
      return api.getDevicePairing({ id, past: phase }, { signal: end.signal })
    }
    const follow = async () => {
      // Each question waits at the server until the phase is another one, or for 20 s.
      for (let next = await ask(); !end.signal.aborted; next = await ask()) {
        set(next)
        if (next.phase !== phase) return
      }
    }
    follow().catch((error: unknown) => {
      if (!end.signal.aborted) setProblem(faultText(error))
    })
    return () => end.abort()
  }, [id, phase])
  return { now, problem, set }
}

function Scan({ pairing }: { pairing: DevicePairing }) {
  // After the sign, the code never leaves the browser that opens it: it is in no request line and in no log.
  const link = `${location.origin}/#pair=${pairing.code}`
  const onlyHere = /^(?:localhost|127\..*|\[::1\])$/.test(location.hostname)
  const until = new Date(pairing.until).toLocaleTimeString(undefined, { timeStyle: 'short' })
  return (
    <div className={css.step}>
      <p>{t('devices.scan', { until })}</p>
      {onlyHere && <p className={css.quiet}>{t('devices.only-here', { origin: location.origin })}</p>}
      <Qr text={link} what={t('devices.link')} />
      <CopyLine label={t('devices.link')} text={link} />
      <output className={css.quiet}>{t('devices.waiting')}</output>
    </div>
  )
}

interface CompareProps {
  pairing: DevicePairing
  onStep: (pairing: DevicePairing) => void
}

function Compare({ pairing, onStep }: CompareProps) {
  const { busy, refusal, run } = useSubmit()
  const say = async (alike: boolean) => {
    const next = await run(() => api.compareDevice({ id: pairing.id, alike }))
    if (next) onStep(next)
  }
  return (
    <div className={css.step}>
      <h3>{t('devices.compare-title')}</h3>
      <p>{t('devices.compare-text', { name: pairing.name ?? '', address: pairing.address ?? '' })}</p>
      <Digits text={pairing.text ?? ''} />
      <div className={css.answers}>
        <Button icon={<X />} busy={busy} onClick={() => void say(false)}>
          {t('pair.differ')}
        </Button>
        <Button icon={<Check />} kind="primary" busy={busy} onClick={() => void say(true)}>
          {t('pair.alike')}
        </Button>
      </div>
      <FormError>{refusal?.text}</FormError>
    </div>
  )
}
