// The frame of the dashboard: rail, tree, main and, on a phone, the bottom bar; one tree of components for every size.
import { Suspense } from 'react'
import { useLocation } from 'wouter'
import { AgentTree } from '../agents/agent-tree.tsx'
import { AskDialogs } from '../agents/ask-dialogs.tsx'
import { useWhy } from '../attention/why-store.ts'
import { useKeys } from '../keys/use-keys.ts'
import { lazyScreen } from '../lazy-screen.ts'
import { MenuHost } from '../ui/menu-host.tsx'
import { Skeleton } from '../ui/page-states.tsx'
import { t } from '../words/words.ts'
import { Banners } from './banners.tsx'
import { BottomBar } from './bottom-bar.tsx'
import { ErrorBoundary } from './error-boundary.tsx'
import { Rail } from './rail.tsx'
import { Screens } from './screens.tsx'
import { useGlobalCommands } from './global-commands.ts'
import { closeOverlay, useOverlay } from './overlay-store.ts'
import css from './shell.module.css'

const Palette = lazyScreen(() => import('../palette/palette.tsx'), 'Palette')
const WhyLayer = lazyScreen(() => import('../attention/why-layer.tsx'), 'WhyLayer')
const KeySheet = lazyScreen(() => import('../keys/key-sheet.tsx'), 'KeySheet')

/** `connected` is false until the stream first answered: lists are still on their way. */
export function Shell({ connected }: { connected: boolean }) {
  const [place] = useLocation()
  useKeys()
  useGlobalCommands()
  const area = areaOf(place)
  return (
    <div className={css.shell} data-area={area} aria-busy={!connected}>
      <a href="#main" className={css.skip}>
        {t('app.skip')}
      </a>
      <Banners />
      <Rail />
      {(area === 'agents' || area === 'agent') && (
        <div className={css.tree}>
          <AgentTree />
        </div>
      )}
      <main id="main" tabIndex={-1} className={css.main}>
        <ErrorBoundary place={place}>
          <Suspense fallback={<Skeleton />}>
            <Screens />
          </Suspense>
        </ErrorBoundary>
      </main>
      <BottomBar />
      <Overlay />
    </div>
  )
}

function Overlay() {
  const overlay = useOverlay((state) => state.overlay)
  const asked = useWhy((state) => state.asked)
  return (
    <Suspense fallback={null}>
      {overlay === 'palette' && <Palette onClose={closeOverlay} />}
      {overlay === 'sheet' && <KeySheet onClose={closeOverlay} />}
      {asked && <WhyLayer key={asked.agentId} asked={asked} />}
      <AskDialogs />
      <MenuHost />
    </Suspense>
  )
}

function areaOf(place: string): 'agents' | 'agent' | 'other' {
  if (place === '/') return 'agents'
  return place.startsWith('/agents/') ? 'agent' : 'other'
}
