// Where the settings begin: a list of sections beside the open one; on a phone, one after the other.
import '../words/late/keys.ts'
import '../words/late/attention.ts'
import '../words/late/settings.ts'
import '../words/late/usage.ts'
import { ChevronRight } from 'lucide-react'
import { Suspense, type ReactNode } from 'react'
import { useLocation } from 'wouter'
import { useMe } from '../data/session-store.ts'
import { EmptyState, Skeleton } from '../ui/page-states.tsx'
import { PlaceLink } from '../ui/place-link.tsx'
import { t } from '../words/words.ts'
import { AccountScreen } from './account/account-screen.tsx'
import { SECTIONS, type Section } from './sections.tsx'
import css from './settings-screen.module.css'
import { SettingsPage } from './settings-page.tsx'

export function SettingsScreen() {
  const [place] = useLocation()
  const permissions = useMe()?.permissions ?? []
  const id = place.split('/')[1] ?? ''
  // On a phone the list is a page of its own, and a page has one first heading.
  const [Title, Heading] = id === '' ? (['h1', 'h2'] as const) : (['h2', 'h3'] as const)
  const groups = [
    { id: 'you', title: t('settings.you') },
    { id: 'here', title: t('settings.here') },
  ]
  const mine = SECTIONS.filter((section) => permissions.includes(section.may))
  return (
    <div className={css.settings} data-open={id !== '' || undefined}>
      <nav className={css.nav} aria-label={t('settings.sections')}>
        <Title className={css.title}>{t('settings.title')}</Title>
        {groups.map((group) => (
          <Group
            key={group.id}
            heading={<Heading className={css.group}>{group.title}</Heading>}
            sections={mine.filter((section) => section.group === group.id)}
            open={id}
          />
        ))}
      </nav>
      <div className={css.content}>
        <Suspense fallback={<Skeleton />}>
          <Content id={id} allowed={mine} />
        </Suspense>
      </div>
    </div>
  )
}

interface GroupProps {
  heading: ReactNode
  sections: readonly Section[]
  open: string
}

function Group({ heading, sections, open }: GroupProps) {
  if (sections.length === 0) return null
  return (
    <>
      {heading}
      <ul>
        {sections.map(({ id, label, icon }) => (
          <li key={id}>
            {/* At the address without a section, a wide screen shows the account. */}
            <PlaceLink
              href={`/${id}`}
              className={css.entry}
              data-first={(open === '' && id === 'account') || undefined}
              isHere={open === id}
            >
              {icon}
              {t(label)}
              <ChevronRight className={css.chevron} />
            </PlaceLink>
          </li>
        ))}
      </ul>
    </>
  )
}

function Content({ id, allowed }: { id: string; allowed: readonly Section[] }) {
  const me = useMe()
  const open = allowed.find((section) => section.id === id)
  if (id === '') return <AccountScreen />
  if (open) return <open.screen />
  const known = SECTIONS.find((section) => section.id === id)
  if (!known || !me)
    return (
      <SettingsPage title={t('settings.title')}>
        <EmptyState title={t('settings.unknown-title')}>{t('settings.unknown')}</EmptyState>
      </SettingsPage>
    )
  return (
    <SettingsPage title={t(known.label)}>
      <EmptyState title={t('settings.refused-title')}>
        {t('settings.refused', { role: t(`role.${me.user.role}`), machine: me.machine })}
      </EmptyState>
    </SettingsPage>
  )
}
