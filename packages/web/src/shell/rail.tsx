// The rail at the edge: palette first, then what needs you, then the places.
import { Command } from 'lucide-react'
import { Link, useLocation } from 'wouter'
import { usePreferences } from '../data/preferences-store.ts'
import { useNeedCount } from '../attention/need-count.ts'
import { keysOf } from '../keys/commands.ts'
import { IconButton } from '../ui/button.tsx'
import { t } from '../words/words.ts'
import { toggleOverlay } from './overlay-store.ts'
import { AGENTS, NEEDS, OTHERS, WALL, isAt, type Place } from './places.tsx'
import css from './rail.module.css'

export const Rail = () => (
  <nav className={css.rail} aria-label={t('nav.main')}>
    <IconButton label={t('nav.palette')} keys="mod+k" onClick={() => toggleOverlay('palette')}>
      <Command />
    </IconButton>
    <NeedsLink />
    <RailLink place={AGENTS} />
    <RailLink place={WALL} />
    <span className={css.gap} />
    {OTHERS.map((place) => (
      <RailLink key={place.href} place={place} />
    ))}
  </nav>
)

const NeedsLink = () => <RailLink place={NEEDS} count={useNeedCount()} />

function RailLink({ place, count = 0 }: { place: Place; count?: number }) {
  const [address] = useLocation()
  const rebound = usePreferences((state) => state.preferences.keys) ?? {}
  const label = count > 0 ? t('nav.needs-count', { n: count }) : t(place.label)
  return (
    <Link
      href={place.href}
      className={css.link}
      aria-label={label}
      aria-current={isAt(place, address) ? 'page' : undefined}
      data-tip={label}
      data-tip-keys={place.command && keysOf(place.command, rebound)}
    >
      {place.icon}
      {count > 0 && <span className={css.count}>{count > 99 ? '99+' : count}</span>}
    </Link>
  )
}
