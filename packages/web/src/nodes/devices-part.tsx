// Phones and browsers that were paired with this machine: which there are, one more, and the end of one.
import type { LoggedEvent, Login, OutputOf } from '@tutti/core'
import { Smartphone } from 'lucide-react'
import { useState } from 'react'
import { api } from '../data/api.ts'
import { attempt } from '../data/attempt.ts'
import { useMe } from '../data/session-store.ts'
import { toast } from '../data/toast-store.ts'
import { useLive, withRow, withoutRow } from '../data/use-live.ts'
import { browserName } from '../settings/access/browser-name.ts'
import { Button } from '../ui/button.tsx'
import { Section } from '../ui/page.tsx'
import { Table } from '../ui/table.tsx'
import { Time } from '../ui/time.tsx'
import { t } from '../words/words.ts'
import { DeviceDialog } from './device-dialog.tsx'

type Logins = OutputOf<'listLogins'>

export function DevicesPart() {
  const mine = useMe()?.user.id ?? ''
  const [pairing, setPairing] = useState(false)
  const list = useLive<Logins>({
    key: 'devices',
    read: () => api.listLogins({}),
    apply: (logins, event) => heard(logins, event, mine),
  })
  const devices = list.state === 'ready' ? list.value.filter(({ device }) => device !== null) : []
  return (
    <Section title={t('devices.title')} says={t('devices.says')}>
      {list.state === 'ready' && devices.length === 0 && <p>{t('devices.none')}</p>}
      {devices.length > 0 && (
        <Table label={t('devices.title')} rows={devices} rowKey={({ id }) => id} columns={COLUMNS} />
      )}
      <div>
        <Button icon={<Smartphone />} onClick={() => setPairing(true)}>
          {t('devices.pair')}
        </Button>
      </div>
      {pairing && (
        <DeviceDialog
          onClose={() => {
            setPairing(false)
            if (list.state === 'ready') list.reload()
          }}
        />
      )}
    </Section>
  )
}

function heard(logins: Logins, event: LoggedEvent, mine: string): Logins {
  if (event.type === 'login.ended') return withoutRow(logins, event.data.id)
  return event.type === 'login.created' && event.data.userId === mine ? withRow(logins, event.data) : logins
}

const nameOf = ({ device, agent }: Login): string => device ?? browserName(agent)

const COLUMNS = [
  {
    title: t('devices.name'),
    cell: (login: Login) => (
      <span data-tip={login.agent}>
        {nameOf(login)} {login.current && t('devices.current')}
      </span>
    ),
  },
  { title: t('devices.since'), cell: ({ createdAt }: Login) => <Time at={createdAt} /> },
  { title: t('devices.seen'), cell: ({ lastSeenAt }: Login) => <Time at={lastSeenAt} /> },
  { title: '', end: true, cell: (login: Login) => <EndButton login={login} /> },
]

function EndButton({ login }: { login: Login }) {
  const name = nameOf(login)
  const end = async () => {
    if (await attempt(() => api.endLogin({ id: login.id }))) toast(t('devices.ended', { name }))
  }
  return (
    <Button kind="quiet" aria-label={t('devices.end-label', { name })} onClick={() => void end()}>
      {t('devices.end')}
    </Button>
  )
}
