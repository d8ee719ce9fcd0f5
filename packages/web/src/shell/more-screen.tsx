// Everything that does not fit into a phone's bottom bar.
import { ChevronRight, LogOut } from 'lucide-react'
import { Link } from 'wouter'
import { logout, useMe } from '../data/session-store.ts'
import { attempt } from '../data/attempt.ts'
import { Page } from '../ui/page.tsx'
import { t } from '../words/words.ts'
import { OTHERS } from './places.tsx'
import css from './more-screen.module.css'

export function MoreScreen() {
  const me = useMe()
  return (
    <Page title={t('nav.more')} note={me?.machine}>
      <ul className={css.list}>
        {OTHERS.map((place) => (
          <li key={place.href}>
            <Link href={place.href} className={css.row}>
              {place.icon}
              <span>{t(place.label)}</span>
              <ChevronRight className={css.end} />
            </Link>
          </li>
        ))}
        <li>
          <button type="button" className={css.row} onClick={() => void attempt(logout)}>
            <LogOut />
            <span>{t('nav.logout')}</span>
          </button>
        </li>
      </ul>
    </Page>
  )
}
