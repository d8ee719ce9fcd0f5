// The door and the rooms: what is shown for who sits before the screen.
import { Suspense, useEffect } from 'react'
import { useNeedSigns } from './attention/need-count.ts'
import { useLink } from './data/link-store.ts'
import { startLive } from './data/live.ts'
import { loadPreferences } from './data/preferences-store.ts'
import { useSession, type Phase } from './data/session-store.ts'
import { lazyScreen } from './lazy-screen.ts'
import { ErrorBoundary } from './shell/error-boundary.tsx'
import { usePlaceName } from './shell/place-name.ts'
import { Shell } from './shell/shell.tsx'
import { ToastLayer } from './ui/toast-layer.tsx'
import { TooltipLayer } from './ui/tooltip.tsx'

const Door = lazyScreen(() => import('./login/door.tsx'), 'Door')

export function App() {
  const phase = useSession((state) => state.phase)
  return (
    <>
      <ErrorBoundary place={phase.at}>
        <Suspense fallback={null}>
          <Room phase={phase} />
        </Suspense>
      </ErrorBoundary>
      <ToastLayer />
      <TooltipLayer />
    </>
  )
}

function Room({ phase }: { phase: Phase }) {
  if (phase.at === 'starting') return null
  if (phase.at === 'in') return <Inside userId={phase.me.user.id} machine={phase.me.machine} />
  return <Door phase={phase} />
}

function Inside({ userId, machine }: { userId: string; machine: string }) {
  useEffect(() => {
    void loadPreferences()
    return startLive(userId)
  }, [userId])
  const link = useLink((state) => state.link)
  useNeedSigns(machine, usePlaceName())
  return <Shell connected={link !== 'connecting'} />
}
