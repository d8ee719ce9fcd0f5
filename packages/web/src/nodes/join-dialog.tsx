// Joining the room of another machine by its code.
import { useState } from 'react'
import { api } from '../data/api.ts'
import { Form, FormError } from '../settings/form.tsx'
import { useSubmit } from '../settings/use-submit.ts'
import { Button } from '../ui/button.tsx'
import { TextArea } from '../ui/field.tsx'
import { t } from '../words/words.ts'
import { DoorChoice, openDoorAt } from './door-choice.tsx'
import { PairingDialog, type BeginProps } from './pairing-dialog.tsx'
import css from './pairing.module.css'

export const JoinDialog = ({ onClose }: { onClose: () => void }) => (
  <PairingDialog title={t('pair.join-title')} begin={Begin} waiting={Dialling} onClose={onClose} />
)

function Begin({ door, onBegun }: BeginProps) {
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
    if (begun) onBegun(begun)
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

const Dialling = () => <output className={css.quiet}>{t('pair.dialling')}</output>
