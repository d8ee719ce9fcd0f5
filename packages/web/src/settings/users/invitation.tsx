// An invitation link, shown this once: to copy, or to scan with the phone of whoever is invited.
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { t } from '../../words/words.ts'
import { CopyLine } from '../once.tsx'
import { Qr } from '../qr.tsx'

export interface Invited {
  name: string
  code: string
}

export function Invitation({ invited, onClose }: { invited: Invited; onClose: () => void }) {
  const { name, code } = invited
  // After the sign, the code never leaves the browser: it is in no request line and in no log.
  const link = `${location.origin}/#invite=${code}`
  const onlyHere = /^(?:localhost|127\..*|\[::1\])$/.test(location.hostname)
  return (
    <Dialog
      title={t('invite.link-title', { name })}
      onClose={onClose}
      actions={<Button onClick={onClose}>{t('common.close')}</Button>}
    >
      <p>{t('invite.link-text', { name })}</p>
      <CopyLine label={t('invite.link')} text={link} />
      {onlyHere && <p>{t('invite.link-local', { origin: location.origin, name })}</p>}
      <Qr text={link} what={t('invite.link')} />
    </Dialog>
  )
}
