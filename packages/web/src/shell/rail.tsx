// The rail at the edge: palette first, then what needs you, then the places.
import { Command } from 'lucide-react'
import { Link, useLocation } from 'wouter'
import { useUnread } from '../data/mail-count.ts'
import { usePreferences } from '../data/preferences-store.ts'
import { useNeedCount } from '../attention/need-count.ts'
import { keysOf } from '../keys/commands.ts'
import { IconButton } from '../ui/button.tsx'
import { t } from '../words/words.ts'
import { toggleOverlay } from './overlay-store.ts'
import { AGENTS, MAIL, NEEDS, OTHERS, WALL, isAt, type Place } from './places.tsx'
import css from './rail.module.css'

export const Rail = () => (
  <nav className={css.rail} aria-label={t('nav.main')}>
    <IconButton label={t('nav.palette')} keys="mod+k" onClick={() => toggleOverlay('palette')}>
      <Command />
    </IconButton>
    <NeedsLink />
    <RailLink place={AGENTS} />
    <RailLink place={WALL} />
    <MailLink />
    <span className={css.gap} />
    {OTHERS.map((place) => (
      <RailLink key={place.href} place={place} />
    ))}
  </nav>
)

const NeedsLink = () => <RailLink place={NEEDS} count={useNeedCount()} counted="nav.needs-count" />
const MailLink = () => <RailLink place={MAIL} count={useUnread()} counted="nav.mail-count" />

interface RailLinkProps {
  place: Place
  count?: number
  counted?: 'nav.needs-count' | 'nav.mail-count'
}

function RailLink({ place, count = 0, counted = 'nav.needs-count' }: RailLinkProps) {
  const [address] = useLocation()
  const rebound = usePreferences((state) => state.preferences.keys) ?? {}
  const label = count > 0 ? t(counted, { n: count }) : t(place.label)
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
      {count > 0 && (
        <span className={css.count} data-of={counted}>
          {count > 99 ? '99+' : count}
        </span>
      )}
    </Link>
  )
}
