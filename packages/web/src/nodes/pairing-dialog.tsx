// The dialog of a joining, whichever side it is seen from: how it begins, what is shown while it is open, and the steps of both.
import type { NodeDoor, NodePairing } from '@tutti/core'
import type { ComponentType } from 'react'
import { api } from '../data/api.ts'
import { useLoaded } from '../data/use-loaded.ts'
import { FormError } from '../settings/form.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { ErrorState } from '../ui/page-states.tsx'
import { CompareStep } from './compare-step.tsx'
import { OverStep, TrustedStep } from './trusted-step.tsx'
import { usePairing, type Pairing } from './use-pairing.ts'

interface Props {
  title: string
  /** What begins it; shown as soon as it is known where this machine listens. */
  begin: ComponentType<BeginProps>
  /** What is shown until the digits are there. */
  waiting: ComponentType<{ pairing: NodePairing }>
  onClose: () => void
}

export interface BeginProps {
  door: NodeDoor
  onBegun: (pairing: NodePairing) => void
}

export function PairingDialog({ title, begin: Begin, waiting, onClose }: Props) {
  const door = useLoaded('door', (signal) => api.getNodeDoor({}, { signal }))
  const pairing = usePairing()
  return (
    <Dialog title={title} onClose={onClose}>
      {door.state === 'failed' && <ErrorState message={door.message} onRetry={door.retry} />}
      {door.state === 'ready' && !pairing.now && <Begin door={door.value} onBegun={pairing.set} />}
      <Going pairing={pairing} waiting={waiting} onClose={onClose} />
    </Dialog>
  )
}

function Going({
  pairing,
  waiting: Waiting,
  onClose,
}: Pick<Props, 'waiting' | 'onClose'> & { pairing: Pairing }) {
  const { now, problem, set } = pairing
  if (!now) return null
  if (problem) return <FormError>{problem}</FormError>
  if (now.phase === 'comparing') return <CompareStep pairing={now} onStep={set} />
  if (now.phase === 'over') return <OverStep pairing={now} onAgain={() => set(null)} />
  if (now.phase === 'trusted' && now.node) return <TrustedStep node={now.node} onClose={onClose} />
  return <Waiting pairing={now} />
}
