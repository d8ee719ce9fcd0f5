// The phone's way around: four places within reach of a thumb.
import { Ellipsis } from 'lucide-react'
import { Link, useLocation } from 'wouter'
import { useNeedCount } from '../attention/need-count.ts'
import { t } from '../words/words.ts'
import { AGENTS, NEEDS, OTHERS, WALL, isAt, type Place } from './places.tsx'
import css from './bottom-bar.module.css'

const MORE: Place = { href: '/more', label: 'nav.more', icon: <Ellipsis /> }

export function BottomBar() {
  const [address] = useLocation()
  const count = useNeedCount()
  const atMore = isAt(MORE, address) || OTHERS.some((place) => isAt(place, address))
  return (
    <nav className={css.bar} aria-label={t('nav.main')}>
      {[NEEDS, AGENTS, WALL, MORE].map((place) => (
        <Link
          key={place.href}
          href={place.href}
          className={css.link}
          aria-current={(place === MORE ? atMore : isAt(place, address)) ? 'page' : undefined}
        >
          {place.icon}
          <span>{t(place.label)}</span>
          {place === NEEDS && count > 0 && (
            <span className={css.count} aria-label={t('nav.needs-count', { n: count })}>
              {count}
            </span>
          )}
        </Link>
      ))}
    </nav>
  )
}
