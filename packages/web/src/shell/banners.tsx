// What is wrong with all of the page at once: disconnected, or a disk that refuses writes.
import { HardDrive, WifiOff } from 'lucide-react'
import { useLink } from '../data/link-store.ts'
import { relative } from '../ui/relative-time.ts'
import { useDelayed } from '../ui/use-delayed.ts'
import { useNow } from '../ui/time.tsx'
import { t } from '../words/words.ts'
import css from './banners.module.css'

export function Banners() {
  const link = useLink((state) => state.link)
  const writable = useLink((state) => state.writable)
  return (
    <div className={css.banners} aria-live="polite">
      {link === 'offline' && <Offline />}
      {!writable && (
        <p className={css.banner} data-kind="failed">
          <HardDrive />
          {t('banner.full', { host: location.hostname })}
        </p>
      )}
    </div>
  )
}

const BLINK_MS = 1200 // a reconnect is usually over by then, and a banner that flashes is worse than none

function Offline() {
  const since = useLink((state) => state.since)
  const now = useNow()
  if (!useDelayed(BLINK_MS)) return null
  return (
    <p className={css.banner}>
      <WifiOff />
      {t('banner.offline', { host: location.host, when: relative(since, now) })}
    </p>
  )
}
