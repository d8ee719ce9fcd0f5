// Where the open menu appears; its drawing part is fetched when the page is idle, so that the first menu is instant.
import { Suspense, useEffect } from 'react'
import { lazyScreen } from '../lazy-screen.ts'
import { useMenu } from './menu-store.ts'

const load = () => import('./menu-layer.tsx')
const MenuLayer = lazyScreen(load, 'MenuLayer')
const IDLE_MS = 3000 // after the page is usable and its own requests are done

export function MenuHost() {
  const menu = useMenu((state) => state.menu)
  useEffect(() => {
    // Disconnected just now: the first menu fetches it.
    const timer = setTimeout(() => load().catch(() => undefined), IDLE_MS)
    return () => clearTimeout(timer)
  }, [])
  return <Suspense fallback={null}>{menu && <MenuLayer menu={menu} />}</Suspense>
}
