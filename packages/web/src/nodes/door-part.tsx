// Where other machines reach this one, on the screen of machines.
import type { NodeDoor } from '@tutti/core'
import { useState } from 'react'
import { api } from '../data/api.ts'
import { useMay } from '../data/session-store.ts'
import { toast } from '../data/toast-store.ts'
import { useLoaded } from '../data/use-loaded.ts'
import { FormDialog, FormError } from '../settings/form.tsx'
import { useSubmit } from '../settings/use-submit.ts'
import { Button } from '../ui/button.tsx'
import { Section } from '../ui/page.tsx'
import { t } from '../words/words.ts'
import { DoorChoices, doorText, portText } from './door-choice.tsx'

export function DoorPart() {
  const mayWrite = useMay('node:write')
  const [open, setOpen] = useState(false)
  const door = useLoaded('door', (signal) => api.getNodeDoor({}, { signal }))
  if (door.state !== 'ready') return null
  const { value } = door
  const says = value.open
    ? t('door.open', { where: doorText(value), port: portText(value) })
    : t('door.closed', { port: portText(value) })
  return (
    <Section title={t('door.title')} says={says}>
      {mayWrite && value.open && (
        <div>
          <Button onClick={() => setOpen(true)}>{t('door.change')}</Button>
        </div>
      )}
      {open && <DoorDialog door={value} onDoor={door.set} onClose={() => setOpen(false)} />}
    </Section>
  )
}

interface DialogProps {
  door: NodeDoor
  onDoor: (door: NodeDoor) => void
  onClose: () => void
}

function DoorDialog({ door, onDoor, onClose }: DialogProps) {
  const [host, setHost] = useState(door.host)
  const { busy, refusal, run } = useSubmit()
  const submit = async () => {
    const moved = await run(() => api.setNodeDoor({ host }))
    if (!moved) return
    onDoor(moved)
    toast(t('door.saved'))
    onClose()
  }
  return (
    <FormDialog
      title={t('door.title')}
      does={t('door.save')}
      busy={busy}
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      <DoorChoices door={door} host={host} onHost={setHost} />
      <FormError>{refusal?.text}</FormError>
    </FormDialog>
  )
}
