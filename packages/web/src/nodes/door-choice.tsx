// Where this machine lets others in: said before the port is opened, and for the person to choose.
import type { NodeDoor } from '@tutti/core'
import { api } from '../data/api.ts'
import { t } from '../words/words.ts'
import { Choices, type Choice } from './choices.tsx'
import css from './pairing.module.css'

export const EVERYWHERE = '0.0.0.0'
const HERE = '127.0.0.1'

export const doorText = ({ host }: Pick<NodeDoor, 'host'>): string =>
  host === EVERYWHERE || host === '::'
    ? t('pair.everywhere')
    : host === HERE
      ? t('pair.only-here')
      : t('pair.card', { address: host })

/** Opens the door where somebody wants it, if it is not there. */
export async function openDoorAt(door: NodeDoor, host: string): Promise<void> {
  if (host !== door.host) await api.setNodeDoor({ host })
}

/** A port is a name, no quantity. */
export const portText = ({ port }: Pick<NodeDoor, 'port'>): string => String(port)

interface Props {
  door: NodeDoor
  host: string
  onHost: (host: string) => void
}

/** Before the first invitation it warns and asks; later it says where the door is. */
export function DoorChoice({ door, host, onHost }: Props) {
  const port = portText(door)
  if (door.open) return <p className={css.quiet}>{t('pair.opened', { where: doorText(door), port })}</p>
  return (
    <div className={css.door}>
      <h3>{t('pair.opens-title', { port })}</h3>
      <p>{t('pair.opens')}</p>
      <DoorChoices door={door} host={host} onHost={onHost} />
    </div>
  )
}

export function DoorChoices({ door, host, onHost }: Props) {
  // In brackets it is for addresses; to listen it is bare.
  const cards = door.addresses
    .map((address) => address.replaceAll(/[[\]]/g, ''))
    .filter((one) => one !== HERE)
  const hosts = [...new Set([EVERYWHERE, ...cards, HERE, door.host])]
  return <Choices label={t('door.title')} value={host} onValue={onHost} choices={hosts.map(choiceOf)} />
}

function choiceOf(value: string): Choice<string> {
  const label = doorText({ host: value })
  if (value === EVERYWHERE) return { value, label, says: t('pair.everywhere-says') }
  return value === HERE ? { value, label, says: t('pair.only-here-says') } : { value, label }
}
