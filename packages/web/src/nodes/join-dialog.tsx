// Joining the room of another machine by its code.
import { useState } from 'react'
import type { NodeDoor } from '@tutti/core'
import { api } from '../data/api.ts'
import { useLoaded } from '../data/use-loaded.ts'
import { Form, FormError } from '../settings/form.tsx'
import { useSubmit } from '../settings/use-submit.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { TextArea } from '../ui/field.tsx'
import { ErrorState } from '../ui/page-states.tsx'
import { t } from '../words/words.ts'
import { CompareStep } from './compare-step.tsx'
import { DoorChoice, openDoorAt } from './door-choice.tsx'
import css from './pairing.module.css'
import { OverStep, TrustedStep } from './trusted-step.tsx'
import { usePairing, type Pairing } from './use-pairing.ts'

export function JoinDialog({ onClose }: { onClose: () => void }) {
  const door = useLoaded('door', (signal) => api.getNodeDoor({}, { signal }))
  const pairing = usePairing()
  return (
    <Dialog title={t('pair.join-title')} onClose={onClose}>
      {door.state === 'failed' && <ErrorState message={door.message} onRetry={door.retry} />}
      {door.state === 'ready' && !pairing.now && <Begin door={door.value} pairing={pairing} />}
      <Going pairing={pairing} onClose={onClose} />
    </Dialog>
  )
}

function Begin({ door, pairing }: { door: NodeDoor; pairing: Pairing }) {
  const [code, setCode] = useState('')
  const [host, setHost] = useState(door.host)
  const { busy, because, otherwise, run, clear } = useSubmit()
  const join = async () => {
    const text = code.replaceAll(/\s+/g, '')
    if (text === '') return
    const begun = await run(async () => {
      await openDoorAt(door, host)
      return api.joinNode({ code: text })
    })
    if (begun) pairing.set(begun)
  }
  const wrong = because('node.code-invalid', 'node.code-refused')
  return (
    <Form onSubmit={() => void join()} wide>
      <TextArea
        label={t('pair.code')}
        hint={t('pair.join-text')}
        error={wrong}
        value={code}
        rows={3}
        mono
        autoStart
        onText={(text) => {
          setCode(text)
          clear()
        }}
        onPress={(event) => {
          if (event.key !== 'Enter' || event.shiftKey) return
          event.preventDefault()
          void join()
        }}
      />
      <DoorChoice door={door} host={host} onHost={setHost} />
      <FormError>{otherwise('node.code-invalid', 'node.code-refused')}</FormError>
      <div className={css.answers}>
        <Button kind="primary" type="submit" busy={busy}>
          {t('pair.join')}
        </Button>
      </div>
    </Form>
  )
}

function Going({ pairing, onClose }: { pairing: Pairing; onClose: () => void }) {
  const { now, problem, set } = pairing
  if (!now) return null
  if (problem) return <FormError>{problem}</FormError>
  if (now.phase === 'comparing') return <CompareStep pairing={now} onStep={set} />
  if (now.phase === 'over') return <OverStep pairing={now} onAgain={() => set(null)} />
  if (now.phase === 'trusted' && now.node) return <TrustedStep node={now.node} onClose={onClose} />
  return <output className={css.quiet}>{t('pair.dialling')}</output>
}
