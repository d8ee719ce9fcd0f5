// The phone's way around: five places within reach of a thumb.
import { Ellipsis } from 'lucide-react'
import { Link, useLocation } from 'wouter'
import { useNeedCount } from '../attention/need-count.ts'
import { useUnread } from '../data/mail-count.ts'
import { t } from '../words/words.ts'
import { AGENTS, MAIL, NEEDS, OTHERS, WALL, isAt, type Place } from './places.tsx'
import css from './bottom-bar.module.css'

const MORE: Place = { href: '/more', label: 'nav.more', icon: <Ellipsis /> }

export function BottomBar() {
  const [address] = useLocation()
  const needs = useNeedCount()
  const unread = useUnread()
  const atMore = isAt(MORE, address) || OTHERS.some((place) => isAt(place, address))
  return (
    <nav className={css.bar} aria-label={t('nav.main')}>
      {[NEEDS, AGENTS, MAIL, WALL, MORE].map((place) => (
        <Link
          key={place.href}
          href={place.href}
          className={css.link}
          aria-current={(place === MORE ? atMore : isAt(place, address)) ? 'page' : undefined}
        >
          {place.icon}
          <span>{t(place.label)}</span>
          {place === NEEDS && <Count n={needs} of="nav.needs-count" />}
          {place === MAIL && <Count n={unread} of="nav.mail-count" />}
        </Link>
      ))}
    </nav>
  )
}

const Count = ({ n, of }: { n: number; of: 'nav.needs-count' | 'nav.mail-count' }) =>
  n > 0 && (
    <span className={css.count} data-of={of} aria-label={t(of, { n })}>
      {n > 99 ? '99+' : n}
    </span>
  )
